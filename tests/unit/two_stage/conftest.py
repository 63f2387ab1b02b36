"""Small networks with random weights in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

import network_weights


@pytest.fixture
def weights_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where weights are looked for first; all networks' are there."""
    folder = tmp_path / "weights"
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(folder))
    network_weights.write(folder)
    return folder

"""Networks are loaded once, anew when their file is another one, and the run is told which file took part."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import network_weights
from lacuna_models import registry, weight_files, weights
from lacuna_models.errors import WeightsError
from lacuna_models.run import Run
from lacuna_models.two_stage.loading import ready

FILE, NETWORK = "light-coarse.safetensors", "light-coarse"


def test_a_network_is_loaded_once(weights_folder: Path) -> None:
    one, two = Run(), Run()
    assert ready(NETWORK, "cpu", one) is ready(NETWORK, "cpu", two)
    assert one.weights == two.weights == {FILE: weights.sha256_of(weights_folder / FILE)}


def test_another_file_in_its_place_is_loaded(weights_folder: Path) -> None:
    before = ready(NETWORK, "cpu", Run())
    network_weights.write(weights_folder, FILE, gain=0.5)
    os.utime(weights_folder / FILE, ns=(1, 1))  # even where the clock is coarse
    run = Run()
    assert ready(NETWORK, "cpu", run) is not before
    assert run.weights[FILE] != before.sha256


def test_the_users_own_weights_may_be_any(weights_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go before those that came with Lacuna, whose SHA-256 they do not have."""
    part = registry.PARTS["light"]
    monkeypatch.setitem(part.weights, FILE, "0" * 64)
    assert weights_folder == weight_files.user_folder()
    assert ready(NETWORK, "cpu", Run()).sha256 != "0" * 64


def test_shipped_weights_must_be_the_very_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    network_weights.write(shipped, FILE)
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(weight_files, "shipped_folder", lambda: shipped)
    monkeypatch.setitem(registry.PARTS["light"].weights, FILE, "0" * 64)
    with pytest.raises(WeightsError, match="damaged or another version"):
        ready(NETWORK, "cpu", Run())
    monkeypatch.setitem(registry.PARTS["light"].weights, FILE, weights.sha256_of(shipped / FILE))
    assert ready(NETWORK, "cpu", Run()).size == 512

"""From both published checkpoints to a filled picture, with other numbers under their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import lacuna
from lacuna_models.importers.importing import import_file
from unit.networks.published_layout import LAYOUTS, deterministic


def test_imported_checkpoints_fill_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path / "own"))
    for name, content in (
        ("model_places2.pth", deterministic(LAYOUTS["dfnet"]())),
        ("refinement.pth", {"state_dict": deterministic(LAYOUTS["refinement"]())}),
    ):
        torch.save(content, tmp_path / name)
        import_file(tmp_path / name)
    picture = np.random.default_rng(3).integers(0, 256, (180, 230, 3), np.uint8)
    mask = np.zeros((180, 230), bool)
    mask[60:110, 150:] = True
    filled = lacuna.inpaint(picture, mask, method="dfnet", grow=0, feather=0, device="cpu")
    assert np.array_equal(filled[~mask], picture[~mask])
    coarse = lacuna.inpaint(picture, mask, method="dfnet", refiner="none", grow=0, feather=0, device="cpu")
    assert (filled[mask] != picture[mask]).mean() > 0.9
    assert (filled[mask] != coarse[mask]).mean() > 0.5
    assert filled[mask].std() > 1

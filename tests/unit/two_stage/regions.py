"""Small regions with a hole."""

from __future__ import annotations

import numpy as np
import torch

from lacuna_models.region import Mask, Pixels, Region

DEVICES = ["cpu"] + (["cuda:0"] if torch.cuda.is_available() else [])


def picture(height: int, width: int, channels: int = 3) -> Pixels:
    """Smooth color with a little noise; opacity from 0.4 to 1."""
    y, x = np.mgrid[:height, :width] / 20.0
    planes = [0.5 + 0.3 * np.sin(x), 0.5 + 0.3 * np.cos(y), 0.5 + 0.2 * np.sin(x + y), 0.7 + 0.3 * np.sin(x / 3 + y)]
    values = np.stack(planes[:channels], axis=2) + np.random.default_rng(3).random((height, width, channels)) * 0.02 - 0.01
    return np.clip(values, 0, 1).astype(np.float32)


def box(height: int, width: int, rows: slice, columns: slice) -> Mask:
    """True inside."""
    mask = np.zeros((height, width), bool)
    mask[rows, columns] = True
    return mask


def region(image: Pixels, hole: Mask, *, known: Mask | None = None, excluded: Mask | None = None) -> Region:
    """As the pipeline makes it: 0 in the hole and where nothing is visible."""
    known = ~hole if known is None else known
    visible = known if excluded is None else known | excluded
    return Region(np.where(visible[..., None], image, np.float32(0)), hole, hole.astype(np.float32), known, excluded)

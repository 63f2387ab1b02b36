"""Sheets of samples to look at: a row a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

GAP = 4  # px between pictures


def write(path: Path, columns: Sequence[Tensor]) -> None:
    """A PNG with one column a tensor.

    Args:
        columns: each N x C x H x W in [0, 1], C 3 or 1; all of one N, H and W.
    """
    three = [column.expand(-1, 3, -1, -1).clamp(0, 1).float().cpu() for column in columns]
    padded = [torch.nn.functional.pad(column, (0, GAP, 0, GAP), value=1.0) for column in three]
    rows = torch.cat(padded, dim=3)
    sheet = torch.cat(list(rows), dim=1).permute(1, 2, 0).numpy()
    Image.fromarray(np.rint(sheet * 255).astype(np.uint8)).save(path)

"""Pictures as the pipeline has them <-> as networks have them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..region import Pixels


def batch(values: Pixels) -> Tensor:
    """H x W x C -> 1 x C x H x W."""
    return torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))[None]


def picture_of(made: Tensor) -> Pixels:
    """1 x C x H x W -> H x W x C."""
    return np.ascontiguousarray(made[0].permute(1, 2, 0).numpy())

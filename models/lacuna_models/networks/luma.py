"""Luma of pictures as the networks have them."""

from __future__ import annotations

import torch
from torch import Tensor

from ..bt709 import LUMA


def luma(image: Tensor) -> Tensor:
    """N x 3 x H x W R'G'B' -> N x 1 x H x W, BT.709."""
    return (image * torch.tensor(LUMA).to(image)[None, :, None, None]).sum(dim=1, keepdim=True)

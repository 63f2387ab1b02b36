"""The halves of a U-Net as both published networks have them; the names of their parts are those of the checkpoints."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .light_coarse import SLOPE
from .padding import SameConv

KERNELS = (7, 5, 5, 3, 3, 3, 3, 3)  # of the encoder, finest level first; each level halves the sides
LEVELS = len(KERNELS)


class Encode(nn.Module):
    """Convolution with stride 2, then batch normalization and ReLU, or neither (the finest level)."""

    def __init__(self, inside: int, outside: int, kernel: int, *, normalized: bool) -> None:
        super().__init__()
        after: list[nn.Module] = [nn.BatchNorm2d(outside), nn.ReLU(inplace=True)] if normalized else []
        self.encode = nn.Sequential(SameConv(inside, outside, kernel, stride=2), *after)

    def forward(self, x: Tensor) -> Tensor:
        """N x inside x H x W -> N x outside x H / 2 x W / 2."""
        result: Tensor = self.encode(x)
        return result


class Decode(nn.Module):
    """Nearest-neighbor doubling, the skip beside it, convolution 3 x 3, batch normalization, leaky ReLU."""

    def __init__(self, below: int, skip: int, outside: int) -> None:
        super().__init__()
        self.decode = nn.Sequential(
            SameConv(below + skip, outside, 3), nn.BatchNorm2d(outside), nn.LeakyReLU(SLOPE, inplace=True)
        )

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        """N x below x H / 2 x W / 2 and N x skip x H x W -> N x outside x H x W."""
        doubled = functional.interpolate(below, scale_factor=2.0, mode="nearest")
        result: Tensor = self.decode(torch.cat([doubled, skip], dim=1))
        return result

"""The generator of the internal color pyramid (Wang, Ouyang and Chen, CVPR 2021; sizes as in the authors' program).

One small residual network a level, learned anew for every picture: it sees the luma, and from the second level on the color
that the level below found.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .residual import SLOPE

WIDTH, BLOCKS = 32, 8
LEAST_SIDE = 2  # px, what reflection needs


class PyramidGenerator(nn.Module):
    """Luma, or luma and a lower level's color, to R'G'B' in (0, 1).

    158,979 parameters with luma alone, 159,843 with color. Convolutions are 3 x 3 on pictures reflected at their border; a pixel
    sees 39 x 39 others. Normalization always takes the statistics of the picture itself, a batch of one.
    """

    def __init__(self, inside: int, width: int = WIDTH, blocks: int = BLOCKS) -> None:
        """
        Args:
            inside: channels of the input, 1 or 4.
            width: channels of every hidden layer.
            blocks: residual blocks.
        """
        super().__init__()
        self.first = ReflectedConv(inside, width)
        self.blocks = nn.Sequential(*(NormalizedResidual(width) for _ in range(blocks)))
        self.last = ReflectedConv(width, width)
        self.norm = _own_statistics(width)
        self.color = ReflectedConv(width, 3)

    def forward(self, x: Tensor) -> Tensor:
        """N x inside x H x W -> N x 3 x H x W; H and W at least LEAST_SIDE, H * W * N more than 1."""
        features = self.blocks(functional.leaky_relu(self.first(x), SLOPE))
        result: Tensor = torch.sigmoid(self.color(self.norm(self.last(features))))
        return result


class NormalizedResidual(nn.Module):
    """x + norm(conv(relu(norm(conv(x)))))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.one = ReflectedConv(width, width, bias=False)
        self.norm_one = _own_statistics(width)
        self.two = ReflectedConv(width, width, bias=False)
        self.norm_two = _own_statistics(width)

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.leaky_relu(self.norm_one(self.one(x)), SLOPE, inplace=True)
        result: Tensor = x + self.norm_two(self.two(inner))
        return result


class ReflectedConv(nn.Conv2d):
    """A 3 x 3 convolution of a picture that is reflected at its border; the size stays."""

    def __init__(self, inside: int, outside: int, bias: bool = True) -> None:
        super().__init__(inside, outside, 3, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(_Reflected.apply(x))  # type: ignore[no-untyped-call]  # autograd functions carry no types


class _Reflected(torch.autograd.Function):
    """One pixel of reflection on every side. On a GPU torch's own backward pass adds in no fixed order."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        return functional.pad(x, (1, 1, 1, 1), mode="reflect")

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        rows = gradient[:, :, 1:-1].clone()
        rows[:, :, 1] += gradient[:, :, 0]
        rows[:, :, -2] += gradient[:, :, -1]
        result = rows[..., 1:-1].clone()
        result[..., 1] += rows[..., 0]
        result[..., -2] += rows[..., -1]
        return result


def _own_statistics(width: int) -> nn.BatchNorm2d:
    """Normalization that remembers nothing: learning or not, it takes what it is given."""
    return nn.BatchNorm2d(width, track_running_stats=False)

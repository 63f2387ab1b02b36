"""Lacuna's own refinement network: the published one's idea (20 channels, U-Net) at a fortieth of its size.

Four levels instead of eight: stage 1 has done the structure, and a small field of view keeps the tiles' halo small.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .residual import SLOPE, Residual, for_leaky_relu, silent


class LightRefinement(nn.Module):
    """Adds detail to stage 1's result at full resolution.

    Attributes:
        multiple: both sides of the input must be multiples of it.
        halo: px, how far from a block of `multiple` pixels the input may lie that changes it, rounded up to a multiple.
    """

    multiple = 16
    halo = 112

    def __init__(self, *, mono: bool = False, widths: Sequence[int] = (32, 64, 96, 128)) -> None:
        super().__init__()
        self.mono = mono
        self.channels = 1 if mono else 3
        seen = 1 + self.channels + 4 * (self.channels + 1)
        a, b, c, d = widths
        self.down = nn.ModuleList(
            [
                nn.Conv2d(seen, a, 7, stride=2, padding=3),
                nn.Conv2d(a, b, 5, stride=2, padding=2),
                nn.Conv2d(b, c, 3, stride=2, padding=1),
                nn.Conv2d(c, d, 3, stride=2, padding=1),
            ]
        )
        self.middle = nn.Sequential(Residual(d), Residual(d))
        pairs = ((d, c, c), (c, b, b), (b, a, a), (a, seen, a))
        self.up = nn.ModuleList(nn.Conv2d(below + skip, out, 3, padding=1) for below, skip, out in pairs)
        self.apply(for_leaky_relu)
        self.last = silent(nn.Conv2d(a, self.channels, 3, padding=1))  # training begins at stage 1's result

    def forward(self, stack: Tensor) -> Tensor:
        """Refine.

        Args:
            stack: N x 20 x H x W (mono: 10), as shifts.stacked() gives it.

        Returns N x 3 x H x W (mono: 1), the whole picture and unclamped: use it in the hole only.
        """
        main = stack[:, 1 : 1 + self.channels]
        seen = torch.cat([stack[:, :1], stack[:, 1:] - 0.5], dim=1)
        skips, features = [], seen
        for down in self.down:
            skips.append(features)
            features = functional.leaky_relu(down(features), SLOPE)
        features = self.middle(features)
        for up, skip in zip(self.up, reversed(skips), strict=True):
            features = functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = functional.leaky_relu(up(torch.cat([features, skip], dim=1)), SLOPE)
        change: Tensor = self.last(features)
        return main + change

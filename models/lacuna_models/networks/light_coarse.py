"""Lacuna's own coarse network: a U-Net a quarter of DFNet's cost, with attention at its lowest resolution.

What it takes over: multi-scale structure from DFNet (Hong et al. 2019), soft masks from area resizing instead of binary
ones, a smooth first guess instead of a black hole, no normalization layers, so that the hole's size does not shift colors
(Yu et al. 2020, Region Normalization, section 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from .luma import luma
from .prefill import push_pull
from .residual import SLOPE, Residual, for_leaky_relu, silent

HEAD = 64  # channels of an attention head
MOST_LEVELS = 8  # beyond, a picture of usual size has no pixel left at the lowest


class LightCoarse(nn.Module):
    """Completes the structure at a small size; computes at half of that and below.

    Attributes:
        multiple: both sides of the input must be multiples of it.
        mono: the monochromic bottleneck (Wang, Ouyang and Chen 2021): sees color and luma, gives luma.
    """

    def __init__(self, *, mono: bool = False, widths: Sequence[int] = (48, 96, 160, 192)) -> None:
        """
        Args:
            widths: channels at a half, a quarter, ... of the input's size, MOST_LEVELS at most; the last is below 2 * HEAD
                or else a multiple of the number of heads, last // HEAD.

        Raises ValueError for other widths.
        """
        super().__init__()
        if not 0 < len(widths) <= MOST_LEVELS:
            raise ValueError(f"1 to {MOST_LEVELS} widths are needed, not {len(widths)}")
        self.mono = mono
        self.multiple = 2 ** len(widths)
        seen = 5 if mono else 4
        self.first = nn.Conv2d(4 * seen, widths[0], 5, padding=2)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 3, stride=2, padding=1) for fine, coarse in pairwise(widths))
        self.encode = nn.ModuleList(Residual(width) for width in widths[1:])
        self.middle = nn.Sequential(
            Residual(widths[-1], 2), Attention(widths[-1]), Residual(widths[-1], 4), Attention(widths[-1]), Residual(widths[-1])
        )
        self.up = nn.ModuleList(nn.Conv2d(fine + coarse, fine, 3, padding=1) for fine, coarse in pairwise(widths))
        self.apply(for_leaky_relu)
        self.last = silent(nn.Conv2d(widths[0], 4 * (1 if mono else 3), 3, padding=1))  # training begins at the smooth guess

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        """Complete the hole.

        Args:
            image: N x 3 x H x W R'G'B' in [0, 1]; what it holds where hole is 1 is not used.
            hole: N x 1 x H x W in [0, 1]: the share of each pixel that is hole or not known.

        Returns N x 3 x H x W (mono: N x 1 x H x W luma), the whole picture and unclamped: paste the known pixels over it.
        """
        guess = push_pull(image, hole)
        start = luma(guess) if self.mono else guess
        seen = torch.cat([guess - 0.5, *([start - 0.5] if self.mono else []), hole], dim=1)
        features = functional.leaky_relu(self.first(functional.pixel_unshuffle(seen, 2)), SLOPE)
        skips = []
        for down, encode in zip(self.down, self.encode, strict=True):
            skips.append(features)
            features = encode(functional.leaky_relu(down(features), SLOPE))
        features = self.middle(features)
        for up, skip in zip(reversed(self.up), reversed(skips), strict=True):
            features = functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = functional.leaky_relu(up(torch.cat([skip, features], dim=1)), SLOPE)
        return start + functional.pixel_shuffle(self.last(features), 2)


class Attention(nn.Module):
    """Every place looks at every other: what is far from the hole can be continued in it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = max(width // HEAD, 1)
        if width % self.heads:
            raise ValueError(f"{width} channels cannot be shared among {self.heads} attention heads")
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.out = silent(nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        n, width, height, columns = x.shape
        tokens = x.flatten(2).transpose(1, 2)
        three = self.project(self.norm(tokens)).view(n, height * columns, 3, self.heads, width // self.heads)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value)
        mixed: Tensor = self.out(seen.transpose(1, 2).reshape(n, height * columns, width))
        return x + mixed.transpose(1, 2).view(n, width, height, columns)

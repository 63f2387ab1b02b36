"""Squares and masks on the device -> batches, cut, scaled and mirrored there, so that no loader keeps the device waiting."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional

LEAST_CROP = 0.55  # of a square's side
GAIN = 0.15  # brightness and contrast vary by so much


class Batches:
    """An endless source of (picture, hole)."""

    def __init__(self, squares: NDArray[np.uint8], masks: NDArray[np.uint8], device: torch.device) -> None:
        """
        Args:
            squares: N x S x S x 3.
            masks: M x s x s, 255 = hole; s is the side of the batches, at most S.
        """
        self._squares = torch.from_numpy(squares).to(device)
        self._masks = torch.from_numpy(masks).to(device)

    def next(self, count: int, random: Generator) -> tuple[Tensor, Tensor]:
        """(pictures: count x 3 x s x s in [0, 1], holes: count x 1 x s x s in [0, 1])."""
        whole, side = self._squares.shape[1], self._masks.shape[1]
        least = min(max(side, int(LEAST_CROP * whole)), whole)
        crop = int(integers(whole + 1 - least, (1,), on_the_cpu(random))) + least
        chosen = integers(len(self._squares), (count,), random)
        pictures = cut(self._squares, chosen, integers(whole - crop + 1, (count, 2), random), crop)
        pictures = pictures.permute(0, 3, 1, 2).float() / 255
        if crop != side:
            pictures = functional.interpolate(pictures, (side, side), mode="bilinear", antialias=True, align_corners=False)
        pictures = lit(mirrored(pictures, 3, random), random)
        holes = self._masks[integers(len(self._masks), (count,), random)][:, None].float() / 255
        holes = mirrored(mirrored(holes, 2, random), 3, random)
        return pictures.clamp(0, 1).contiguous(memory_format=torch.channels_last), holes


def integers(end: int, size: tuple[int, ...], random: Generator) -> Tensor:
    """From 0 to end - 1."""
    return torch.randint(end, size, generator=random, device=random.device)


def on_the_cpu(random: Generator) -> Generator:
    """Another generator, decided by that one's seed, for numbers that Python needs: reading the device's makes it wait."""
    return Generator().manual_seed(random.initial_seed() ^ 1)


def mirrored(x: Tensor, dim: int, random: Generator) -> Tensor:
    """N x ...: half of them mirrored along that dimension."""
    flip = torch.rand(len(x), generator=random, device=x.device) < 0.5
    return torch.where(flip[:, None, None, None], x.flip(dim), x)


def lit(pictures: Tensor, random: Generator) -> Tensor:
    """Each with a brightness and contrast of its own."""
    gain, shift = torch.rand(2, len(pictures), 1, 1, 1, generator=random, device=pictures.device) * 2 - 1
    varied: Tensor = (pictures - 0.5) * (1 + GAIN * gain) + 0.5 + GAIN / 2 * shift
    return varied


def cut(source: Tensor, chosen: Tensor, offsets: Tensor, side: int, *, mirror: Tensor | None = None, outside: int = 0) -> Tensor:
    """Squares cut out of some pictures, each at its own place, which may lie partly outside.

    Args:
        source: N x H x W x C.
        chosen: B, which pictures.
        offsets: B x 2, top and left of each cut.
        mirror: B bool, which pictures are mirrored from left to right before they are cut.
        outside: what lies round the pictures.

    Returns B x side x side x C.
    """
    height, width = source.shape[1:3]
    steps = torch.arange(side, device=source.device)
    rows, columns = (offsets[:, axis, None] + steps for axis in (0, 1))
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    if mirror is not None:
        columns = torch.where(mirror[:, None], width - 1 - columns, columns)
    rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    squares = source[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]
    return torch.where(inside[..., None], squares, torch.full_like(squares[:1, :1, :1], outside))

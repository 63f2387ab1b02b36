"""The region: one island with its surroundings, the type that all stages share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hints:
    """Colors that the artist has pinned, pixel by pixel.

    Attributes:
        where: H x W bool, the pixels that are hints.
        color: H x W x 3 float32, R'G'B' in [0, 1], of use only where `where` is. A hint is met in chroma: its own luma
            says nothing but how much chroma that color has room for.
    """

    where: Mask
    color: Pixels

    def part(self, box: slice | tuple[slice, slice]) -> Hints:
        """Those of some rows, or of some rows and columns."""
        return Hints(self.where[box], self.color[box])


@dataclass(frozen=True, slots=True)
class Region:
    """What a stage gets to see. Mask polarity: True (1) = hole.

    Attributes:
        image: H x W x C float32, R'G'B' in [0, 1] (beyond where the layer is float and goes beyond); C is 3, or 4
            when the surroundings are partly transparent and the fill must invent opacity too (straight alpha, color
            NOT premultiplied). Values inside the hole are not to be used.
        hole: H x W bool, what is computed anew.
        alpha: H x W float32 in [0, 1], how the fill will be blended; hole == (alpha > 0).
        known: H x W bool, the only pixels that may be sampled; never overlaps the hole. A pixel may be neither hole
            nor known (transparent, or excluded by the artist): it is not filled and not sampled.
        excluded: H x W bool, pixels that the artist has excluded from sampling, or None when none are; neither hole nor
            known. The image holds their values: a fill has to fit in among them, but nothing of them is copied.
        hints: colors pinned inside the hole (where <= hole), or None when there are none; for color solvers alone.
        reference: h x w x 3 float32 of any size, another picture to take colors from as from known pixels, or None.
    """

    image: Pixels
    hole: Mask
    alpha: Pixels
    known: Mask
    excluded: Mask | None = None
    hints: Hints | None = None
    reference: Pixels | None = None

    @property
    def visible(self) -> Mask:
        """H x W bool: known or excluded, what is seen round the hole and may be compared with."""
        return self.known if self.excluded is None else self.known | self.excluded

    def __post_init__(self) -> None:
        size = self.image.shape[:2]
        if self.image.ndim != 3 or self.image.dtype != np.float32:
            raise ValueError(f"image is {self.image.dtype} {self.image.shape}, not H x W x C float32")
        for name, value, dtype in (
            ("hole", self.hole, np.bool_),
            ("alpha", self.alpha, np.float32),
            ("known", self.known, np.bool_),
            ("excluded", self.excluded, np.bool_),
        ):
            if value is not None and (value.shape != size or value.dtype != dtype):
                raise ValueError(f"{name} is {value.dtype} {value.shape}, not {np.dtype(dtype)} {size}")
        if self.hints is not None:
            _check_hints(self.hints, self.hole)
        if self.reference is not None and (self.reference.ndim != 3 or self.reference.shape[2] != 3):
            raise ValueError(f"reference is {self.reference.shape}, not h x w x 3")
        if bool(np.any(self.hole & self.known)):
            raise ValueError("a pixel is both hole and known")
        if self.excluded is not None and bool(np.any(self.excluded & (self.hole | self.known))):
            raise ValueError("an excluded pixel is hole or known")


def _check_hints(hints: Hints, hole: Mask) -> None:
    if hints.where.shape != hole.shape or hints.where.dtype != np.bool_ or hints.color.shape != (*hole.shape, 3):
        raise ValueError(f"hints are {hints.where.shape} and {hints.color.shape}, not {hole.shape} and 3 channels")
    if bool(np.any(hints.where & ~hole)):
        raise ValueError("a hint is outside the hole")

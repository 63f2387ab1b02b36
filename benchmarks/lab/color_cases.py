"""A hole whose luma is given and whose color is to be found, and the hints that an artist might place in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from lacuna_models.color.planes import luma_of
from lacuna_models.region import Hints, Mask, Pixels, Region
from lacuna_server.pipeline.pixels import to_float

from .cases import Bytes

RADII = (1, 2, 3)  # px of hints' discs: 3 to 7 px wide


@dataclass(frozen=True)
class ColorCase:
    """One hole in a piece of a photograph.

    Attributes:
        name: the photograph's file name without its ending, and what the hole is drawn like: unique in a list of cases.
        picture: H x W x 3 u8, the truth.
        hole: H x W bool.
        seed: of the hints' places.
    """

    name: str
    picture: Bytes
    hole: Mask
    seed: int

    @cached_property
    def truth(self) -> Pixels:
        """The picture in [0, 1]."""
        return to_float(self.picture)

    @cached_property
    def luma(self) -> Pixels:
        """H x W: Y' of the truth, in the hole too."""
        return np.asarray(luma_of(self.truth), np.float32)

    @cached_property
    def gray(self) -> Bytes:
        """What is known: the picture, in the hole its luma alone. H x W x 3 u8."""
        shown = np.where(self.hole[..., None], self.luma[..., None], self.truth)
        return np.asarray(np.rint(shown * 255), np.uint8)

    def region(self, count: int = 0) -> Region:
        """What a solver gets to see, with so many hints; in the hole the image is gray."""
        return Region(
            image=np.where(self.hole[..., None], self.luma[..., None], self.truth),
            hole=self.hole,
            alpha=self.hole.astype(np.float32),
            known=~self.hole,
            hints=self.hints(count),
        )

    def hints(self, count: int) -> Hints | None:
        """Discs of the truth's mean color at so many places in the hole; None for 0.

        The first k places of a larger count are those of count k.
        """
        if not count:
            return None
        where, color = np.zeros_like(self.hole), np.zeros_like(self.truth)
        draw = np.random.default_rng(self.seed)
        places = np.argwhere(self.hole)
        for row, column in places[draw.permutation(len(places))[:count]].tolist():
            disc = np.zeros(self.hole.shape, np.uint8)
            cv2.circle(disc, (column, row), int(draw.choice(RADII)), 1, -1)
            inside = (disc > 0) & self.hole
            where |= inside
            color[inside] = self.truth[inside].mean(axis=0)
        return Hints(where, color)

    @cached_property
    def digest(self) -> str:
        """Of everything that a solver gets to see, but for the count of hints."""
        seen = f"{self.picture.shape} {self.seed}".encode() + self.picture.tobytes() + self.hole.tobytes()
        return hashlib.sha256(seen).hexdigest()

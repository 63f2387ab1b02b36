"""Color hints over a whole picture: painted ones and pinned ones, as a box's hints buffer has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lacuna_client.colors import Hint, drawn
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect

from .pixels import from_float, to_float, wire_values


@dataclass(frozen=True, slots=True)
class HintLayer:
    """What the artist painted and pinned.

    Attributes:
        painted: H x W x 4, u8, u16 or any float, straight alpha; above 0 = a hint. None = nothing is painted.
        points: discs over what is painted; a later one covers an earlier one.
    """

    painted: NDArray[Any] | None = None
    points: Sequence[Hint] = ()
    _places: NDArray[np.int64] = field(init=False, repr=False)  # x, y, radius: ten thousand points meet thousands of boxes

    def __post_init__(self) -> None:
        places = np.array([(hint.x, hint.y, hint.radius) for hint in self.points], np.int64).reshape(-1, 3)
        object.__setattr__(self, "_places", places)

    def check(self, width: int, height: int) -> None:
        """Raise LacunaError 'hint_outside' for a point that is not on a picture of that size."""
        for hint in self.points:
            if not (0 <= hint.x < width and 0 <= hint.y < height):
                raise LacunaError("hint_outside", x=hint.x, y=hint.y, width=width, height=height)

    def part(self, rect: Rect) -> NDArray[Any]:
        """rect.height x rect.width x 4, u8, u16 or f32: all hints inside the rectangle, with alpha 0 elsewhere."""
        discs = self._discs(rect)
        if self.painted is None:
            return discs
        painted = wire_values(self.painted[rect.y : rect.bottom, rect.x : rect.right])
        pinned = from_float(to_float(discs).astype(np.float64), painted.dtype)
        return np.where(discs[..., 3:] > 0, pinned, painted)

    def away_from(self, rects: Sequence[Rect]) -> int:
        """How many hints lie in none of the rectangles: points by their centers, painted ones by the dots they make."""
        x, y, _ = self._places.T
        inside = np.zeros(len(self.points), bool)
        for rect in rects:
            inside |= (x >= rect.x) & (x < rect.right) & (y >= rect.y) & (y < rect.bottom)
        return int(np.count_nonzero(~inside)) + self._dots_away_from(rects)

    def _dots_away_from(self, rects: Sequence[Rect]) -> int:
        if self.painted is None:
            return 0
        count, labels = cv2.connectedComponents((self.painted[..., 3] > 0).astype(np.uint8))
        seen = np.zeros(count, bool)
        seen[0] = True  # where nothing is painted
        for rect in rects:
            seen[labels[rect.y : rect.bottom, rect.x : rect.right]] = True
        return int(np.count_nonzero(~seen))

    def _discs(self, rect: Rect) -> NDArray[np.uint8]:
        x, y, radius = self._places.T
        near = (x + radius >= rect.x) & (x - radius < rect.right) & (y + radius >= rect.y) & (y - radius < rect.bottom)
        pixels = drawn((self.points[number] for number in np.flatnonzero(near).tolist()), rect)
        return np.frombuffer(pixels, np.uint8).reshape(rect.height, rect.width, 4)

"""A thing made lighter or darker: a curve over luma that keeps the order of pixels, black and white."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .planes import Planes

MOST_CONTRAST = 4.0  # how much steeper the curve is made anywhere: more shows the camera's noise and steps of 8 bits
NEAR_BLACK, NEAR_WHITE = 0.02, 0.98


@dataclass(frozen=True, slots=True)
class Tone:
    """y -> k y / (1 + (k - 1) y), which takes 0 to 0, 1 to 1 and is straight for k = 1.

    Attributes:
        slope: k, the slope at black; 1 / k is that at white.
    """

    slope: float

    @classmethod
    def between(cls, luma: float, wanted: float, share: float) -> Tone:
        """The curve that takes one luma that share of the way to the other, as far as MOST_CONTRAST allows.

        Args:
            luma, wanted: Y' in [0, 1].
            share: 0 = no change, 1 = all the way.
        """
        start = min(max(luma, NEAR_BLACK), NEAR_WHITE)
        end = min(max(start + share * (wanted - start), NEAR_BLACK), NEAR_WHITE)
        slope = end * (1 - start) / (start * (1 - end))
        return cls(min(max(slope, 1 / MOST_CONTRAST), MOST_CONTRAST))

    def __call__(self, luma: Planes) -> Planes:
        """... Y' in [0, 1] -> ... Y'; what is beyond stays."""
        slope = luma.dtype.type(self.slope)
        inside = np.clip(luma, 0, 1)
        curved: Planes = luma - inside + slope * inside / (1 + (slope - 1) * inside)
        return curved

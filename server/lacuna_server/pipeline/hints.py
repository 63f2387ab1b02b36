"""Color hints: what the artist has pinned in a box, which of it counts, and what is told of the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_models.bands import bands
from lacuna_models.color.planes import chroma_of, within_gamut
from lacuna_models.region import Hints, Mask, Pixels
from lacuna_models.run import Run

from .island import Island
from .pixels import to_float

NOTICED = 0.05  # of its chroma that a hint must lose for it to be told


@dataclass(slots=True)
class Tally:
    """What became of the hints of all islands.

    Attributes:
        used, outside: pixels of hints inside and outside the holes.
        faded: those of the used ones whose color there is not at their place's luma.
    """

    used: int = 0
    outside: int = 0
    faded: int = 0

    def tell(self, run: Run) -> None:
        """Warn of what was not done as asked."""
        if self.outside:
            run.warn(f"{self.outside} pixels of hints lie outside the selection, where they do nothing.")
        if self.faded:
            run.warn(
                f"{self.faded} of {self.used} pixels of hints are more colorful than a color can be at the brightness of their "
                "place, so they are met as far as it can."
            )


def hints_of(island: Island, hole: Mask, tally: Tally, run: Run) -> Hints | None:
    """The hints inside the hole, or None when there are none; counted in the tally.

    Args:
        hole: H x W, what is computed anew.

    Raises LacunaError 'bad_pixels' for a hint that is not a number; Cancelled.
    """
    if island.hints is None:
        return None
    where, color, used = np.zeros(hole.shape, np.bool_), np.zeros((*hole.shape, 3), np.float32), 0
    for rows in bands(hole.shape):
        run.check()
        drawn = island.hints[rows]
        if drawn.dtype.kind == "f" and not np.isfinite(drawn[..., 3]).all():
            raise LacunaError("bad_pixels", detail="a hint's alpha is not finite")
        pinned = drawn[..., 3] > 0
        if not np.isfinite(drawn[pinned]).all():
            raise LacunaError("bad_pixels", detail="a hint's color is not finite")
        inside = where[rows] = pinned & hole[rows]
        color[rows][inside] = np.clip(to_float(drawn[inside][:, :3]), 0.0, 1.0)
        here = int(np.count_nonzero(inside))
        used += here
        tally.outside += int(np.count_nonzero(pinned)) - here
    tally.used += used
    return Hints(where, color) if used else None


def count_faded(hints: Hints | None, luma: Pixels, tally: Tally) -> None:
    """Count the hints that lose chroma at the luma of their place.

    Args:
        luma: H x W, Y' that the picture will have.
    """
    if hints is not None:
        tally.faded += int(np.count_nonzero(_faded(hints.color[hints.where], luma[hints.where])))


def _faded(color: Pixels, luma: Pixels) -> NDArray[np.bool_]:
    wanted = chroma_of(color)
    met = within_gamut(luma, wanted)
    lost: NDArray[np.bool_] = np.hypot(*met.T) < (1 - NOTICED) * np.hypot(*wanted.T)
    return lost

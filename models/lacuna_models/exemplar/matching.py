"""What a search works on, and what a search is: one strategy may be exchanged for another (strategies.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels
from . import kernels
from .crowding import Crowd
from .field import Field
from .threads import in_bands

COMPARISONS = 4_000_000  # of patches, that a first look at all candidates may take


@dataclass(frozen=True, slots=True)
class Matching:
    """What a strategy works on at one level.

    Attributes:
        field: whose matches are improved, in place.
        stock: V x U x 4 float32, what is sampled.
        present: H x W bool, the target's pixels that count in a comparison.
        crowd: what copying a place too often costs; counts are kept up to date.
        coarsest: whether no coarser level has looked before.
        random: for keys; the same state gives the same matches.
        cancel_flag: uint8[1].
    """

    field: Field
    stock: Pixels
    present: Mask
    crowd: Crowd
    coarsest: bool
    random: np.random.Generator
    cancel_flag: NDArray[np.uint8]


class Strategy(Protocol):
    """One object a level."""

    def improve(self, target: Pixels) -> None:
        """Bring the field's distances to the target (H x W x 4) up to date and find better matches. Raises Cancelled."""
        ...


def look_at_all(matching: Matching, target: Pixels, present: Mask, subset: NDArray[np.int32]) -> None:
    """Match the targets of `subset` to the best of all sources, or of so many drawn at random that it takes no time.

    Args:
        present: H x W, the target's pixels that count this time. Raises Cancelled.
    """
    field = matching.field
    rows, columns = (axis.astype(np.int32) for axis in np.nonzero(field.sources))
    most = max(COMPARISONS // max(len(field.rows), 1), 64)
    if len(rows) > most:
        drawn = np.sort(matching.random.choice(len(rows), most, replace=False))
        rows, columns = rows[drawn], columns[drawn]
    whole = np.zeros_like(field.whole)
    matches = field.source_rows, field.source_columns, field.distances, field.radius, matching.cancel_flag

    def band(low: int, high: int) -> int:
        mask = present.view(np.uint8)
        return kernels.compare(
            target, matching.stock, mask, field.rows, field.columns, whole, subset[low:high], rows, columns, *matches
        )

    in_bands(band, len(subset))

"""The randomized search: guesses round the best match so far, and propagation from neighbor to neighbor."""

from __future__ import annotations

import numpy as np

from ..region import Pixels
from . import kernels
from .matching import Matching
from .threads import in_bands

SWEEPS = 2  # of the randomized search in one pass: forward and backward
WIDE = 16384  # targets, up to which the random search looks everywhere; where there are more, a coarser level has done so
FINE_REACH = 32  # px, half its widest window elsewhere
CALM_REACH = 4  # px, the same for targets that agree with their neighbors


class Randomized:
    """Random search, and propagation from neighbor to neighbor (Barnes et al. 2009)."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._order = np.arange(len(matching.field.rows), dtype=np.int32)

    def improve(self, target: Pixels) -> None:
        for sweep in range(SWEEPS):
            self._sweep(target, forward=sweep % 2 == 0)

    def _sweep(self, target: Pixels, *, forward: bool) -> None:
        on, field = self._matching, self._matching.field
        everywhere = max(field.sources.shape)
        wide = on.coarsest or len(self._order) <= WIDE
        key = np.uint64(on.random.integers(1 << 63))
        before = field.source_rows.copy(), field.source_columns.copy()

        def band(low: int, high: int) -> int:
            return kernels.search(
                target,
                on.stock,
                on.present.view(np.uint8),
                field.sources,
                field.index,
                field.rows,
                field.columns,
                field.whole,
                self._order[low:high],
                low,
                high,
                *before,
                field.source_rows,
                field.source_columns,
                field.distances,
                on.crowd.tolls,
                on.crowd.counts,
                np.float32(on.crowd.fair),
                np.float32(on.crowd.price),
                field.radius,
                everywhere if wide else FINE_REACH,
                everywhere if wide else CALM_REACH,
                forward,
                key,
                on.cancel_flag,
            )

        in_bands(band, len(self._order), alone=on.crowd.price > 0)  # a crowd is counted by one at a time

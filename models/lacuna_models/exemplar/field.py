"""The nearest-neighbor field of one level: which source patch each target patch is matched to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled
from ..region import Mask, Pixels
from . import kernels
from .pyramid import Level, patch_centers
from .threads import in_bands

GAMMA = 1.3  # a patch counts GAMMA times less for each pixel that it lies deeper in the hole (Wexler et al. 2007, section 3.1)
ANCHORED_GAMMA = 3.0  # the same where the border rules
MAX_DEPTH = 30.0  # px, beyond which it counts no less: the heart of a large hole would vanish in float32


@dataclass(frozen=True, slots=True)
class Field:
    """Targets are the N patches inside the frame that touch the hole, in reading order; only they cost memory per match.

    Attributes:
        radius: patches are (2 * radius + 1) squared.
        sources: V x U uint8, centers of wholly known patches of what is sampled.
        index: H x W int32, number of the target centered there, or -1.
        rows, columns: N int32, centers of the targets.
        whole: N uint8, 1 where each pixel of the target is hole or known.
        confidence: N float32 above 0, how much the target counts.
        hole_rows, hole_columns: M int32, the hole's pixels.
        source_rows, source_columns: N int32, centers of the matches; changed by the search.
        distances: N float32, sums of squared differences; changed by the search.
    """

    radius: int
    sources: NDArray[np.uint8]
    index: NDArray[np.int32]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    whole: NDArray[np.uint8]
    confidence: Pixels
    hole_rows: NDArray[np.int32]
    hole_columns: NDArray[np.int32]
    source_rows: NDArray[np.int32]
    source_columns: NDArray[np.int32]
    distances: Pixels

    @classmethod
    def unmatched(cls, level: Level, radius: int, cancel_flag: NDArray[np.uint8], *, anchored: bool) -> Field:
        """The targets and sources of a level, with no matches yet. Needs at least one source (see fitting_radius).

        Args:
            anchored: patches count by how much they hold of what is known, so that the fill meets its border without a
                seam. What belongs together in a wide hole is then torn apart, so it is not for where that is decided.

        Raises Cancelled.
        """
        sources = patch_centers(level.stock.known, radius, all_of=True)
        rows, columns = _places(patch_centers(level.hole, radius, all_of=False))
        index = np.full(level.hole.shape, -1, np.int32)
        index[rows, columns] = np.arange(len(rows), dtype=np.int32)
        _check(cancel_flag)
        whole = patch_centers(level.hole | level.known, radius, all_of=True)[rows, columns]
        depth = _distance_to(level.known)[rows, columns]
        _check(cancel_flag)
        if anchored:
            depth = depth - _distance_to(~level.known)[rows, columns]
        hole_rows, hole_columns = _places(level.hole)
        gamma = ANCHORED_GAMMA if anchored else GAMMA
        return cls(
            radius=radius,
            sources=sources,
            index=index,
            rows=rows,
            columns=columns,
            whole=whole,
            confidence=(gamma ** -np.minimum(depth, MAX_DEPTH)).astype(np.float32),
            hole_rows=hole_rows,
            hole_columns=hole_columns,
            source_rows=np.zeros_like(rows),
            source_columns=np.zeros_like(columns),
            distances=np.full(len(rows), np.inf, np.float32),
        )

    def draw(self, random: np.random.Generator, which: Mask | None = None) -> None:
        """Match the targets (N bool; None = all) to any source, at an unknown distance."""
        chosen = np.ones(len(self.rows), np.bool_) if which is None else which
        if not chosen.any():
            return
        choice = np.flatnonzero(self.sources)
        drawn = choice[random.integers(0, len(choice), np.count_nonzero(chosen))]
        self.source_rows[chosen], self.source_columns[chosen] = np.unravel_index(drawn, self.sources.shape)
        self.distances[chosen] = np.inf

    def take_over(self, coarser: Field, random: np.random.Generator) -> None:
        """Match as the coarser level does, offsets doubled, wherever that gives sources here; draw the others."""
        height, width = coarser.index.shape
        reach = coarser.radius
        parent_rows = np.clip(self.rows // 2, reach, height - 1 - reach)
        parent_columns = np.clip(self.columns // 2, reach, width - 1 - reach)
        parents = coarser.index[parent_rows, parent_columns]
        rows = self.rows + 2 * (coarser.source_rows[parents] - parent_rows)
        columns = self.columns + 2 * (coarser.source_columns[parents] - parent_columns)
        rows = np.clip(rows, self.radius, self.sources.shape[0] - 1 - self.radius)
        columns = np.clip(columns, self.radius, self.sources.shape[1] - 1 - self.radius)
        good = (parents >= 0) & (self.sources[rows, columns] != 0)
        self.source_rows[good], self.source_columns[good] = rows[good], columns[good]
        self.distances[good] = coarser.distances[parents[good]]
        self.draw(random, ~good)

    def vote(
        self, out: Pixels, stock: Pixels, weights: Pixels, cancel_flag: NDArray[np.uint8], *, pixels: Mask | None = None
    ) -> None:
        """Write the hole of `out`, or only `pixels` of it, from the matches (kernels.vote). Raises Cancelled."""
        rows, columns = self.hole_rows, self.hole_columns
        if pixels is not None:
            rows, columns = _places(pixels)
        matches = self.source_rows, self.source_columns, self.distances, weights, self.radius

        def band(low: int, high: int) -> int:
            return kernels.vote(out, stock, self.index, rows[low:high], columns[low:high], *matches, cancel_flag)

        in_bands(band, len(rows))


def _distance_to(pixels: Mask) -> Pixels:
    """Each pixel's distance, in px, to the nearest of those."""
    return np.asarray(cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def _places(pixels: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of what is not 0, in reading order."""
    rows, columns = np.nonzero(pixels)
    return rows.astype(np.int32), columns.astype(np.int32)


def _check(cancel_flag: NDArray[np.uint8]) -> None:
    if cancel_flag[0]:
        raise Cancelled

"""The search by a tree: every patch is looked up by what it looks like, without propagation and without chance.

What would be taken over from neighbors elsewhere keeps a fill coherent: matches that are each the nearest of all disagree,
and their mean is a blur. Here small squares of targets are matched as one piece, and the squares lie elsewhere in each
pass, so that the pieces may take any shape.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, log2, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Pixels
from .cosines import directions_of
from .matching import Matching
from .threads import in_bands
from .tree_kernels import DIRECTIONS, describe, grow
from .unit_kernels import ask
from .units import units_of

MOST_POINTS = 1 << 18  # of a tree, 15 MB; where there are more sources, one is drawn of every few
LEAF = 4  # points, at most
LEAVES = 16  # that are looked at for a unit
APART = 6  # layers that are grown one after another, each in parallel; below them each branch by itself
MOST_REACH = 4  # px
DETAILED = 16384  # targets, up to which it is decided what goes where, by smaller units
SMALL_SIDE, SIDE = 3, 4  # px, of a unit


class Tree:
    """A k-d tree over the projections of the source patches, grown once a level."""

    def __init__(self, matching: Matching) -> None:
        """Raises Cancelled."""
        field = matching.field
        self._matching = matching
        self._passes = 0
        self._side, places = _fitting(field.sources, SMALL_SIDE if len(field.rows) <= DETAILED else SIDE)
        thinned = max(len(places) / MOST_POINTS, 1)
        self._reach = 0 if thinned == 1 else min(ceil(sqrt(thinned) / 2), MOST_REACH)
        if thinned > 1:
            places = places[((np.arange(MOST_POINTS) + matching.random.random(MOST_POINTS)) * thinned).astype(np.int64)]
        rows, columns = np.unravel_index(places, field.sources.shape)
        self._rows, self._columns = rows.astype(np.int32), columns.astype(np.int32)
        self._directions = directions_of(matching.stock, self._rows, self._columns, field.radius, DIRECTIONS)
        self._points = np.empty((len(places), DIRECTIONS), np.float32)
        self._depth = max(ceil(log2(len(places) / LEAF)), 0)
        self._axes, self._cuts = np.zeros(1 << self._depth, np.int32), np.zeros(1 << self._depth, np.float32)
        self._grow()

    def improve(self, target: Pixels) -> None:
        on, field = self._matching, self._matching.field
        units = units_of(field, self._side, self._passes % self._side)
        self._passes += 1

        def band(low: int, high: int) -> int:
            first, end = np.searchsorted(units.edges[:-1], [low, high])
            visited = ask(
                target,
                on.stock,
                on.present.view(np.uint8),
                field.sources,
                field.rows,
                field.columns,
                field.whole,
                units.members,
                units.edges,
                units.full,
                units.weights,
                self._directions,
                self._points,
                self._rows,
                self._columns,
                self._axes,
                self._cuts,
                field.source_rows,
                field.source_columns,
                field.distances,
                on.crowd.tolls,
                on.crowd.counts,
                np.float32(on.crowd.fair),
                np.float32(on.crowd.price),
                field.radius,
                LEAVES,
                self._reach,
                first,
                end,
                on.cancel_flag,
            )
            return int(units.edges[first + visited] - units.edges[first])

        in_bands(band, len(field.rows), alone=on.crowd.price > 0)  # a crowd is counted by one at a time

    def _grow(self) -> None:
        on, radius, count = self._matching, self._matching.field.radius, len(self._points)

        def project(low: int, high: int) -> int:
            rows, columns, points = self._rows[low:high], self._columns[low:high], self._points[low:high]
            return describe(on.stock, rows, columns, self._directions, radius, points, on.cancel_flag)

        in_bands(project, count)
        for top, bottom in pairwise([*range(min(self._depth, APART)), self._depth]):

            def split(low: int, high: int, top: int = top, bottom: int = bottom) -> int:
                tree = self._points, self._rows, self._columns, self._axes, self._cuts
                return grow(*tree, top, bottom, low, high, on.cancel_flag)

            in_bands(split, count)


def _fitting(sources: NDArray[np.uint8], wanted: int) -> tuple[int, NDArray[np.int64]]:
    """The largest side up to the wanted one for which a square unit finds sources alone anywhere, and all such places.

    A place is the flat index of the center, or what is next above and to the left of it.
    """
    for side in range(wanted, 1, -1):
        middle = (side - 1) // 2
        fits = cv2.erode(sources, np.ones((side, side), np.uint8), anchor=(middle, middle), borderValue=0)
        if fits.any():
            return side, np.flatnonzero(fits)
    return 1, np.flatnonzero(sources)

"""The tiles in which a network works on a large region: only those that touch the hole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..region import Mask
from .resizing import Size


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows top to bottom and columns left to right (ends exclusive), all multiples of the network's."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def side(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)

    @property
    def part(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def with_halo(self, halo: int, size: Size) -> Tile:
        """The tile and its surroundings inside a frame of that size."""
        bottom, right = min(self.bottom + halo, size[0]), min(self.right + halo, size[1])
        return Tile(max(self.top - halo, 0), bottom, max(self.left - halo, 0), right)

    def within(self, outer: Tile) -> tuple[slice, slice]:
        """Where it lies in the other, which holds it."""
        return (
            slice(self.top - outer.top, self.bottom - outer.top),
            slice(self.left - outer.left, self.right - outer.left),
        )


def tiles_of(hole: Mask, side: int, multiple: int) -> Iterator[Tile]:
    """Tiles of at most `side` px, row by row, each no larger than its part of the hole needs; together they hold all of it.

    Args:
        hole: H x W.
        side: a multiple of `multiple`.
    """
    whole = around(hole, Tile(0, _up(hole.shape[0], multiple), 0, _up(hole.shape[1], multiple)), multiple)
    if whole is not None:
        yield from split(hole, whole, side, multiple)


def split(hole: Mask, tile: Tile, side: int, multiple: int) -> Iterator[Tile]:
    """The tile in pieces of at most `side` px, without those that do not touch the hole."""
    for top in range(tile.top, tile.bottom, side):
        for left in range(tile.left, tile.right, side):
            piece = Tile(top, min(top + side, tile.bottom), left, min(left + side, tile.right))
            smaller = around(hole, piece, multiple)
            if smaller is not None:
                yield smaller


def around(hole: Mask, tile: Tile, multiple: int) -> Tile | None:
    """The smallest tile in this one that has all of its hole; None when there is none."""
    inside = hole[tile.part]
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return None
    top, left = (int(start) // multiple * multiple for start in (tile.top + rows[0], tile.left + columns[0]))
    bottom, right = (_up(int(end) + 1, multiple) for end in (tile.top + rows[-1], tile.left + columns[-1]))
    return Tile(top, bottom, left, right)


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple

"""Squares of targets that are matched as one piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .field import Field


@dataclass(frozen=True, slots=True)
class Units:
    """A field's targets by the square of a grid in which they lie.

    Attributes:
        members: N int32, the targets' numbers, unit by unit; first one in the middle of its unit.
        edges: K + 1 int32, where each unit begins in `members`, and N.
        full: K uint8, 1 if the square is full of targets that are whole.
        weights: float32, along either axis of the window that a full unit's patches cover, in how many a pixel is.
    """

    members: NDArray[np.int32]
    edges: NDArray[np.int32]
    full: NDArray[np.uint8]
    weights: NDArray[np.float32]


def units_of(field: Field, side: int, shift: int) -> Units:
    """The units of a grid of side x side squares, moved by `shift` pixels down and to the right."""
    rows, columns = field.rows + (side - shift), field.columns + (side - shift)
    squares = (rows // side) * (columns.max() // side + 1) + columns // side
    members = np.argsort(squares, kind="stable").astype(np.int32)
    edges = np.append(np.flatnonzero(np.diff(squares[members], prepend=-1)), len(members))
    full = np.add.reduceat(field.whole[members], edges[:-1]) == side * side
    middles = edges[:-1] + np.where(full, (side - 1) // 2 * (side + 1), np.diff(edges) // 2)
    members[edges[:-1]], members[middles] = members[middles], members[edges[:-1]]
    weights = np.convolve(np.ones(side), np.ones(2 * field.radius + 1))
    return Units(members, edges.astype(np.int32), full.astype(np.uint8), weights.astype(np.float32))

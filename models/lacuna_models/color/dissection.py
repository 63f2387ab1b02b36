"""Nested dissection: the order in which a sparse system over pixels is eliminated with little fill-in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAF = 4  # px; a box no longer than this is eliminated row by row


def nested_dissection(y: NDArray[np.intp], x: NDArray[np.intp]) -> NDArray[np.intp]:
    """The order of elimination of pixels that depend on their eight neighbors, any set of them.

    Boxes are halved across their longer side by a line one pixel wide; both halves come before the line that separates
    them (George, Nested dissection of a regular finite element mesh, 1973).

    Args:
        y, x: n, the pixels' coordinates.

    Returns n indices, the first to be eliminated first.
    """
    if not y.size:
        return np.zeros(0, np.intp)
    low = np.stack([np.full_like(y, y.min()), np.full_like(x, x.min())])
    high = np.stack([np.full_like(y, y.max() + 1), np.full_like(x, x.max() + 1)])
    place = np.stack([y, x])
    key = np.zeros(y.size, np.int64)  # a digit for every cut: 0 below the line, 1 above it, 2 on it
    every = np.arange(y.size)
    while True:
        axis = ((high - low)[1] > (high - low)[0]).astype(np.intp)
        cut = (high - low)[axis, every] > LEAF
        if not cut.any():
            break
        middle = (low + high)[axis, every] // 2
        side = np.sign(place[axis, every] - middle)
        key = key * 3 + np.where(cut, np.choose(side + 1, [0, 2, 1]), 0)
        _shrink(low, high, axis, middle, np.where(cut, side, 2))
    order: NDArray[np.intp] = np.lexsort((x, y, key))
    return order


def _shrink(low: NDArray[Any], high: NDArray[Any], axis: NDArray[Any], middle: NDArray[Any], side: NDArray[Any]) -> None:
    """Each pixel's box becomes the half that it is in (-1, 1), or, on the line (0), is done; 2 leaves it."""
    below, above, on = (np.flatnonzero(side == value) for value in (-1, 1, 0))
    high[axis[below], below] = middle[below]
    low[axis[above], above] = middle[above] + 1
    high[:, on] = low[:, on]

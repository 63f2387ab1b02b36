"""How far the refinement network's four copies are shifted, so that valid content comes to lie over the hole."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np

from ..networks.shifts import Shifts
from ..region import Mask
from .resizing import Size, working_size

SHARES = (0.2, 0.1, 0.4)  # of the side; the first is the paper's, and wins where others are no better
PUBLISHED = 100 / 512  # of the height, in all directions
LOOKED_AT = 128  # px, the long side of the masks that are compared


def published_shifts(size: Size) -> Shifts:
    """Moskalenko et al. 2020, as their code has them."""
    shift = max(round(PUBLISHED * size[0]), 1)
    return Shifts(shift, shift, shift, shift)


def best_shifts(hole: Mask, valid: Mask) -> Shifts:
    """Of each direction the share of the side that gives the hole's pixels the most valid sources.

    First count how many pixels have a source in any of the four copies, then in how many copies they have one.

    Args:
        hole: H x W, at least one True.
        valid: H x W, what may be sampled.
    """
    height, width = hole.shape
    size = working_size((height, width), LOOKED_AT)
    small_hole = _shrunk(hole, size) > 0
    small_valid = _shrunk(valid, size) > 0.5
    rows, columns = (_lengths(side) for side in size)
    up, down = ([_sources(small_hole, small_valid, sign * n, 0) for n in rows] for sign in (1, -1))
    right, left = ([_sources(small_hole, small_valid, 0, sign * n) for n in columns] for sign in (-1, 1))

    def worth(choice: tuple[int, ...]) -> tuple[int, int]:
        four = [copies[number] for copies, number in zip((up, down, right, left), choice, strict=True)]
        return int(np.count_nonzero(np.any(four, axis=0))), sum(int(np.count_nonzero(one)) for one in four)

    chosen = max(product(range(len(SHARES)), repeat=4), key=worth)  # the first of those that are worth the same
    sides = (height, height, width, width)
    return Shifts(*(max(round(SHARES[number] * side), 1) for number, side in zip(chosen, sides, strict=True)))


def _lengths(side: int) -> list[int]:
    return [max(round(share * side), 1) for share in SHARES]


def _shrunk(mask: Mask, size: Size) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.asarray(cv2.resize(mask.astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_AREA))


def _sources(hole: Mask, valid: Mask, rows: int, columns: int) -> Mask:
    """Of the hole's pixels, in reading order, which find something valid so many rows below and columns to the right."""
    y, x = np.nonzero(hole)
    y, x = y + rows, x + columns
    inside = (y >= 0) & (y < hole.shape[0]) & (x >= 0) & (x < hole.shape[1])
    found = np.zeros(len(y), bool)
    found[inside] = valid[y[inside], x[inside]]
    return found

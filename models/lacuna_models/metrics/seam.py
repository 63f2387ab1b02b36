"""How much the hole's border shows: steps across it, against steps of the same direction just outside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels

BAND = 8  # px outward from each border pixel that count as the surroundings near it
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows and columns from a hole's pixel to its neighbor outside


def seam(picture: Pixels, hole: Mask) -> float:
    """Mean step across the border / mean step in the surroundings near it; 1 = does not show, above = an edge, below = a blur.

    A step is the absolute difference of two neighbors (4 of each pixel), mean over the channels. For each pair of a hole's
    pixel and its neighbor outside, the steps that count as surroundings are the next BAND ones on the same line, outward,
    as far as they lie in the frame and outside the hole: a horizontal step is only compared with horizontal ones. Where the
    surroundings are flat, 1 if the border is too, else infinite; nan for a hole without a border inside the frame.
    """
    pairs = [_steps(picture, hole, side) for side in SIDES]
    across = np.concatenate([border for border, _ in pairs])
    around = np.concatenate([outside for _, outside in pairs])
    if not across.size or not around.size:
        return float("nan")
    if not around.any():
        return 1.0 if not across.any() else float("inf")
    return float(across.mean() / around.mean())


def _steps(picture: Pixels, hole: Mask, side: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The steps across the border towards that side, and those of the surroundings behind it."""
    places = np.argwhere(hole) + side
    places = places[_known(~hole, places)]
    across = _between(picture, places - side, places)
    around = []
    for _ in range(BAND):
        places = places[_known(~hole, places + side)]
        around.append(_between(picture, places, places + side))
        places = places + side
    return across, np.concatenate(around)


def _known(mask: Mask, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the mask is True there; False outside the frame."""
    rows, columns = places.T
    inside = (rows >= 0) & (rows < mask.shape[0]) & (columns >= 0) & (columns < mask.shape[1])
    found = np.zeros(len(places), np.bool_)
    found[inside] = mask[rows[inside], columns[inside]]
    return found


def _between(picture: Pixels, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.float64]:
    difference = picture[tuple(a.T)].astype(np.float64) - picture[tuple(b.T)]
    return np.asarray(np.abs(difference).mean(axis=1))

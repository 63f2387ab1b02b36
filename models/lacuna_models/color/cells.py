"""A picture in square cells of whole pixels: sums over them, and planes given cell by cell enlarged along the luma."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .planes import Planes

LIKE = 0.2  # of Y': a cell whose luma is that far away counts a quarter
LEAST = 1e-6  # what the least like cell counts


def cell_sums(plane: NDArray[Any], side: int) -> NDArray[Any]:
    """H x W (x N) -> ceil(H / side) x ceil(W / side) (x N): the sum over every cell; those at the right and bottom are cut."""
    return _sums(_sums(plane, side).swapaxes(0, 1), side).swapaxes(0, 1)


def _sums(rows: NDArray[Any], side: int) -> NDArray[Any]:
    """Rows 0 to side - 1 added up, then the next, and so on."""
    total = rows[::side].copy()
    for first in range(1, side):
        part = rows[first::side]
        total[: len(part)] += part
    return total


def cell_means(plane: NDArray[Any], side: int) -> NDArray[Any]:
    """H x W (x N) floats -> the mean over every cell, in the same dtype."""
    sizes = [np.minimum(side, length - np.arange(0, length, side)) for length in plane.shape[:2]]
    count = np.multiply.outer(*sizes).astype(plane.dtype)
    means: NDArray[Any] = cell_sums(plane, side) / count.reshape(count.shape + (1,) * (plane.ndim - 2))
    return means


def enlarged(values: Planes, weight: Planes, cell_luma: Planes, luma: Planes, side: int) -> Planes:
    """Values of cells for every pixel: the mean of the nine cells round it, by nearness, likeness of luma and weight.

    A joint bilateral upsampling (Kopf et al. 2007): nearness is the quadratic B-spline, likeness 1 / (1 + (d / LIKE)^2)^2.

    Args:
        values: h x w x N.
        weight: h x w, >= 0, how much each cell counts; 0 where none of the nine does.
        cell_luma: h x w.
        luma: H x W, of which the cells are.

    Returns H x W x N float32.
    """
    height, width = luma.shape
    near = _nearness(side)
    reach = [np.arange(-side, length + side) // side for length in luma.shape]
    rows, columns = (np.clip(cells, 0, count - 1) for cells, count in zip(reach, cell_luma.shape, strict=True))
    planes = (cell_luma, weight, *np.moveaxis(values, -1, 0))
    at_cell = [plane[rows][:, columns].astype(np.float32) for plane in planes]
    total = np.full((height, width), np.finfo(np.float32).tiny)
    sums = np.zeros((values.shape[-1], height, width), np.float32)
    across, down = (np.tile(near, (1, -(-length // side)))[:, :length] for length in (width, height))
    for row in range(3):
        for column in range(3):
            here = np.s_[row * side : row * side + height, column * side : column * side + width]
            share = at_cell[0][here] - luma
            share *= np.float32(1 / LIKE)
            share *= share
            share += 1
            share *= share
            np.divide(down[row, :, None] * across[column], share, out=share)
            share += np.float32(LEAST)
            share *= at_cell[1][here]
            total += share
            for plane, value in zip(sums, at_cell[2:], strict=True):
                plane += share * value[here]
    return np.moveaxis(sums / total, 0, -1)


def _nearness(side: int) -> NDArray[np.float32]:
    """3 x side: how near each pixel of a cell is to the cell before, to its own and to the next; sums to 1."""
    place = (np.arange(side) + 0.5) / side - 0.5
    return np.stack([(0.5 - place) ** 2 / 2, 0.75 - place**2, (0.5 + place) ** 2 / 2]).astype(np.float32)

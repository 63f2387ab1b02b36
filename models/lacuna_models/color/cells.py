"""A picture in square cells of whole pixels: sums over them, and planes given cell by cell enlarged along the luma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask
from .planes import Planes

LIKE = 0.2  # of Y': a cell whose luma is that far away counts a quarter
LEAST = 1e-6  # what the least like cell counts
BAND = 1 << 15  # pixels that are enlarged at a time, so few that caches hold them


def cell_sums(plane: NDArray[Any], side: int) -> NDArray[Any]:
    """H x W (x N) -> ceil(H / side) x ceil(W / side) (x N): the sum over every cell; those at the right and bottom are cut."""
    return _combined(_combined(plane, side, np.add).swapaxes(0, 1), side, np.add).swapaxes(0, 1)


def cells_with(mask: Mask, side: int) -> Mask:
    """H x W bool -> ceil(H / side) x ceil(W / side) bool: which cells have any such pixel."""
    return _combined(_combined(mask, side, np.logical_or).swapaxes(0, 1), side, np.logical_or).swapaxes(0, 1)


def _combined(rows: NDArray[Any], side: int, combine: np.ufunc) -> NDArray[Any]:
    """Rows 0 to side - 1 combined into one, then the next, and so on."""
    total = rows[::side].copy()
    for first in range(1, side):
        part = rows[first::side]
        combine(total[: len(part)], part, out=total[: len(part)])
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
        weight: h x w, >= 0, how much each cell counts; the result is 0 where none of the nine does.
        cell_luma: h x w.
        luma: H x W, of which the cells are.

    Returns H x W x N float32.
    """
    near = _nearness(side)
    rows, columns = (np.arange(-side, length + side) // side for length in luma.shape)
    columns = np.clip(columns, 0, cell_luma.shape[1] - 1)
    cells = [plane[:, columns].astype(np.float32) for plane in (cell_luma, weight, *np.moveaxis(values, -1, 0))]
    across = np.tile(near, (1, -(-luma.shape[1] // side)))[:, : luma.shape[1]]
    result = np.empty((*luma.shape, values.shape[-1]), np.float32)
    for top in range(0, luma.shape[0], height := max(BAND // luma.shape[1], 1)):
        here = slice(top, top + height)
        above = np.clip(rows[top : top + height + 2 * side], 0, len(cell_luma) - 1)
        down = near[:, np.arange(top, top + height) % side]
        result[here] = _enlarged_band([plane[above] for plane in cells], down, across, luma[here])
    return result


def _enlarged_band(cells: list[Planes], down: Planes, across: Planes, luma: Planes) -> Planes:
    """Some rows of enlarged().

    Args:
        cells: luma, weight and values of the cell that each pixel lies in, a cell further on all sides.
        down, across: 3 x H and 3 x W, how near the cells before, of and after each row and column are.
    """
    height, width = luma.shape
    side = (cells[0].shape[1] - width) // 2
    total = np.full(luma.shape, np.finfo(np.float32).tiny)
    sums = np.zeros((len(cells) - 2, height, width), np.float32)
    for row in range(3):
        for column in range(3):
            here = np.s_[row * side : row * side + height, column * side : column * side + width]
            share = cells[0][here] - luma
            share *= np.float32(1 / LIKE)
            share *= share
            share += 1
            share *= share
            np.divide(down[row, :height, None] * across[column], share, out=share)
            share += np.float32(LEAST)
            share *= cells[1][here]
            total += share
            for plane, value in zip(sums, cells[2:], strict=True):
                plane += share * value[here]
    return np.moveaxis(sums / total, 0, -1)


def enlarged_smoothly(values: Planes, size: Sequence[int], side: int) -> Planes:
    """Values of cells for every pixel, by cubic splines, whatever the luma is: H x W x N float32.

    Args:
        values: h x w x N, N at most 4.
        size: H and W.
    """
    whole = (values.shape[1] * side, values.shape[0] * side)
    larger = cv2.resize(np.ascontiguousarray(values, np.float32), whole, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, np.float32)[: size[0], : size[1]].reshape(*size, -1)


def _nearness(side: int) -> NDArray[np.float32]:
    """3 x side: how near each pixel of a cell is to the cell before, to its own and to the next; sums to 1."""
    place = (np.arange(side) + 0.5) / side - 0.5
    return np.stack([(0.5 - place) ** 2 / 2, 0.75 - place**2, (0.5 + place) ** 2 / 2]).astype(np.float32)

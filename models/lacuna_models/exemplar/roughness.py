"""How rough each place is: what a coarse level would forget about the texture that it averages away.

At coarse scales grass and a smooth green wall are the same color, so patches are matched by color and roughness, the
mean absolute gradient around a pixel at full size (Newson et al. 2014, section 3.3).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels
from .rows import rows_of

WINDOW = 15  # px, over which the gradient is averaged
WEIGHT = 5.0  # of roughness against color; lower, and the wrong texture is taken; higher, and colors no longer fit


def roughness(color: Pixels, known: Mask, cancel_flag: NDArray[np.uint8]) -> Pixels:
    """H x W float32: the weighted mean absolute gradient of the known pixels near each known pixel; 0 elsewhere.

    Args:
        color: H x W x C float32; the first three channels count.
        known: H x W bool; a gradient counts only between known pixels.

    Raises Cancelled.
    """
    result = np.zeros(known.shape, np.float32)
    reach = WINDOW // 2
    for rows in rows_of(len(known), cancel_flag):
        first = max(rows.start - reach, 0)
        part = slice(first, rows.stop + reach + 1)  # one more, for the gradient of the last row
        whole = _roughness(color[part], known[part])
        result[rows] = whole[rows.start - first : rows.stop - first]
    return result


def _roughness(color: Pixels, known: Mask) -> Pixels:
    gray = (color[..., 0] + color[..., 1] + color[..., 2]) / np.float32(3)
    gradient, counted = np.zeros(known.shape, np.float32), np.zeros(known.shape, np.float32)
    counted[:-1, :-1] = known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:]
    gradient[:-1, :-1] = np.abs(np.diff(gray, axis=0))[:, :-1] + np.abs(np.diff(gray, axis=1))[:-1]
    total, count = (_window_sum(plane) for plane in (gradient * counted, counted))
    return np.where(known, np.float32(WEIGHT) * total / np.maximum(count, 1), np.float32(0))


def _window_sum(plane: Pixels) -> Pixels:
    total = cv2.boxFilter(plane, -1, (WINDOW, WINDOW), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return total.astype(np.float32, copy=False)

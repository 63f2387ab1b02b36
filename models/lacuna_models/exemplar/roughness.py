"""How rough each place is: what a coarse level would forget about the texture that it averages away.

At coarse scales grass and a smooth green wall are the same color, so patches are matched by color and roughness, the
mean absolute gradient around a pixel at full size (Newson et al. 2014, section 3.3).
"""

from __future__ import annotations

import cv2
import numpy as np

from ..region import Mask, Pixels

WINDOW = 15  # px, over which the gradient is averaged
WEIGHT = 5.0  # of roughness against color; lower, and the wrong texture is taken; higher, and colors no longer fit


def roughness(color: Pixels, known: Mask) -> Pixels:
    """H x W float32: the weighted mean absolute gradient of the known pixels near each known pixel; 0 elsewhere.

    Args:
        color: H x W x 3 float32.
        known: H x W bool; a gradient counts only between known pixels.
    """
    gray = cv2.transform(color, np.full((1, 3), 1 / 3, np.float32))
    height, width = gray.shape
    gradient, counted = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    counted[:-1, :-1] = known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:]
    gradient[:-1, :-1] = np.abs(np.diff(gray, axis=0))[:, :-1] + np.abs(np.diff(gray, axis=1))[:-1]
    total, count = (_window_sum(plane) for plane in (gradient * counted, counted))
    return np.where(known, np.float32(WEIGHT) * total / np.maximum(count, 1), np.float32(0))


def _window_sum(plane: Pixels) -> Pixels:
    total = cv2.boxFilter(plane, -1, (WINDOW, WINDOW), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return total.astype(np.float32, copy=False)

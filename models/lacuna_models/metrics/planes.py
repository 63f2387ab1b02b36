"""The planes that the metrics' authors compare: luma and chroma of YIQ, from 0 to 255, at half size where they say so."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Pixels

Plane = NDArray[np.float64]
YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


def yiq(picture: Pixels) -> Plane:
    """H x W x 3: Y (0 to 255), I and Q of R'G'B' in [0, 1]."""
    return np.asarray(picture.astype(np.float64) @ YIQ.T * 255)


def luma(picture: Pixels) -> Plane:
    """H x W, the Y of YIQ (BT.601's weights), 0 to 255."""
    return np.asarray(picture.astype(np.float64) @ YIQ[0] * 255)


def halved(plane: Plane) -> Plane:
    """Means of 2 x 2, every second row and column; an odd last row or column is averaged with zeros, as MATLAB's conv2 does."""
    return np.asarray(convolved(plane, np.full((2, 2), 0.25))[::2, ::2])


def convolved(plane: Plane, kernel: Plane) -> Plane:
    """MATLAB's conv2(plane, kernel, 'same'): zeros outside, an even kernel leans to the lower right."""
    rows, columns = kernel.shape
    anchor = (columns - 1 - columns // 2, rows - 1 - rows // 2)
    flipped = np.ascontiguousarray(kernel[::-1, ::-1])
    return np.asarray(cv2.filter2D(plane, -1, flipped, anchor=anchor, borderType=cv2.BORDER_CONSTANT))

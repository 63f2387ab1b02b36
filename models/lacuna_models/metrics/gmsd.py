"""GMSD: Xue, Zhang, Mou and Bovik, 'Gradient magnitude similarity deviation', 2014."""

from __future__ import annotations

import numpy as np

from ..region import Pixels
from .planes import Plane, convolved, halved, luma

C = 170.0  # section III-B, for values up to 255
PREWITT = np.array([[1.0, 0.0, -1.0]] * 3) / 3


def gmsd(picture: Pixels, truth: Pixels) -> float:
    """Standard deviation of the gradient magnitudes' similarity (eq. 4 and 6), lumas at half size; 0 for equal pictures.

    The deviation is normalized by the number of pixels, as in eq. 6 (the authors' code divides by one less).
    """
    x, y = _gradient(halved(luma(picture))), _gradient(halved(luma(truth)))
    return float(np.std((2 * x * y + C) / (x * x + y * y + C)))


def _gradient(plane: Plane) -> Plane:
    return np.hypot(convolved(plane, PREWITT), convolved(plane, PREWITT.T))

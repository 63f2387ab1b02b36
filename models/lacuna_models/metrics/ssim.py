"""SSIM: Wang, Bovik, Sheikh and Simoncelli, 'Image quality assessment: from error visibility to structural similarity', 2004."""

from __future__ import annotations

import cv2
import numpy as np

from ..region import Pixels
from .planes import Plane, luma

WINDOW, SIGMA = 11, 1.5  # section III-C: a Gaussian of 11 x 11
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(picture: Pixels, truth: Pixels) -> float:
    """Mean of the SSIM map of the lumas over windows that lie wholly inside; 1 for equal pictures, -1 at worst.

    The published settings, without shrinking the picture first. Raises ValueError for a side under 11 px.
    """
    if min(truth.shape[:2]) < WINDOW:
        raise ValueError(f"SSIM needs {WINDOW} x {WINDOW} px, not {truth.shape[1]} x {truth.shape[0]}")
    x, y = luma(picture), luma(truth)
    mean_x, mean_y = _mean(x), _mean(y)
    var_x, var_y = _mean(x * x) - mean_x**2, _mean(y * y) - mean_y**2
    covariance = _mean(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    structure = (2 * covariance + C2) / (var_x + var_y + C2)
    return float((luminance * structure).mean())


def _mean(plane: Plane) -> Plane:
    """Weighted by the window, where it lies inside."""
    edge = WINDOW // 2
    return np.asarray(cv2.GaussianBlur(plane, (WINDOW, WINDOW), SIGMA)[edge:-edge, edge:-edge])

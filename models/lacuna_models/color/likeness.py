"""What a pixel looks like in luma: the features by which pixels of like color are found."""

from __future__ import annotations

import cv2
import numpy as np

from ..region import Pixels
from .planes import Planes

MEANS = {0.0: 12.6, 1.5: 41.6, 3.0: 9.2, 6.0: 8.0, 12.0: 6.8}  # px, the Gaussians' standard deviations, and weights
DEVIATIONS = {1.5: 27.0, 3.0: 6.4, 6.0: 5.7, 12.0: 15.4}
EDGES = {1.5: (18.5, 6.2), 4.0: (13.1, 16.7)}  # weights of an edge's strength and of its direction
PLACE = 9.0  # the weight of a distance as long as the longer side
FLAT = 1e-5  # gradient (of luma a pixel) below which there is no direction


def features(luma: Pixels) -> Pixels:
    """H x W luma, finite -> H x W x 15, weighted: the nearer two pixels are in them, the liker is their color.

    Mean and standard deviation of the luma round the pixel at several scales, and the strength and direction (the cosine
    and sine of twice its angle) of the edges there. The weights are those with which attention (attention.py) hit the true
    colors of holes best, found by gradient descent on photographs.
    """
    luma = np.ascontiguousarray(luma, np.float32)
    planes = [_blurred(luma, sigma) * np.float32(weight) for sigma, weight in MEANS.items()]
    squared = luma * luma
    for sigma, weight in DEVIATIONS.items():
        variance = np.maximum(_blurred(squared, sigma) - _blurred(luma, sigma) ** 2, 0)
        planes.append(np.sqrt(variance) * np.float32(weight))
    across, down = (cv2.Sobel(luma, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    for sigma, (strong, running) in EDGES.items():
        xx, yy, xy = (_blurred(product, sigma) for product in (across * across, down * down, across * down))
        strength = np.sqrt(np.maximum(xx + yy, np.float32(FLAT**2)))
        share = np.float32(running) / strength
        planes += [strength * np.float32(strong), (xx - yy) * share, 2 * xy * share]
    return np.stack(planes, axis=-1)


def places(height: int, width: int) -> Pixels:
    """H x W x 2, weighted: where a pixel is."""
    rows, columns = np.indices((height, width), np.float32)
    return np.stack([rows, columns], axis=-1) * np.float32(PLACE / max(height, width))


def _blurred(plane: Planes, sigma: float) -> Planes:
    if sigma == 0:
        return plane
    return cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT).astype(np.float32, copy=False)

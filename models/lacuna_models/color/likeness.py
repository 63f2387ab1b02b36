"""What a pixel looks like in luma: the features by which pixels of like color are found."""

from __future__ import annotations

import cv2
import numpy as np

from ..region import Pixels
from .planes import Planes

MEANS = {0.0: 11.6, 1.5: 35.9, 3.0: 4.7, 6.0: 4.7, 12.0: 4.3}  # px, the Gaussians' standard deviations, and weights
DEVIATIONS = {1.5: 29.6, 3.0: 5.7, 6.0: 5.3, 12.0: 17.6}
EDGES = {1.5: (22.1, 6.7), 4.0: (18.4, 13.4)}  # weights of an edge's strength and of its direction
PLACE = 7.8  # the weight of a distance as long as the longer side
TONE = 1.5  # px, of a Gaussian that takes the luma's noise away
FLAT = 1e-5  # gradient (of luma a pixel) below which there is no direction


def features(luma: Pixels) -> Pixels:
    """H x W luma, finite -> H x W x 15, weighted: the nearer two pixels are in them, the liker is their color.

    Mean and standard deviation of the luma round the pixel at several scales, and the strength and direction (the cosine
    and sine of twice its angle) of the edges there. The weights are those with which attention (attention.py) hit the true
    colors of holes best, found by gradient descent on photographs.
    """
    luma = np.ascontiguousarray(luma, np.float32)
    planes = [blurred(luma, sigma) * np.float32(weight) for sigma, weight in MEANS.items()]
    squared = luma * luma
    for sigma, weight in DEVIATIONS.items():
        variance = np.maximum(blurred(squared, sigma) - blurred(luma, sigma) ** 2, 0)
        planes.append(np.sqrt(variance) * np.float32(weight))
    across, down = (cv2.Sobel(luma, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    for sigma, (strong, running) in EDGES.items():
        xx, yy, xy = (blurred(product, sigma) for product in (across * across, down * down, across * down))
        strength = np.sqrt(np.maximum(xx + yy, np.float32(FLAT**2)))
        share = np.float32(running) / strength
        planes += [strength * np.float32(strong), (xx - yy) * share, 2 * xy * share]
    return np.stack(planes, axis=-1)


def places(height: int, width: int) -> Pixels:
    """H x W x 2, weighted: where a pixel is."""
    rows, columns = np.indices((height, width), np.float32)
    return np.stack([rows, columns], axis=-1) * np.float32(PLACE / max(height, width))


def blurred(plane: Planes, sigma: float) -> Planes:
    """By a Gaussian of that standard deviation, in px."""
    if sigma == 0:
        return plane
    return cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT).astype(np.float32, copy=False)

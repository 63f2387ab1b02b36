"""Whether the fill is as sharp, and as grainy, as what is round it."""

from __future__ import annotations

import cv2
import numpy as np

from ..region import Mask, Pixels
from .planes import luma

RING = 64  # px round the hole that count as its surroundings


def sharpness(picture: Pixels, hole: Mask) -> float:
    """Mean gradient magnitude of the luma in the hole / the same within RING px of it; 1 = alike, below = blurred.

    Gradients are central differences that do not reach across the border. nan where a side has no pixel, or the
    surroundings are flat.
    """
    plane = luma(picture)
    rows, columns = np.gradient(plane)
    magnitude = np.hypot(rows, columns)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    inside = cv2.erode(hole.astype(np.uint8), cross, borderType=cv2.BORDER_REPLICATE) > 0
    distance = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ring = (distance > 1) & (distance <= RING)
    if not inside.any() or not ring.any() or not magnitude[ring].any():
        return float("nan")
    return float(magnitude[inside].mean() / magnitude[ring].mean())

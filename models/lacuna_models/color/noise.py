"""Chroma's noise told from color: what a local linear function of luma does not explain.

He, Sun and Tang 2010 (guided image filtering), with luma as the guide.
"""

from __future__ import annotations

import cv2
import numpy as np

from .planes import Planes

RADIUS = 4  # px, of the windows; a result depends on 2 * RADIUS pixels around
EDGE = 0.02  # of luma: smaller differences do not part two colors
LOUDEST = 0.02  # of chroma: what differs much more from the explained color is another color, no noise


def calmed(luma: Planes, chroma: Planes, share: float) -> Planes:
    """H x W Y' and H x W x 2 float32 chroma -> chroma with that share of its noise left, in [0, 1]."""
    middle, level = _mean(luma), _mean(chroma)
    variance = np.maximum(_mean(luma * luma) - middle * middle, 0)
    slope = (_mean(luma[..., None] * chroma) - middle[..., None] * level) / (variance + np.float32(EDGE**2))[..., None]
    explained = _mean(slope) * luma[..., None] + _mean(level - slope * middle[..., None])
    rest = chroma - explained
    other = ((rest * rest).sum(axis=-1, keepdims=True) / np.float32(LOUDEST**2)) ** 2
    calm: Planes = chroma - rest * (np.float32(1 - share) / (1 + other))
    return calm


def _mean(plane: Planes) -> Planes:
    return cv2.blur(plane, (2 * RADIUS + 1, 2 * RADIUS + 1), borderType=cv2.BORDER_REFLECT).astype(np.float32, copy=False)

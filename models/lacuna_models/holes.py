"""The shape of a hole."""

from __future__ import annotations

import cv2
import numpy as np

from .region import Mask

STROKE = 20.0  # a hole of more than so many times its depth squared is ruled by its border (a disc has 3.1, a square 4 times)


def depth_of(hole: Mask) -> float:
    """How far the hole's innermost pixel is from its edge, in px; the frame is no edge, for nothing is known beyond it."""
    return float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5).max())


def is_stroke(hole: Mask) -> bool:
    """Whether the largest connected part of the hole, which is not empty, is long and thin."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8), connectivity=8)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height, area = (int(value) for value in stats[largest])
    part = labels[top : top + height, left : left + width] == largest
    return area > STROKE * depth_of(np.pad(part, 1)) ** 2

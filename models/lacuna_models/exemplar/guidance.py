"""At which scales a guide is heard: the coarsest, and on from there while it is about as sharp as the picture.

A guide is what a network, or any first stage, made at a small size: right about structure, blurred in detail. Compared with the
picture's own patches at a scale that it has no detail for, it would make blurred patches the best ones.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ..region import Mask, Pixels
from .pyramid import Level

AS_SHARP = 0.8  # of the known pixels' mean gradient; lower, and fills turn soft; higher, and their structure is lost
WEIGHT = 1.0  # of the guide's distance against the fill's own


def heard(levels: list[Level], channels: int) -> list[Level]:
    """The levels, fine to coarse, without the guide from where on it is too blurred.

    Args:
        channels: how many of the four are colors (and opacity), which the guide has too.
    """
    kept, blurred = [levels[-1]], False
    for level in reversed(levels[:-1]):
        blurred = blurred or level.guide is None or not _is_sharp(level, level.guide, channels)
        kept.append(replace(level, guide=None) if blurred else level)
    return kept[::-1]


def pulled(picture: Pixels, guide: Pixels, channels: int) -> Pixels:
    """What to compare instead of the picture, so that the distance to a source S gains WEIGHT * |guide - S|^2.

    |P - S|^2 + w |G - S|^2 is (1 + w) |(P + w G) / (1 + w) - S|^2 and a term without S.
    """
    result = picture.copy()
    colors = np.s_[..., :channels]
    result[colors] = (picture[colors] + np.float32(WEIGHT) * guide[colors]) / np.float32(1 + WEIGHT)
    return result


def _is_sharp(level: Level, guide: Pixels, channels: int) -> bool:
    """Whether the guide's gradients in the hole are AS_SHARP of those of what is known."""
    own = _gradient(guide[..., :channels])[level.hole].mean()
    inside = cv2.erode(level.known.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) != 0
    where: Mask = inside if inside.any() else level.known
    return bool(own >= AS_SHARP * _gradient(level.image[..., :channels])[where].mean())


def _gradient(image: Pixels) -> Pixels:
    """H x W: the mean absolute difference to the neighbors above and to the left."""
    gradient = np.zeros(image.shape[:2], np.float32)
    gradient[:, 1:] += np.abs(np.diff(image, axis=1)).mean(axis=2)
    gradient[1:] += np.abs(np.diff(image, axis=0)).mean(axis=2)
    return gradient

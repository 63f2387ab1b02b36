"""The pyramid over which a hole is completed, coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels

MIN_SIDE = 16  # px, no level is smaller
MIN_SOURCES = 64  # patches that the coarsest level must offer, or there is too little to choose from


@dataclass(frozen=True, slots=True)
class Level:
    """One scale of the problem.

    Attributes:
        image: H x W x 4 float32, finite; only its known pixels mean something.
        hole, known: H x W bool, disjoint.
        guide: H x W x 4 float32, what the fill should look like, or None.
    """

    image: Pixels
    hole: Mask
    known: Mask
    guide: Pixels | None


def patch_centers(pixels: Mask, radius: int, *, all_of: bool) -> NDArray[np.uint8]:
    """H x W uint8: 1 where the patch lies inside the frame and all (else: some) of it is in `pixels`."""
    window = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    operation = cv2.erode if all_of else cv2.dilate
    centers = operation(pixels.astype(np.uint8), window, borderType=cv2.BORDER_CONSTANT, borderValue=0).astype(
        np.uint8, copy=False
    )
    if radius:
        centers[:radius] = centers[-radius:] = 0
        centers[:, :radius] = centers[:, -radius:] = 0
    return centers


def depth_of(hole: Mask) -> float:
    """How far the hole's innermost pixel is from its edge, in px; the frame is no edge, for nothing is known beyond it."""
    return float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5).max())


def halved(level: Level) -> Level:
    """The next coarser scale, ceil(H/2) x ceil(W/2).

    A coarse pixel is hole if any of its fine pixels is, known if all are, and neither otherwise; its color is the mean
    of its known pixels alone, so that nothing unknown bleeds into what is sampled.
    """
    hole, known = _blocks(level.hole), _blocks(level.known)
    count = known.sum(axis=(1, 3), dtype=np.float32)[..., None]
    total = (_blocks(level.image) * known[..., None]).sum(axis=(1, 3))
    return Level(
        image=np.ascontiguousarray(total / np.maximum(count, 1)),
        hole=np.ascontiguousarray(hole.any(axis=(1, 3))),
        known=np.ascontiguousarray(known.all(axis=(1, 3))),
        guide=None if level.guide is None else np.ascontiguousarray(_blocks(level.guide).mean(axis=(1, 3), dtype=np.float32)),
    )


def pyramid(base: Level, radius: int) -> list[Level]:
    """Levels from fine to coarse, the last one so coarse that a patch spans the hole, where the picture allows it."""
    levels = [base]
    while depth_of(levels[-1].hole) > radius:
        coarser = halved(levels[-1])
        sources = patch_centers(coarser.known, radius, all_of=True)
        if min(coarser.hole.shape) < MIN_SIDE or np.count_nonzero(sources) < MIN_SOURCES:
            break
        levels.append(coarser)
    return levels


def _blocks(array: NDArray[Any]) -> NDArray[Any]:
    """H x W [x C] as rows x 2 x columns x 2 [x C]; an odd last row or column is doubled."""
    height, width = array.shape[:2]
    padding = [(0, height % 2), (0, width % 2)] + [(0, 0)] * (array.ndim - 2)
    even = np.pad(array, padding, mode="edge")
    return even.reshape((height + 1) // 2, 2, (width + 1) // 2, 2, *array.shape[2:])

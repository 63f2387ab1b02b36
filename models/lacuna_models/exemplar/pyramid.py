"""The pyramid over which a hole is completed, coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..holes import depth_of
from ..region import Mask, Pixels
from .rows import rows_of

MIN_SIDE = 16  # px, no level is smaller
MIN_SOURCES = 64  # patches that the coarsest level must offer, or there is too little to choose from


@dataclass(frozen=True, slots=True)
class Stock:
    """What is sampled at one scale.

    Attributes:
        image: V x U x 4 float32, finite where it is known.
        known: V x U bool.
    """

    image: Pixels
    known: Mask


@dataclass(frozen=True, slots=True)
class Level:
    """One scale of the problem.

    Attributes:
        image: H x W x 4 float32, finite; only its known pixels mean something.
        hole, known: H x W bool, disjoint. Not all that is known need be sampled: see stock.
        guide: H x W x 4 float32, what the fill should look like, or None.
        atlas: what is sampled, where it is not just all that is known: a part of it, or transformed copies too
            (atlas.atlas_of).
    """

    image: Pixels
    hole: Mask
    known: Mask
    guide: Pixels | None
    atlas: Stock | None = None

    @property
    def stock(self) -> Stock:
        """What is sampled: the atlas, or else the image's own known pixels."""
        return self.atlas or Stock(self.image, self.known)


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


def halved(level: Level, cancel_flag: NDArray[np.uint8]) -> Level:
    """The next coarser scale, ceil(H/2) x ceil(W/2).

    A coarse pixel is hole if any of its fine pixels is, known if all are, and neither otherwise; its color is the mean
    of its known pixels alone, so that nothing unknown bleeds into what is sampled. Raises Cancelled.
    """
    image, known = _halved(level.image, level.known, cancel_flag)
    return Level(
        image=image,
        hole=np.logical_or.reduce(_quarters(level.hole)),
        known=known,
        guide=None if level.guide is None else np.mean(_quarters(level.guide), axis=0, dtype=np.float32),
        atlas=None if level.atlas is None else Stock(*_halved(level.atlas.image, level.atlas.known, cancel_flag)),
    )


def halved_plane(plane: Pixels) -> Pixels:
    """The mean of every 2 x 2 block of an H x W plane."""
    return np.asarray(np.mean(_quarters(plane), axis=0), np.float32)


def _halved(image: Pixels, known: Mask, cancel_flag: NDArray[np.uint8]) -> tuple[Pixels, Mask]:
    height, width = (-(-side // 2) for side in known.shape)
    total, certain = np.zeros((height, width, 4), np.float32), np.zeros((height, width), np.bool_)
    for rows in rows_of(len(known), cancel_flag):  # an even number of them
        half = slice(rows.start // 2, -(-rows.stop // 2))
        known_quarters = _quarters(known[rows])
        count = np.zeros(known_quarters[0].shape, np.float32)
        for pixels, counts in zip(_quarters(image[rows]), known_quarters, strict=True):
            count += counts
            total[half] += pixels * counts[..., None]
        total[half] /= np.maximum(count, 1)[..., None]
        certain[half] = np.logical_and.reduce(known_quarters)
    return total, certain


def pyramid(base: Level, radius: int, cancel_flag: NDArray[np.uint8]) -> list[Level]:
    """Levels from fine to coarse, the last one so coarse that a patch spans the hole, where the picture allows it.

    Raises Cancelled: a large region takes a while.
    """
    levels = [base]
    while depth_of(levels[-1].hole) > radius:
        coarser = halved(levels[-1], cancel_flag)
        sources = patch_centers(coarser.stock.known, radius, all_of=True)
        if min(coarser.hole.shape) < MIN_SIDE or np.count_nonzero(sources) < MIN_SOURCES:
            break
        levels.append(coarser)
    return levels


def _quarters(array: NDArray[Any]) -> list[NDArray[Any]]:
    """The four pixels of every 2 x 2 block, each as ceil(H/2) x ceil(W/2) [x C]; an odd last row or column is doubled."""
    height, width = array.shape[:2]
    if height % 2 or width % 2:
        array = np.pad(array, [(0, height % 2), (0, width % 2)] + [(0, 0)] * (array.ndim - 2), mode="edge")
    return [array[top::2, left::2] for top in (0, 1) for left in (0, 1)]

"""Transformed copies of the known pixels, so that patches are also found rotated, scaled and mirrored (Darabi et al. 2012).

The copies are pages of one tall picture. A patch that lies upright in a page is a transformed patch of the image, its
neighbors in the page are its transformed neighbors, so the search needs to know nothing of transforms and compares no
interpolated pixel twice. The first page is the image itself, in its own place.
"""

from __future__ import annotations

from itertools import product
from math import ceil, cos, radians, sin

import cv2
import numpy as np

from ..region import Mask, Pixels
from ..sampling import Sampling
from .pyramid import Stock

STEP = 15.0  # degrees, between the pages, as far as there is room
MOST_PAGES = 16
MOST_PIXELS = 24_000_000  # of all pages together, 400 MB
RASTER = 64  # px: pages begin at multiples, so that they stay apart and in place at the coarse levels
CERTAIN = 0.999  # share of known pixels in an interpolated one


def atlas_of(image: Pixels, known: Mask, sampling: Sampling) -> Stock | None:
    """The pages, one below the other; None when the image is sampled as it is.

    Args:
        image: H x W x 4 float32, finite.
    """
    transforms = _transforms(sampling, image.shape[0] * image.shape[1])
    if not transforms:
        return None
    image = np.where(known[..., None], image, np.float32(0))
    pages = [(image, known)] + [_page(image, known, *transform) for transform in transforms]
    heights = [_raster(page.shape[0] + RASTER // 4) for page, _ in pages]
    width = max(page.shape[1] for page, _ in pages)
    atlas = Stock(np.zeros((sum(heights), width, 4), np.float32), np.zeros((sum(heights), width), np.bool_))
    top = 0
    for (page, certain), height in zip(pages, heights, strict=True):
        atlas.image[top : top + page.shape[0], : page.shape[1]] = page
        atlas.known[top : top + page.shape[0], : page.shape[1]] = certain
        top += height
    return atlas


def _transforms(sampling: Sampling, pixels: int) -> list[tuple[float, float, bool]]:
    """(degrees, factor, mirrored) of every page but the first; where there is no room for all, the turns have larger steps."""
    room = min(MOST_PAGES, max(MOST_PIXELS // pixels, 1))
    factors = [1.0] + [1 + sign * sampling.scale / 100 for sign in (1, -1) if sampling.scale]
    mirrors = [False, True] if sampling.mirror else [False]
    sides = max((room + 1) // (2 * len(factors) * len(mirrors)), 1)
    steps = min(ceil(sampling.rotate / STEP), sides)
    turns = [sign * sampling.rotate * step / steps for step in range(1, steps + 1) for sign in (1, -1)]
    angles = [0.0] + [angle for angle in turns if angle > -180]
    return [one for one in product(angles, factors, mirrors) if one != (0.0, 1.0, False)][:room]


def _page(image: Pixels, known: Mask, degrees: float, factor: float, mirrored: bool) -> tuple[Pixels, Mask]:
    """The image turned counterclockwise about its middle, scaled and mirrored, in the frame that holds it all."""
    share = known.astype(np.float32)
    if factor != 1:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        image, share = (
            np.asarray(cv2.resize(one, None, fx=factor, fy=factor, interpolation=way), np.float32) for one in (image, share)
        )
    height, width = share.shape
    c, s = cos(radians(degrees)), sin(radians(degrees))
    across, down = ceil(abs(c) * width + abs(s) * height), ceil(abs(s) * width + abs(c) * height)
    sign = -1 if mirrored else 1
    turn = np.array([[sign * c, s], [-sign * s, c]])
    middle, center = np.array([width - 1, height - 1]) / 2, np.array([across - 1, down - 1]) / 2
    matrix = np.hstack([turn, (center - turn @ middle)[:, None]])
    page = np.asarray(cv2.warpAffine(image, matrix, (across, down), flags=cv2.INTER_CUBIC), np.float32)
    share = np.asarray(cv2.warpAffine(share, matrix, (across, down), flags=cv2.INTER_LINEAR), np.float32)
    certain = cv2.erode((share >= CERTAIN).astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) != 0
    page[~certain] = 0
    return page, certain


def _raster(length: int) -> int:
    return -(-length // RASTER) * RASTER

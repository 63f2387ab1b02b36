"""Transformed copies of the known pixels, so that patches are also found rotated, scaled and mirrored (Darabi et al. 2012).

The copies are pages of one tall picture. A patch that lies upright in a page is a transformed patch of the image, its
neighbors in the page are its transformed neighbors, so the search needs to know nothing of transforms and compares no
interpolated pixel twice. The first page is the image itself, in its own place.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, cos, radians, sin
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels
from ..sampling import Sampling
from .pyramid import Stock
from .rows import rows_of

STEP = 15.0  # degrees, between the pages, as far as there is room
MOST_PAGES = 17  # beside the first: two turns, two sizes and the mirror in all combinations
MOST_PIXELS = 24_000_000  # of all pages but the first, gaps included: 400 MB
RASTER = 64  # px: pages begin at multiples, so that they stay apart and in place at the coarse levels
GAP = 16  # px, at least, between two pages
CERTAIN = 0.999  # share of known pixels in an interpolated one


class Transform(NamedTuple):
    """What makes a page of the image: scaled by the factor, mirrored left to right, turned counterclockwise."""

    degrees: float
    factor: float
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Atlas:
    """The pages, and how many of those asked for there was no room for."""

    stock: Stock
    left_out: int


def atlas_of(
    image: Pixels, known: Mask, sampling: Sampling, cancel_flag: NDArray[np.uint8], *, opacity: bool = False
) -> Atlas | None:
    """The pages, one below the other; None when the image is sampled as it is.

    Args:
        image: H x W x 4 float32, finite.
        opacity: the fourth channel is opacity, by which colors are multiplied.

    No page holds a value beyond those of the known pixels. Raises Cancelled.
    """
    wanted = transforms(sampling)
    if not wanted:
        return None
    chosen = _fitting(wanted, known.shape[0], known.shape[1])
    image = np.where(known[..., None], image, np.float32(0))
    sizes = [known.shape, *(_frame(one, *known.shape) for one in chosen)]
    heights, width = [_raster(height + GAP) for height, _ in sizes], max(width for _, width in sizes)
    stock = Stock(np.zeros((sum(heights), width, 4), np.float32), np.zeros((sum(heights), width), np.bool_))
    stock.image[: known.shape[0], : known.shape[1]], stock.known[: known.shape[0], : known.shape[1]] = image, known
    limits = None if opacity else (image[known].min(axis=0), image[known].max(axis=0))
    for transform, size, top in zip(chosen, sizes[1:], np.cumsum(heights)[:-1], strict=True):
        page = np.s_[top : top + size[0], : size[1]]
        _draw(Stock(stock.image[page], stock.known[page]), image, known, transform, limits, cancel_flag)
    return Atlas(stock, len(wanted) - len(chosen))


def transforms(sampling: Sampling) -> list[Transform]:
    """Every page but the first, at most MOST_PAGES, so ordered that each kind asked for comes early."""
    factors = [1.0] + [1 + sign * sampling.scale / 100 for sign in (1, -1) if sampling.scale]
    mirrors = [False, True] if sampling.mirror else [False]
    sides = max(((MOST_PAGES + 1) // (len(factors) * len(mirrors)) - 1) // 2, 1)
    steps = min(ceil(sampling.rotate / STEP), sides)
    turns = [sign * sampling.rotate * step / steps for step in range(1, steps + 1) for sign in (1, -1)]
    angles = [0.0] + [angle for angle in turns if angle > -180]
    places = sorted(product(range(len(angles)), range(len(factors)), range(len(mirrors))), key=lambda place: (sum(place), place))
    return [Transform(angles[a], factors[f], mirrors[m]) for a, f, m in places[1:]]


def _fitting(wanted: list[Transform], height: int, width: int) -> list[Transform]:
    """The first of them, at least one, that MOST_PIXELS allow."""
    chosen: list[Transform] = []
    tall, across = 0, width
    for one in wanted:
        rows, columns = _frame(one, height, width)
        tall, across = tall + _raster(rows + GAP), max(across, columns)
        if chosen and tall * across > MOST_PIXELS:
            break
        chosen.append(one)
    return chosen


def _frame(transform: Transform, height: int, width: int) -> tuple[int, int]:
    """Height and width of the frame that holds the whole transformed image."""
    c, s = (abs(transform.factor * way(radians(transform.degrees))) for way in (cos, sin))
    return ceil(s * width + c * height), ceil(c * width + s * height)


def _draw(
    page: Stock,
    image: Pixels,
    known: Mask,
    transform: Transform,
    limits: tuple[Pixels, Pixels] | None,
    cancel_flag: NDArray[np.uint8],
) -> None:
    """Write the transformed image into the page, which has the size of its frame. Raises Cancelled.

    Args:
        limits: least and greatest values (4 each), for a sharp interpolation that may exceed them; None for a linear one.
    """
    share, factor = known.astype(np.float32), transform.factor
    if factor < 1:
        image, share = (
            np.asarray(cv2.resize(one, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)
            for one in (image, share)
        )
        factor = 1.0
    height, width = page.known.shape
    matrix = _matrix(transform.degrees, factor, transform.mirrored, share.shape, (height, width))
    way = cv2.INTER_LINEAR if limits is None else cv2.INTER_CUBIC
    for rows in rows_of(height, cancel_flag):
        shifted = matrix - np.array([[0, 0, 0], [0, 0, rows.start]])
        size = width, rows.stop - rows.start
        band = np.asarray(cv2.warpAffine(image, shifted, size, flags=way), np.float32)
        page.image[rows] = band if limits is None else np.clip(band, *limits)
        page.known[rows] = cv2.warpAffine(share, shifted, size, flags=cv2.INTER_LINEAR) >= CERTAIN
    page.known[:] = cv2.erode(page.known.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) != 0
    page.image[~page.known] = 0


def _matrix(degrees: float, factor: float, mirrored: bool, size: tuple[int, ...], frame: tuple[int, int]) -> NDArray[np.float64]:
    """2 x 3, from the image's pixels to the frame's, middle to middle."""
    c, s = factor * cos(radians(degrees)), factor * sin(radians(degrees))
    sign = -1 if mirrored else 1
    turn = np.array([[sign * c, s], [-sign * s, c]])
    middle, center = (np.array([width - 1, height - 1]) / 2 for height, width in (size[:2], frame))
    return np.hstack([turn, (center - turn @ middle)[:, None]])


def _raster(length: int) -> int:
    return -(-length // RASTER) * RASTER

"""To the size a network works at, and back."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from ..holes import depth_of
from ..region import Mask, Pixels
from .sight import Trust

Size = tuple[int, int]  # height, width
MOST_SHOWN = 1024  # px
DEEPEST = 3 / 16  # of the side that a network was trained for: how deep a hole it completes best (docs/models.md)
LARGEST = 1024  # px, the side at which it sees a region at most, unless it was trained for more


class Small(NamedTuple):
    """A picture at working size.

    Attributes:
        color: h x w x 3 float32, the mean of the pixels that are trusted; 0 where none is.
        trust: h x w float32 in [0, 1], the share of each pixel that is.
    """

    color: Pixels
    trust: Trust


def working_size(size: Size, longest: int, *, enlarge: bool = False) -> Size:
    """The size of the same shape whose long side is `longest` px; a smaller picture stays as it is, unless enlarged."""
    factor = longest / max(size)
    if factor >= 1 and not enlarge:
        return size
    return max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)


def fitting_side(unknown: Mask, trained: int) -> int:
    """The long side in px at which a coarse network sees a region best: where what is unknown is as deep as DEEPEST allows.

    Never below the side that it was trained for, so a wide hole may be deeper; strokes and scratches are seen larger, and
    what crosses them stays sharp.
    """
    fitting = max(unknown.shape) * DEEPEST * trained / max(depth_of(unknown), 1.0)
    return int(min(max(fitting, trained), max(LARGEST, trained)))


def shrunk(picture: Pixels, trust: Trust, size: Size) -> Small:
    """By areas: each pixel is the mean of the trusted pixels that it covers, so that nothing of the hole leaks in.

    Args:
        picture: H x W x 3 float32, finite where trust is above 0.
    """
    weighted = np.where(trust[..., None] > 0, picture, np.float32(0)) * trust[..., None]
    if size != picture.shape[:2]:
        weighted, trust = _resized(weighted, size), _resized(trust, size)
    color = np.divide(weighted, trust[..., None], out=np.zeros_like(weighted), where=trust[..., None] > 1e-6)
    return Small(color, np.clip(trust, 0, 1))


def _resized(values: Pixels, size: Size) -> Pixels:
    smaller = size[0] <= values.shape[0] and size[1] <= values.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR  # a cubic's overshoot would give weights beyond [0, 1]
    return np.asarray(cv2.resize(values, (size[1], size[0]), interpolation=way))


def enlarged(picture: Pixels, size: Size) -> Pixels:
    """By cubic splines, without leaving the picture's own range; measured closer to the truth than linear."""
    if size == picture.shape[:2]:
        return picture
    larger: Pixels = np.asarray(cv2.resize(picture, (size[1], size[0]), interpolation=cv2.INTER_CUBIC))
    return larger.clip(picture.min(), picture.max(), out=larger)


def thinned(picture: Pixels) -> Pixels:
    """Every n-th row and column, so that no side is above MOST_SHOWN: a view, good enough for a preview."""
    step = -(-max(picture.shape) // MOST_SHOWN)
    return picture[::step, ::step]


def padded(values: Pixels, multiple: int) -> Pixels:
    """H x W x ... continued at the bottom and at the right, mirrored, until both sides are multiples; itself when they are."""
    rows, columns = -values.shape[0] % multiple, -values.shape[1] % multiple
    if not rows and not columns:
        return values
    return np.pad(values, [(0, rows), (0, columns), *[(0, 0)] * (values.ndim - 2)], mode="symmetric")

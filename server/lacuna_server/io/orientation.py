"""EXIF orientation: a picture keeps the pixels its file stores; masks and hints may be drawn on it as viewers show it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

TURNED = (5, 6, 7, 8)  # the values under which viewers swap width and height
UPSET_ROWS, UPSET_COLUMNS = (3, 4, 7, 8), (2, 3, 6, 7)  # and those under which they show the last row, or column, first


def orientation_of(exif: bytes) -> int:
    """1 to 8 as EXIF defines it; 1 (as stored) when it is missing or nonsense."""
    if not exif:
        return 1
    tags = Image.Exif()
    tags.load(exif)
    value = tags.get(ExifTags.Base.Orientation, 1)
    return value if value in range(1, 9) else 1


def as_shown(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """H x W[ x C] turned as a viewer shows it; a view."""
    turned = stored.swapaxes(0, 1) if orientation in TURNED else stored
    return turned[:: -1 if orientation in UPSET_ROWS else 1, :: -1 if orientation in UPSET_COLUMNS else 1]


def as_stored(shown: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The inverse of as_shown; a view."""
    inverse = {6: 8, 8: 6}.get(orientation, orientation)  # all others undo themselves
    return as_shown(shown, inverse)


def mask_as_stored(mask: NDArray[Any], size: tuple[int, int], orientation: int) -> NDArray[Any] | None:
    """The mask (H x W[ x C]) turned to lie on stored pixels of `size` (height, width); None when it fits neither way.

    It is taken as drawn on the picture as shown; when its size only fits the stored pixels, as drawn on those.
    """
    if mask.shape[:2] == shown_size(size, orientation):
        return np.ascontiguousarray(as_stored(mask, orientation))
    return mask if mask.shape[:2] == size else None


def point_as_stored(x: int, y: int, size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Where (x, y) of the picture as shown lies on its stored pixels of `size` (height, width)."""
    height, width = shown_size(size, orientation)
    x = width - 1 - x if orientation in UPSET_COLUMNS else x
    y = height - 1 - y if orientation in UPSET_ROWS else y
    return (y, x) if orientation in TURNED else (x, y)


def shown_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """(height, width) of the picture as shown, from those of its stored pixels."""
    return size[::-1] if orientation in TURNED else size

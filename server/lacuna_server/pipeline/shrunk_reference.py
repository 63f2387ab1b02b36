"""Another picture whose colors are taken, made small enough to be sent: its colors count, not its detail."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lacuna_client.buffers import Buffer

from .boxes import rgba_of
from .pixels import buffer_of, from_float, to_float

MOST_PIXELS = 1024 * 1024


def reference_buffer(pixels: NDArray[Any], *, premultiplied: bool = False) -> Buffer:
    """A request's reference.

    Args:
        pixels: H x W x C as a Canvas's picture; where it is transparent it has no color.
        premultiplied: its colors are multiplied by its alpha.
    """
    return buffer_of("reference", shrunk(rgba_of(pixels, premultiplied)), "R'G'B'A")


def shrunk(rgba: NDArray[Any], most: int = MOST_PIXELS) -> NDArray[Any]:
    """At most `most` pixels of the same shape (area averages, colors weighted by their alpha); a smaller one as it is.

    Args:
        rgba: H x W x 4 u8, u16 or f32, straight alpha.
    """
    height, width = rgba.shape[:2]
    if height * width <= most:
        return rgba
    scale = math.sqrt(most / (height * width))
    size = [min(max(int(side * scale), 1), most) for side in (width, height)]
    values = to_float(rgba)
    values[..., :3] *= values[..., 3:]
    small = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA))
    np.divide(small[..., :3], small[..., 3:], out=small[..., :3], where=small[..., 3:] > 0)
    return from_float(small.astype(np.float64), rgba.dtype)

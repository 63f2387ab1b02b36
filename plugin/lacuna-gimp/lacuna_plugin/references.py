"""Where colors are taken from: another open layer or image, and the image's sample points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lacuna_client.buffers import ITEM_BYTES, Buffer
from lacuna_client.errors import LacunaError

from . import canvas
from .canvas import Picture, PixelFormat

RADIUS = 15  # px, of the disc round a sample point
MOST_PIXELS = 1 << 20  # that are read of another layer: its colors are wanted, not its details
FEW_PIXELS = 1 << 16  # the same for a preview


def read(
    layer: Any, fmt: PixelFormat, *, sample_points: bool, other: Any = None, most_pixels: int = MOST_PIXELS
) -> Buffer | None:
    """The pixels whose colors a layer takes over; None where nothing of it is asked for.

    Args:
        sample_points: the discs round the image's sample points are such pixels.
        other: a drawable of any open image, or None; made smaller where it has more than most_pixels.

    Raises LacunaError 'no_sample_points'.
    """
    pictures = [_discs(layer, fmt)] if sample_points else []
    if other is not None:
        pictures.append(canvas.shrunk(other, most_pixels, fmt))
    if not pictures:
        return None
    picture = _below_each_other(pictures, 4 * ITEM_BYTES[fmt.dtype])
    return canvas.pixels_of("reference", fmt.dtype, *picture)


def _discs(layer: Any, fmt: PixelFormat) -> Picture:
    places = _sample_points(layer.get_image())
    side = 2 * RADIUS + 1
    return Picture(side, side * len(places), b"".join(canvas.disc(layer, x, y, RADIUS, fmt) for x, y in places))


def _sample_points(image: Any) -> list[tuple[int, int]]:
    places = []
    number = image.find_next_sample_point(0)
    while number:
        x, y = list(image.get_sample_point_position(number))[:2]
        places.append((x, y))
        number = image.find_next_sample_point(number)
    if not places:
        raise LacunaError("no_sample_points")
    return places


def _below_each_other(pictures: Sequence[Picture], pixel_bytes: int) -> Picture:
    """One picture; what is narrower than the widest is filled up with transparent pixels."""
    width = max(picture.width for picture in pictures)
    rows = []
    for picture in pictures:
        line, rest = picture.width * pixel_bytes, bytes((width - picture.width) * pixel_bytes)
        rows += [picture.data[start : start + line] + rest for start in range(0, len(picture.data), line)]
    return Picture(width, sum(picture.height for picture in pictures), b"".join(rows))

"""WebP files, 8 bits, RGB; always written lossless, so that nothing outside the selection changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lacuna_client.errors import LacunaError

from . import with_pillow
from .picture import Picture

MAX_SIDE = 16383  # px
GRAY_PROFILE = b"GRAY"  # the color space field of an ICC header


def read(path: Path, data: bytes) -> Picture:
    """Raises LacunaError 'pixel_layout' for an animation; anything that Pillow raises when it is broken."""
    with with_pillow.opened(path, data, "WEBP") as image:
        if getattr(image, "n_frames", 1) > 1:
            raise LacunaError("pixel_layout", path=str(path), what="an animation")
        picture = with_pillow.described(image)
        picture.pixels = with_pillow.pixels_of(image)
    return picture


def check(path: Path, picture: Picture) -> None:
    """Raises LacunaError 'cannot_hold' for more than 8 bits, for size, for a gray profile."""
    with_pillow.check_depth(path, "WebP", picture, 8)
    if max(picture.pixels.shape[:2]) > MAX_SIDE:
        raise LacunaError("cannot_hold", path=str(path), format="WebP", what=f"more than {MAX_SIDE} pixels a side")
    if picture.icc[16:20] == GRAY_PROFILE:
        raise LacunaError("cannot_hold", path=str(path), format="WebP", what="a grayscale color profile")


def encode(picture: Picture) -> bytes:
    """The whole file of a picture that `check` let pass; gray is written as RGB."""
    colors = {1: [0, 0, 0], 2: [0, 0, 0, 1]}.get(picture.pixels.shape[2])
    if colors:
        picture = Picture(np.ascontiguousarray(picture.pixels[..., colors]), icc=picture.icc, exif=picture.exif, xmp=picture.xmp)
    return with_pillow.saved(picture, "WEBP", lossless=True, exact=True, exif=picture.exif, xmp=picture.xmp)

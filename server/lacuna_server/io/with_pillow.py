"""What PNG, JPEG and WebP share: pixels of 8 bits through Pillow, with profile, EXIF, XMP and resolution."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lacuna_client.errors import LacunaError

from .picture import Picture, Resolution, check_size

EXIF_PREFIX = b"Exif\0\0"
READ_AS = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB", "P": "RGB", "PA": "RGBA"}
TRANSPARENT = {"L": "LA", "RGB": "RGBA"}  # what a picture becomes when one of its colors stands for transparent
NO_PIXELS = np.zeros((0, 0, 1), np.uint8)


@contextmanager
def opened(path: Path, data: bytes, name: str) -> Iterator[Image.Image]:
    """The picture, nothing decoded yet, its size checked against our own limit in place of Pillow's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            image = Image.open(io.BytesIO(data), formats=[name])
        finally:
            Image.MAX_IMAGE_PIXELS = limit
    with image:
        check_size(path, *image.size)
        yield image


def described(image: Image.Image) -> Picture:
    """All but the pixels."""
    dpi = image.info.get("dpi")
    return Picture(
        NO_PIXELS,
        icc=image.info.get("icc_profile") or b"",
        exif=image.info.get("exif", b"").removeprefix(EXIF_PREFIX),
        xmp=image.info.get("xmp", b""),
        resolution=Resolution(float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None,
    )


def pixels_of(image: Image.Image) -> NDArray[np.uint8]:
    """H x W x C; palettes and single bits become 8-bit values. Raises KeyError for a mode that READ_AS lacks."""
    mode = READ_AS[image.mode]
    if "transparency" in image.info:
        mode = TRANSPARENT.get(mode, mode)
    pixels = np.array(image if image.mode == mode else image.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1)


def saved(picture: Picture, name: str, **options: Any) -> bytes:
    """The file's bytes. Options that are empty are left out."""
    pixels = picture.pixels[..., 0] if picture.pixels.shape[2] == 1 else picture.pixels
    options = {"icc_profile": picture.icc, "dpi": picture.resolution, **options}
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, name, **{key: value for key, value in options.items() if value not in (b"", None)})
    return file.getvalue()


def check_depth(path: Path, name: str, picture: Picture, bits: int) -> None:
    """Raise LacunaError 'cannot_hold' when the pixels are not the 8-bit ones that this file writes."""
    if picture.pixels.dtype != np.uint8:
        what = "16-bit pixels" if picture.pixels.dtype == np.uint16 else "floating-point pixels"
        raise LacunaError("cannot_hold", path=str(path), format=f"{name} (at most {bits} bits a channel)", what=what)

"""PNG files, 8 and 16 bits a channel. Fewer bits and palettes are read as 8-bit gray or color."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from lacuna_client.errors import LacunaError

from . import png16, with_pillow
from .picture import Picture

COLOR_CHUNKS = (b"cHRM", b"cICP", b"gAMA", b"sRGB")
XMP = "XML:com.adobe.xmp"
GRAY, RGB, GRAY_ALPHA = 0, 2, 4  # color types in the header
OPAQUE = 65535


def read(path: Path, data: bytes) -> Picture:
    """Raises LacunaError 'pixel_layout' for an animation; anything that Pillow raises when it is broken."""
    with with_pillow.opened(path, data, "PNG") as image:
        if getattr(image, "n_frames", 1) > 1:
            raise LacunaError("pixel_layout", path=str(path), what="an animation")
        picture = with_pillow.described(image)
        picture.xmp = image.info.get(XMP, "").encode()
        transparent = image.info.get("transparency")
        if data[24] < 16:
            picture.pixels = with_pillow.pixels_of(image)
    picture.color_chunks = color_chunks(data)
    if data[24] == 16:
        picture.pixels = _pixels_of_16_bits(path, data, transparent)
    return picture


def check(path: Path, picture: Picture) -> None:
    """Raises LacunaError 'cannot_hold' for float pixels."""
    if picture.pixels.dtype != np.uint16:
        with_pillow.check_depth(path, "PNG", picture, 16)


def encode(picture: Picture) -> bytes:
    """The whole file of a picture that `check` let pass."""
    if picture.pixels.dtype == np.uint16:
        return png16.encode(picture)
    extra = PngImagePlugin.PngInfo()
    for kind, data in picture.color_chunks.items():
        extra.add(kind, data)
    if picture.xmp:
        extra.add_itxt(XMP, picture.xmp.decode())
    return with_pillow.saved(picture, "PNG", pnginfo=extra, exif=picture.exif)


def color_chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks before the pixels that say what the colors mean, of a file that Pillow has opened."""
    found, at = {}, len(png16.SIGNATURE)
    while (kind := data[at + 4 : at + 8]) not in (b"IDAT", b""):
        size = int.from_bytes(data[at : at + 4])
        if kind in COLOR_CHUNKS:
            found[kind] = data[at + 8 : at + 8 + size]
        at += size + 12
    return found


def _pixels_of_16_bits(path: Path, data: bytes, transparent: Any) -> NDArray[np.uint16]:
    """H x W x C. Pillow, which cannot decode 16-bit color, checks the file first: OpenCV would print to stderr."""
    with Image.open(io.BytesIO(data)) as image:
        image.verify()
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise LacunaError("unreadable", path=str(path), detail="OpenCV did not decode 16-bit pixels")
    color_type = data[25]
    if color_type == GRAY:
        return _with_transparent(decoded.reshape(*decoded.shape[:2], -1)[..., :1], transparent)
    if color_type == GRAY_ALPHA:
        return np.ascontiguousarray(decoded[..., [0, 3]])
    order = [2, 1, 0] if color_type == RGB else [2, 1, 0, 3]
    return _with_transparent(np.ascontiguousarray(decoded[..., order]), transparent if color_type == RGB else None)


def _with_transparent(pixels: NDArray[Any], transparent: Any) -> NDArray[Any]:
    """An alpha channel when one value of the picture stands for transparent (the tRNS chunk)."""
    if transparent is None:
        return pixels
    alpha = np.where((pixels == np.atleast_1d(transparent)).all(axis=2), 0, OPAQUE).astype(np.uint16)
    return np.concatenate([pixels, alpha[..., None]], axis=2)

"""read_image, read_mask, write_image: from a path to pixels and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_models.bt709 import LUMA

from . import jpeg, png, tiff, webp
from .atomic import check_target, write_atomically
from .exif import usable
from .orientation import mask_as_stored, orientation_of
from .picture import Picture, format_of

Reader = Callable[[Path, bytes], Picture]
Check = Callable[[Path, Picture], None]
Encoder = Callable[[Picture], bytes]

SIGNATURES: tuple[tuple[int, bytes, Reader], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", png.read),
    (0, b"\xff\xd8\xff", jpeg.read),
    (8, b"WEBP", webp.read),
    (0, b"II*\0", tiff.read),
    (0, b"MM\0*", tiff.read),
    (0, b"II+\0", tiff.read),
    (0, b"MM\0+", tiff.read),
)
WRITERS: dict[str, tuple[Check, Encoder]] = {
    "PNG": (png.check, png.encode),
    "JPEG": (jpeg.check, jpeg.encode),
    "WebP": (webp.check, webp.encode),
    "TIFF": (tiff.check, tiff.encode),
}


def read_image(path: Path) -> Picture:
    """The picture in a PNG, JPEG, WebP or TIFF file; its content says which, not its name.

    Raises LacunaError: 'unreadable' (not there, damaged), 'format', 'pixel_layout' (CMYK, several pages, ...).
    """
    data = _bytes_of(path)
    reader = next((read for at, magic, read in SIGNATURES if data[at : at + len(magic)] == magic), None)
    if reader is None:
        format_of(path)  # a known name with other content is damaged, an unknown one another format
        raise LacunaError("unreadable", path=str(path), detail="no signature of a known format")
    try:
        picture = reader(path, data)
        picture.exif = usable(picture.exif)
    except (LacunaError, MemoryError):
        raise
    except Exception as error:  # a damaged file can make a decoder raise anything
        raise LacunaError("unreadable", path=str(path), detail=repr(error)) from error
    return picture


def read_mask(path: Path, picture: Picture, *, wrong_size: str = "mask_size") -> NDArray[Any]:
    """H x W, u8, u16 or f32 over the picture's stored pixels: white = meant (fill, or may be sampled), black = not, gray = soft.

    Colors count by their luma (BT.709), transparency as black. The mask may be drawn on the picture as viewers show it or as it
    is stored, where EXIF turns it. Raises LacunaError `wrong_size` when neither fits, and what read_image raises.
    """
    drawn = read_image(path)
    weights = _weights_of(drawn)
    height, width = picture.pixels.shape[:2]
    mask = mask_as_stored(weights, (height, width), orientation_of(picture.exif))
    if mask is None:
        raise LacunaError(wrong_size, mask_width=weights.shape[1], mask_height=weights.shape[0], width=width, height=height)
    return mask


def check_writable(path: Path, picture: Picture) -> None:
    """Say before the work what write_image would say after it.

    Raises LacunaError: 'format', 'cannot_hold' (depth, alpha, size), 'unwritable' as far as can be known.
    """
    check, _ = WRITERS[format_of(path)]
    check(path, picture)
    check_target(path)


def write_image(path: Path, picture: Picture) -> None:
    """Write the picture in the format that the name says, whole or not at all. Raises what check_writable raises."""
    check_writable(path, picture)
    _, encode = WRITERS[format_of(path)]
    write_atomically(path, encode(picture))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LacunaError("unreadable", path=str(path), detail=repr(error)) from error


def _weights_of(drawn: Picture) -> NDArray[Any]:
    """H x W of the mask's own dtype."""
    pixels = drawn.pixels
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    colors = pixels.shape[2] - drawn.has_alpha
    luma = pixels[..., 0].astype(np.float64) if colors == 1 else pixels[..., :3] @ np.array(LUMA)
    if drawn.has_alpha and not drawn.premultiplied:
        scale = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
        luma *= pixels[..., -1] / scale
    return (luma if pixels.dtype.kind == "f" else np.rint(luma)).astype(pixels.dtype)

"""JPEG files, 8 bits, gray or RGB."""

from __future__ import annotations

from pathlib import Path

from lacuna_client.errors import LacunaError

from . import with_pillow
from .picture import Picture

QUALITY = 95
FULL_COLOR = 0  # 4:4:4, no color subsampling
MAX_SEGMENT = 65533 - len(with_pillow.EXIF_PREFIX)  # bytes of EXIF that one APP1 segment holds


def read(path: Path, data: bytes) -> Picture:
    """Raises LacunaError 'pixel_layout' for CMYK; anything that Pillow raises when it is broken."""
    with with_pillow.opened(path, data, "JPEG") as image:
        if image.mode not in ("L", "RGB"):
            raise LacunaError("pixel_layout", path=str(path), what=f"a {image.mode} picture")
        picture = with_pillow.described(image)
        picture.pixels = with_pillow.pixels_of(image)
    return picture


def check(path: Path, picture: Picture) -> None:
    """Raises LacunaError 'cannot_hold' for alpha, for more than 8 bits and for EXIF of more than 64 KiB."""
    with_pillow.check_depth(path, "JPEG", picture, 8)
    if picture.has_alpha:
        raise LacunaError("cannot_hold", path=str(path), format="JPEG", what="transparency")
    if len(picture.exif) > MAX_SEGMENT:
        raise LacunaError("cannot_hold", path=str(path), format="JPEG", what=f"{len(picture.exif)} bytes of EXIF")


def encode(picture: Picture) -> bytes:
    """The whole file of a picture that `check` let pass."""
    exif = with_pillow.EXIF_PREFIX + picture.exif if picture.exif else b""
    return with_pillow.saved(picture, "JPEG", quality=QUALITY, subsampling=FULL_COLOR, exif=exif, xmp=picture.xmp)

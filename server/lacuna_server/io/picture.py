"""A picture as it lies in a file, and the limits of what is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from lacuna_client.errors import LacunaError

MAX_PIXELS = 1 << 29  # 537 megapixels; a file that declares more is taken for a decompression bomb
FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".webp": "WebP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


class Resolution(NamedTuple):
    """Pixels per inch, across and down."""

    x: float
    y: float


@dataclass(slots=True)
class Picture:
    """A picture's pixels in the file's own depth and orientation, and what belongs to them.

    Attributes:
        pixels: H x W x C, u8, u16 or f32; C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. Not turned: `exif`
            says how viewers turn it.
        premultiplied: colors are multiplied by alpha (TIFF's 'associated alpha').
        icc: the color profile, b"" when there is none.
        exif: a TIFF stream without the 'Exif' prefix, b"" when there is none.
        xmp: an XMP packet, b"" when there is none.
        resolution: None when the file does not say it.
        color_chunks: PNG's own way to say what the colors mean (gAMA, cHRM, sRGB, cICP), kept from PNG to PNG.
    """

    pixels: NDArray[Any]
    premultiplied: bool = False
    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    resolution: Resolution | None = None
    color_chunks: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def has_alpha(self) -> bool:
        return bool(self.pixels.shape[2] in (2, 4))

    @property
    def is_gray(self) -> bool:
        return bool(self.pixels.shape[2] <= 2)


def format_of(path: Path) -> str:
    """'PNG', 'JPEG', 'WebP' or 'TIFF', by the file's name. Raises LacunaError 'format'."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise LacunaError("format", path=str(path), suffix=path.suffix or "none") from None


def check_size(path: Path, width: int, height: int) -> None:
    """Raise LacunaError 'pixel_layout' before a picture is decoded that is too large to be meant."""
    if width * height > MAX_PIXELS:
        raise LacunaError("pixel_layout", path=str(path), what=f"a picture of {width} x {height} pixels")

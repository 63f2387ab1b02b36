"""EXIF as a stream of bytes: whether it can be understood, and without the small copy of the picture that it holds."""

from __future__ import annotations

from typing import Literal

from PIL import ExifTags, Image

START, LENGTH = 513, 514  # the tags JPEGInterchangeFormat and JPEGInterchangeFormatLength
ENTRY = 12  # bytes of a tag in a directory


def usable(exif: bytes) -> bytes:
    """The stream itself, or b"" for one so damaged that a later look at it would fail; the pixels are worth more."""
    try:
        tags = Image.Exif()
        tags.load(exif)
        for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1):
            tags.get_ifd(directory)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - Pillow raises whatever the damage leads to
        return b""
    return exif


def without_thumbnail(exif: bytes) -> bytes:
    """The same TIFF stream with the thumbnail's bytes overwritten and its directory unlinked; all else keeps its place.

    After a fill the thumbnail would still show what was removed. Maker notes point into the stream, so it is never put
    together anew. A stream that ends early comes back as it is.

    Args:
        exif: what `usable` let pass.
    """
    order: Literal["little", "big"] = "little" if exif[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    first = number(4, 4)
    link = first + 2 + ENTRY * number(first, 2)  # where the first directory names the second, the thumbnail's
    if len(exif) < link + 4 or number(link, 4) == 0:
        return exif
    tags = Image.Exif()
    tags.load(exif)
    thumbnail = tags.get_ifd(ExifTags.IFD.IFD1)
    out = bytearray(exif)
    out[link : link + 4] = bytes(4)
    start, length = thumbnail.get(START), thumbnail.get(LENGTH)
    if isinstance(start, int) and isinstance(length, int) and start > link:
        out[start : start + length] = bytes(len(out[start : start + length]))
    return bytes(out)

"""EXIF holds a small copy of the picture; after a fill it would still show what was removed."""

from __future__ import annotations

from typing import Literal

from PIL import ExifTags, Image

START, LENGTH = 513, 514  # the tags JPEGInterchangeFormat and JPEGInterchangeFormatLength
ENTRY = 12  # bytes of a tag in a directory


def without_thumbnail(exif: bytes) -> bytes:
    """The same TIFF stream with the thumbnail's bytes overwritten and its directory unlinked; all else keeps its place.

    Maker notes point into the stream, so it is never put together anew. A stream that ends early comes back as it is.
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
    start, length = int(thumbnail.get(START, 0)), int(thumbnail.get(LENGTH, 0))
    out = bytearray(exif)
    out[link : link + 4] = bytes(4)
    out[start : start + length] = bytes(len(out[start : start + length]))
    return bytes(out)

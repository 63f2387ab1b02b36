"""EXIF inside a TIFF: its tags are the file's own directory, the camera's and the place's hang from it.

tifffile writes pixels of every depth but no EXIF directories, Pillow writes directories but not these pixels.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import tifffile
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from .with_pillow import EXIF_PREFIX

ASCII, SHORT, LONG = 2, 3, 4
DESCRIPTION, SOFTWARE, DATETIME = 270, 305, 306
TEXTS = (271, 272, 315, 316, 33432)  # make, model, artist, host computer, copyright
ORIENTATION = int(ExifTags.Base.Orientation)
DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
Extra = tuple[int, int, int, Any, bool]


@dataclass(slots=True)
class Tags:
    """EXIF in the parts that tifffile.imwrite takes, and the directories that it does not."""

    description: bytes | None = None
    datetime: str | None = None
    software: bytes | bool = False
    extra: list[Extra] = field(default_factory=list)
    directories: dict[int, dict[int, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, exif: bytes) -> Tags:
        """Sort the tags of a TIFF stream; b"" gives none."""
        if not exif:
            return cls()
        tags = Image.Exif()
        tags.load(exif)
        texts = {code: str(tags[code]).encode() for code in (*TEXTS, DESCRIPTION, SOFTWARE) if code in tags}
        extra: list[Extra] = [(code, ASCII, len(text) + 1, text, True) for code, text in texts.items() if code in TEXTS]
        if ORIENTATION in tags:
            extra.append((ORIENTATION, SHORT, 1, tags[ORIENTATION], True))
        directories = {int(code): dict(tags.get_ifd(code)) for code in DIRECTORIES}
        directories = {code: entries for code, entries in directories.items() if entries}
        extra += [(_placeholder(code), LONG, 1, 0, True) for code in directories]
        date = str(tags[DATETIME]) if DATETIME in tags else None
        return cls(texts.get(DESCRIPTION), date, texts.get(SOFTWARE, False), extra, directories)


def read(data: bytes, offset: int) -> bytes:
    """The EXIF of a classic TIFF whose directory is at `offset`, as a stream of its own; b"" when there is none."""
    found = Image.Exif()
    found.endian = "<" if data[:2] == b"II" else ">"
    found.load_from_fp(io.BytesIO(data), offset)
    kept = Image.Exif()
    for code in (*TEXTS, DESCRIPTION, SOFTWARE, DATETIME, ORIENTATION):
        if code in found:
            kept[code] = found[code]
    for code in DIRECTORIES:
        if entries := found.get_ifd(code):
            kept.get_ifd(code).update(entries)
    return kept.tobytes().removeprefix(EXIF_PREFIX) if len(kept) or any(map(kept.get_ifd, DIRECTORIES)) else b""


def append(data: bytes, tags: Tags) -> bytes:
    """The TIFF with the directories behind it and the placeholders turned into pointers to them."""
    if not tags.directories:
        return data
    out = bytearray(data)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        entries = {code: file.pages.first.tags[_placeholder(code)].offset for code in tags.directories}
    for code, values in tags.directories.items():
        directory = ImageFileDirectory_v2(prefix=b"II")
        for tag, value in values.items():
            directory[tag] = value
        out += bytes(len(out) % 2)  # directories start at even offsets
        at = entries[code]
        out[at : at + 2] = code.to_bytes(2, "little")
        out[at + 8 : at + 12] = len(out).to_bytes(4, "little")
        out += directory.tobytes(len(out))
    return bytes(out)


def _placeholder(code: int) -> int:
    """A tag that tifffile agrees to write, just before the one that it refuses, so that the order of tags holds."""
    return code - 1

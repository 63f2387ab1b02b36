"""PNG with 16 bits a channel. No library at hand writes gray with alpha, or the resolution, at this depth."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .picture import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # by the number of channels
FILTER_UP = 2  # each byte is stored as its difference from the byte above
BAND = 64  # rows compressed at once
LEVEL = 5
METERS_PER_INCH = 0.0254


def encode(picture: Picture) -> bytes:
    """The whole file of a u16 picture (PNG specification, third edition), with its profile, EXIF, XMP and resolution."""
    height, width, channels = picture.pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 16, COLOR_TYPES[channels], 0, 0, 0)
    chunks = [_chunk(b"IHDR", head), *_about(picture), *_data(picture.pixels), _chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _about(picture: Picture) -> Iterator[bytes]:
    for kind, data in picture.color_chunks.items():
        yield _chunk(kind, data)
    if picture.icc:
        yield _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(picture.icc))
    if picture.resolution:
        per_meter = [round(value / METERS_PER_INCH) for value in picture.resolution]
        yield _chunk(b"pHYs", struct.pack(">IIB", *per_meter, 1))
    if picture.exif:
        yield _chunk(b"eXIf", picture.exif)
    if picture.xmp:
        yield _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + picture.xmp)


def _data(pixels: NDArray[Any]) -> Iterator[bytes]:
    compressor = zlib.compressobj(LEVEL)
    above = np.zeros((1, pixels.shape[1] * pixels.shape[2] * 2), np.uint8)
    for top in range(0, len(pixels), BAND):
        rows = pixels[top : top + BAND].astype(">u2").reshape(-1, above.shape[1] // 2).view(np.uint8)
        differences = rows - np.concatenate([above, rows[:-1]])
        packed = compressor.compress(np.pad(differences, ((0, 0), (1, 0)), constant_values=FILTER_UP).tobytes())
        above = rows[-1:]
        if packed:
            yield _chunk(b"IDAT", packed)
    yield _chunk(b"IDAT", compressor.flush())

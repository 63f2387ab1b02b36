"""TIFF files: 8 and 16 bits and 32-bit float, gray or RGB, with straight or premultiplied alpha."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from tifffile import COMPRESSION, EXTRASAMPLE, PHOTOMETRIC, PREDICTOR, RESUNIT, TiffPage

from lacuna_client.errors import LacunaError

from . import tiff_exif
from .picture import Picture, Resolution, check_size

ICC, XMP = 34675, 700
CM_PER_INCH = 2.54
UNDEFINED = 7  # TIFF's type for opaque bytes
COLORS = {PHOTOMETRIC.MINISWHITE: 1, PHOTOMETRIC.MINISBLACK: 1, PHOTOMETRIC.RGB: 3, PHOTOMETRIC.PALETTE: 1, PHOTOMETRIC.YCBCR: 3}

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # what it would print is in the errors that it raises


def read(path: Path, data: bytes) -> Picture:
    """The file's one picture (thumbnails beside it are passed over).

    Raises LacunaError 'pixel_layout' for what a Picture cannot hold; anything that tifffile raises when it is broken.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = _only_page(path, file)
        check_size(path, page.imagewidth, page.imagelength)
        _check_layout(path, page, len(data))
        pixels = _pixels_of(page)
        xmp, icc = page.tags.get(XMP), page.tags.get(ICC)
        return Picture(
            pixels,
            premultiplied=EXTRASAMPLE.ASSOCALPHA in page.extrasamples,
            icc=bytes(icc.value) if icc else b"",
            exif=b"" if file.is_bigtiff else tiff_exif.read(data, page.offset),
            xmp=bytes(xmp.value) if xmp else b"",
            resolution=_resolution_of(page),
        )


def check(path: Path, picture: Picture) -> None:
    """Raises LacunaError 'cannot_hold' when it might pass TIFF's 4 GiB."""
    if picture.pixels.nbytes >= 1 << 32:
        raise LacunaError("cannot_hold", path=str(path), format="TIFF", what="more than 4 GiB of pixels")


def encode(picture: Picture) -> bytes:
    """The whole file of a picture that `check` let pass: one page, Deflate-compressed."""
    pixels = picture.pixels[..., 0] if picture.pixels.shape[2] == 1 else picture.pixels
    alpha = EXTRASAMPLE.ASSOCALPHA if picture.premultiplied else EXTRASAMPLE.UNASSALPHA
    tags = tiff_exif.Tags.of(picture.exif)
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        pixels,
        byteorder="<",
        bigtiff=False,
        photometric=PHOTOMETRIC.MINISBLACK if picture.is_gray else PHOTOMETRIC.RGB,
        planarconfig="contig" if pixels.ndim == 3 else None,
        extrasamples=[alpha] if picture.has_alpha else None,
        compression=COMPRESSION.ADOBE_DEFLATE,
        predictor=PREDICTOR.FLOATINGPOINT if pixels.dtype.kind == "f" else PREDICTOR.HORIZONTAL,
        iccprofile=picture.icc or None,
        resolution=picture.resolution,
        resolutionunit=RESUNIT.INCH if picture.resolution else None,
        metadata=None,
        description=tags.description,
        datetime=tags.datetime,
        software=tags.software,
        extratags=[*tags.extra, *([(XMP, UNDEFINED, len(picture.xmp), picture.xmp, True)] if picture.xmp else [])],
    )
    return tiff_exif.append(file.getvalue(), tags)


def _only_page(path: Path, file: tifffile.TiffFile) -> TiffPage:
    pages = [page for page in map(file.pages.get, range(len(file.pages))) if isinstance(page, TiffPage)]
    if not pages:
        raise LacunaError("unreadable", path=str(path), detail="no page")
    full = [page for page in pages if not page.is_reduced and not page.is_mask]
    if len(full) != 1:
        raise LacunaError("pixel_layout", path=str(path), what=f"a TIFF of {len(full)} full-size pages")
    return full[0]


def _check_layout(path: Path, page: TiffPage, size: int) -> None:
    """Refuse data that lies outside the file (tifffile would read zeros), and what a Picture cannot hold."""
    ends = [offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True)]
    if not ends or min(page.dataoffsets) <= 0 or max(ends) > size:
        raise LacunaError("unreadable", path=str(path), detail="the pixels lie outside the file")
    photometric = PHOTOMETRIC(page.photometric)
    colors, bits = COLORS.get(photometric), page.bitspersample
    what = ""
    if colors is None or (photometric == PHOTOMETRIC.YCBCR and page.compression != COMPRESSION.JPEG):
        what = f"a TIFF of the color model {photometric.name}"
    elif page.samplesperpixel - colors not in (0, 1) or page.imagedepth != 1:
        what = f"a TIFF of {page.samplesperpixel} channels"
    elif (page.sampleformat, bits) not in ((1, 1), (1, 8), (1, 16), (3, 32)):
        what = f"a TIFF of {bits}-bit {'floating-point' if page.sampleformat == 3 else 'integer'} values"
    if what:
        raise LacunaError("pixel_layout", path=str(path), what=what)


def _pixels_of(page: TiffPage) -> NDArray[Any]:
    stored = page.asarray()
    if page.axes == "SYX":
        stored = np.moveaxis(stored, 0, -1)
    if page.photometric == PHOTOMETRIC.PALETTE:
        return _looked_up(stored, np.asarray(page.colormap))
    pixels = stored.reshape(page.imagelength, page.imagewidth, -1)
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    if page.photometric == PHOTOMETRIC.MINISWHITE:
        pixels = _inverted(pixels)
    return np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("="), copy=False))


def _inverted(pixels: NDArray[Any]) -> NDArray[Any]:
    """Gray stored as 0 = white -> 0 = black; alpha stays."""
    gray = pixels[..., :1]
    white = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    return np.concatenate([white - gray, pixels[..., 1:]], axis=2)


def _looked_up(indices: NDArray[Any], colors: NDArray[np.uint16]) -> NDArray[Any]:
    """Palette indices -> RGB; u8 when the palette's 16-bit colors are 8-bit ones, stretched (x 257) or shifted (x 256)."""
    rgb: NDArray[Any] = colors.T[indices]
    eight_bit = any(not (colors % factor).any() for factor in (257, 256))
    return (rgb >> 8).astype(np.uint8) if eight_bit else rgb


def _resolution_of(page: TiffPage) -> Resolution | None:
    tags = [page.tags.get(name) for name in ("XResolution", "YResolution")]
    unit = page.tags.get("ResolutionUnit")
    if None in tags or (unit is not None and unit.value == RESUNIT.NONE):
        return None
    factor = CM_PER_INCH if unit is not None and unit.value == RESUNIT.CENTIMETER else 1.0
    values = [tag.value[0] / tag.value[1] * factor if tag and tag.value[1] else 0.0 for tag in tags]
    return Resolution(*values) if min(values) > 0 else None

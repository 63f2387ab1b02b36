"""What inpaint, recolor and colorize share: a picture is read, requests are computed, results are written and told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.buffers import Buffer
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_server.io.exif import without_thumbnail
from lacuna_server.io.files import check_writable, read_image, read_mask, write_image
from lacuna_server.io.picture import Picture, format_of
from lacuna_server.pipeline.asking import Asked
from lacuna_server.pipeline.boxes import Canvas, paste
from lacuna_server.pipeline.shrunk_reference import reference_buffer

from .hints import hints_of
from .interrupt import Interrupt
from .progress import Bar

JPEG_NOTE = (
    "A JPEG is compressed anew as a whole: what was to stay (pixels outside the selection, luma where only color changes) "
    "changes slightly. PNG, TIFF and WebP keep it."
)
GRAY_NOTE = "A gray picture cannot hold color, so it is written as RGB{without}."
WITHOUT_PROFILE = ", without its grayscale color profile"


def read_picture(given: argparse.Namespace) -> Picture:
    """IMAGE. Raises what read_image raises."""
    picture = read_image(given.image)
    picture.exif = without_thumbnail(picture.exif)
    return picture


def in_color(picture: Picture, notes: list[str]) -> Picture:
    """The picture with three color channels; a gray one's note is added."""
    if not picture.is_gray:
        return picture
    notes.append(GRAY_NOTE.format(without=WITHOUT_PROFILE if picture.icc else ""))
    channels = [0, 0, 0, 1] if picture.has_alpha else [0, 0, 0]
    return replace(picture, pixels=np.ascontiguousarray(picture.pixels[..., channels]), icc=b"")


def canvas_of(given: argparse.Namespace, picture: Picture) -> Canvas:
    """The picture with --mask (without: all of it), --sample-mask and the hints. Raises what reading these raises."""
    sample = getattr(given, "sample_mask", None)
    sources = read_mask(sample, picture, wrong_size="sources_size") if sample else None
    mask: NDArray[Any] = np.broadcast_to(np.True_, picture.pixels.shape[:2])
    if given.mask:
        mask = read_mask(given.mask, picture)
    return Canvas(picture.pixels, mask, sources, hints_of(given, picture), picture.premultiplied)


def reference_of(given: argparse.Namespace) -> Buffer | None:
    """--reference, small enough to be sent. Raises what read_image raises."""
    if given.reference is None:
        return None
    picture = read_image(given.reference)
    return reference_buffer(picture.pixels, premultiplied=picture.premultiplied)


def carry_out(
    given: argparse.Namespace,
    picture: Picture,
    asked: Asked[Request],
    outs: Sequence[Path],
    notes: Sequence[str],
    by: Callable[[dict[str, Any]], str],
) -> None:
    """Compute, write and tell. Raises LacunaError; 'format', 'cannot_hold' and 'unwritable' before anything is computed.

    Args:
        outs: a file a variant.
        notes: told before those of what is asked for and the warnings.
        by: of what was made -> 'filled by patchmatch'.
    """
    for out in outs:
        check_writable(out, picture)
    with Bar() as bar, Interrupt() as interrupt:
        result = _computed(given, asked.requests, bar, interrupt)
        interrupt.check()
        bar.show("Writing", 1.0)
        written = _write(picture, result, outs)
    jpeg = [JPEG_NOTE] if format_of(given.out) == "JPEG" else []
    warnings = [*notes, *asked.notes, *result.provenance["warnings"], *jpeg]
    _tell(given, {"outs": written, **result.provenance, "warnings": warnings, "server": not _alone(given)}, by)


def _computed(given: argparse.Namespace, requests: Sequence[Request], bar: Bar, interrupt: Interrupt) -> Result:
    if _alone(given):
        from . import in_process

        return in_process.fill(requests, bar, interrupt, given.save_stages)
    from . import through_server

    return through_server.fill(requests, bar, interrupt)


def _alone(given: argparse.Namespace) -> bool:
    """Whether it is computed in this process."""
    return given.no_server or given.save_stages is not None


def _write(picture: Picture, result: Result, outs: Sequence[Path]) -> list[str]:
    """Write each variant; returns the files' names. A method that cannot vary has made fewer of them than were asked for."""
    written = []
    for out, variant in zip(outs, result.variants(), strict=False):
        paste(picture.pixels, variant, premultiplied=picture.premultiplied)
        write_image(out, picture)
        written.append(str(out))
    return written


def _tell(given: argparse.Namespace, made: dict[str, Any], by: Callable[[dict[str, Any]], str]) -> None:
    if given.json:
        print(json.dumps(made))
        return
    for warning in made["warnings"]:
        print(f"lacuna: note: {warning}", file=sys.stderr)
    print(f"{', '.join(made['outs'])}: {by(made)} on {made['device']} in {made['times']['total']:.1f} s")

"""`lacuna inpaint`: files in, a filled file out, or one a variant."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lacuna_client.inpaint import InpaintRequest
from lacuna_client.result import Result
from lacuna_client.settings import CONTEXT, FEATHER, GROW, METHOD, SAMPLING, SEED, TILE, VARIANTS
from lacuna_server.io.exif import without_thumbnail
from lacuna_server.io.files import check_writable, read_image, read_mask, write_image
from lacuna_server.io.picture import Picture, format_of
from lacuna_server.methods import method_of
from lacuna_server.pipeline.boxes import paste, requests_of

from .interrupt import Interrupt
from .progress import Bar

SETTINGS = (METHOD, GROW, FEATHER, CONTEXT, SEED, VARIANTS, *SAMPLING, TILE)
JPEG_WARNING = "A JPEG is compressed anew as a whole: pixels outside the selection change slightly. PNG, TIFF and WebP keep them."


def run(given: argparse.Namespace) -> int:
    """Fill and write. Raises LacunaError."""
    method_of(given.method, given.backbone, given.refiner)
    picture = read_image(given.image)
    picture.exif = without_thumbnail(picture.exif)
    requests = _requests(given, picture)
    outs = outs_of(given.out, given.variants)
    for out in outs:
        check_writable(out, picture)
    with Bar() as bar, Interrupt() as interrupt:
        result = _fill(given, requests, bar, interrupt)
        interrupt.check()
        bar.show("Writing", 1.0)
        written = _write(picture, result, outs)
    made = dict(result.provenance)
    if format_of(given.out) == "JPEG":
        made["warnings"] = [*made["warnings"], JPEG_WARNING]
    _tell(given, {"outs": written, **made, "server": not _alone(given)})
    return 0


def outs_of(out: Path, variants: int) -> list[Path]:
    """OUT.png, or OUT-1.png, OUT-2.png and so on where several variants are asked for."""
    if variants == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, variants + 1)]


def _requests(given: argparse.Namespace, picture: Picture) -> list[InpaintRequest]:
    mask = read_mask(given.mask, picture)
    sources = read_mask(given.sample_mask, picture, wrong_size="sources_size") if given.sample_mask else None
    values = {name: getattr(given, name) for name in ("backbone", "refiner", *(one.name for one in SETTINGS))}
    return requests_of(picture.pixels, mask, values, sources=sources, device=given.device, premultiplied=picture.premultiplied)


def _fill(given: argparse.Namespace, requests: Sequence[InpaintRequest], bar: Bar, interrupt: Interrupt) -> Result:
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


def _tell(given: argparse.Namespace, made: dict[str, Any]) -> None:
    if given.json:
        print(json.dumps(made))
        return
    for warning in made["warnings"]:
        print(f"lacuna: note: {warning}", file=sys.stderr)
    print(f"{', '.join(made['outs'])}: filled by {made['method']} on {made['device']} in {made['times']['total']:.1f} s")

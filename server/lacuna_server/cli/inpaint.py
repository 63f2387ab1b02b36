"""`lacuna inpaint`: files in, a filled file out."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from lacuna_client.settings import CONTEXT, FEATHER, GROW, SEED
from lacuna_server.io.exif import without_thumbnail
from lacuna_server.io.files import check_writable, read_image, read_mask, write_image
from lacuna_server.io.picture import format_of
from lacuna_server.pipeline.boxes import requests_of
from lacuna_server.pipeline.inpaint import method_of

from .interrupt import Interrupt
from .progress import Bar

JPEG_WARNING = "A JPEG is compressed anew as a whole: pixels outside the selection change slightly. PNG, TIFF and WebP keep them."


def run(given: argparse.Namespace) -> int:
    """Fill and write. Raises LacunaError."""
    method_of(given.method)
    picture = read_image(given.image)
    mask = read_mask(given.mask, picture)
    picture.exif = without_thumbnail(picture.exif)
    check_writable(given.out, picture)
    values = {"method": given.method, **{one.name: getattr(given, one.name) for one in (GROW, FEATHER, CONTEXT, SEED)}}
    requests = requests_of(picture.pixels, mask, values, device=given.device, premultiplied=picture.premultiplied)
    alone = given.no_server or given.save_stages is not None
    with Bar() as bar, Interrupt() as interrupt:
        if alone:
            from . import in_process

            made = in_process.fill(picture, requests, bar, interrupt, given.save_stages)
        else:
            from . import through_server

            made = through_server.fill(picture, requests, bar, interrupt)
        interrupt.check()
        bar.show("Writing", 1.0)
        write_image(given.out, picture)
    if format_of(given.out) == "JPEG":
        made["warnings"] = [*made["warnings"], JPEG_WARNING]
    _tell(given, {"out": str(given.out), **made, "server": not alone})
    return 0


def _tell(given: argparse.Namespace, made: dict[str, Any]) -> None:
    if given.json:
        print(json.dumps(made))
        return
    for warning in made["warnings"]:
        print(f"lacuna: note: {warning}", file=sys.stderr)
    print(f"{made['out']}: filled by {made['method']} on {made['device']} in {made['times']['total']:.1f} s")

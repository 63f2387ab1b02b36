"""`lacuna inpaint`: files in, a filled file out, or one a variant."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lacuna_client.inpaint import METHOD_TEXTS
from lacuna_client.settings import CONTEXT, FEATHER, GROW, SAMPLING, SEED, TILE, VARIANTS
from lacuna_server.methods import method_of
from lacuna_server.pipeline.asking import inpaint_requests

from .pictures import canvas_of, carry_out, in_color, read_picture

VALUES = (*METHOD_TEXTS, *(one.name for one in (GROW, FEATHER, CONTEXT, SEED, VARIANTS, *SAMPLING, TILE)))


def run(given: argparse.Namespace) -> int:
    """Fill and write. Raises LacunaError."""
    method_of(*(getattr(given, name) for name in METHOD_TEXTS))
    notes: list[str] = []
    picture = read_picture(given)
    if given.hint or given.hints:
        picture = in_color(picture, notes)
    asked = inpaint_requests(canvas_of(given, picture), {name: getattr(given, name) for name in VALUES}, device=given.device)
    carry_out(given, picture, asked, outs_of(given.out, given.variants), notes, _by)
    return 0


def outs_of(out: Path, variants: int) -> list[Path]:
    """OUT.png, or OUT-1.png, OUT-2.png and so on where several variants are asked for."""
    if variants == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, variants + 1)]


def _by(made: dict[str, Any]) -> str:
    return f"filled by {made['method']}"

"""`lacuna recolor`: files in, a file out in which what the mask selects has another color."""

from __future__ import annotations

import argparse
from typing import Any

from lacuna_server.pipeline.asking import RECOLOR, recolor_requests

from .pictures import canvas_of, carry_out, in_color, read_picture, reference_of


def run(given: argparse.Namespace) -> int:
    """Recolor and write. Raises LacunaError."""
    notes: list[str] = []
    picture = in_color(read_picture(given), notes)
    color = None if given.at else given.color
    values = {one.name: getattr(given, one.name) for one in RECOLOR}
    canvas, reference = canvas_of(given, picture), reference_of(given)
    asked = recolor_requests(canvas, values, color=color, reference=reference, device=given.device)
    carry_out(given, picture, asked, [given.out], notes, _by)
    return 0


def _by(_made: dict[str, Any]) -> str:
    return "recolored"

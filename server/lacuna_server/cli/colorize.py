"""`lacuna colorize`: files in, a file out in which a gray picture, or a part of it, has color."""

from __future__ import annotations

import argparse
from typing import Any

from lacuna_server.methods import solver_of
from lacuna_server.pipeline.asking import COLORIZE, colorize_requests

from .pictures import canvas_of, carry_out, in_color, read_picture, reference_of


def run(given: argparse.Namespace) -> int:
    """Colorize and write. Raises LacunaError."""
    solver_of(given.color_solver)
    notes: list[str] = []
    picture = in_color(read_picture(given), notes)
    values = {"color_solver": given.color_solver, **{one.name: getattr(given, one.name) for one in COLORIZE}}
    canvas, reference = canvas_of(given, picture), reference_of(given)
    asked = colorize_requests(canvas, values, reference=reference, device=given.device)
    carry_out(given, picture, asked, [given.out], notes, _by)
    return 0


def _by(made: dict[str, Any]) -> str:
    return f"colorized by {made['color_solver']}"

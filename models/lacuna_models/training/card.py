"""The model card that a training writes: what is known of the weights by itself; figures on photographs are the lab's."""

from __future__ import annotations

import platform
from collections.abc import Mapping

import torch

from .budget import Budget
from .curves import Curves
from .processes import Place

MOST_ROWS = 12


def text(name: str, command: str, place: Place, budget: Budget, curves: Curves, notes: Mapping[str, str]) -> str:
    """Markdown."""
    about = "".join(f"- {key}: {value}\n" for key, value in notes.items())
    return (
        f"# {name}\n\nTrained by\n\n    {command}\n\n"
        f"- hardware: {place.count} x {hardware(place.device)}, torch {torch.__version__.partition('+')[0]}\n"
        f"- spent: {budget.seconds / 60:.1f} minutes, {budget.step} steps\n{about}\n"
        f"Held-out photographs, hole only:\n\n{table(curves)}\n"
    )


def hardware(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{platform.machine()} CPU, {torch.get_num_threads()} threads"


def table(curves: Curves) -> str:
    """The curves as a table, thinned out to MOST_ROWS rows, the last one always among them."""
    rows = curves.rows()
    if not rows:
        return "(nothing was measured)"
    step = -(-len(rows) // MOST_ROWS)
    shown = rows[::-1][::step][::-1]
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([row[key] for key in head] for row in shown)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

"""The refinement network's input: the picture and four shifted copies of it, each with its mask.

Moskalenko, Erofeev and Vatolin 2020, section 3: content that lies a fifth of the picture away comes under the network's
field of view.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

Place = tuple[int, int]  # rows, columns
OUTSIDE = 1 / 255  # what a copy holds where it would come from outside the frame; its hole is 1 there


class Shifts(NamedTuple):
    """How far the content of each copy is moved, px, above 0."""

    up: int
    down: int
    right: int
    left: int


def moves(shifts: Shifts) -> tuple[Place, Place, Place, Place]:
    """How far the content of each copy moves down and right, in the order of the stack's copies."""
    return (-shifts.up, 0), (shifts.down, 0), (0, shifts.right), (0, -shifts.left)


def stacked(main: Tensor, hole: Tensor, shifts: Shifts) -> Tensor:
    """[hole, main, then for up, down, right and left: the copy and its hole].

    Args:
        main: N x C x H x W in [0, 1], the picture with its hole filled by stage 1.
        hole: N x 1 x H x W in [0, 1].

    Returns N x (1 + C + 4 (C + 1)) x H x W: 20 channels for C = 3, 10 for C = 1.
    """
    copies = []
    for rows, columns in moves(shifts):
        copies += [moved(main, rows, columns, OUTSIDE), moved(hole, rows, columns, 1.0)]
    return torch.cat([hole, main, *copies], dim=1)


def moved(x: Tensor, rows: int, columns: int, outside: float) -> Tensor:
    """The content moved down by so many rows and right by so many columns; no wrap: what comes in is `outside`."""
    height, width = x.shape[-2:]
    result = torch.full_like(x, outside)
    if abs(rows) < height and abs(columns) < width:
        to = _part(rows, height), _part(columns, width)
        source = _part(-rows, height), _part(-columns, width)
        result[..., to[0], to[1]] = x[..., source[0], source[1]]
    return result


def _part(move: int, length: int) -> slice:
    """Where content that moves by so much lands."""
    return slice(max(move, 0), length + min(move, 0))

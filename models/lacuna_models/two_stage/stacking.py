"""The refinement network's input for one tile, cut out of the pictures without making the whole region's."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..networks.shifts import OUTSIDE, Shifts, moves
from ..region import Pixels
from .layout import Tile


def stack_of(main: Pixels, hole: Pixels, shifts: Shifts, window: Tile) -> Tensor:
    """What networks.shifts.stacked(main, hole, shifts) holds inside the window: 1 x (1 + C + 4 (C + 1)) x h x w float32.

    Args:
        main: H x W x C float32, the region filled by stage 1; C = 3, or 1 for luma.
        hole: H x W float32 in [0, 1].
        window: inside the frame.
    """
    height, width = window.bottom - window.top, window.right - window.left
    each = main.shape[2] + 1  # the picture's channels and its hole
    stack = np.empty((5 * each, height, width), np.float32)
    stack[0], stack[1:each] = hole[window.part], main[window.part].transpose(2, 0, 1)
    for number, (rows, columns) in enumerate(moves(shifts), 1):
        copy = stack[each * number : each * (number + 1)]
        copy[:-1], copy[-1] = OUTSIDE, 1.0
        y, from_y = _overlap(window.top, height, rows, main.shape[0])
        x, from_x = _overlap(window.left, width, columns, main.shape[1])
        copy[:-1, y, x] = main[from_y, from_x].transpose(2, 0, 1)
        copy[-1, y, x] = hole[from_y, from_x]
    return torch.from_numpy(stack)[None]


def _overlap(start: int, length: int, move: int, frame: int) -> tuple[slice, slice]:
    """Where in the window, and from where in the frame, content lands that is moved by so much; both may be empty."""
    first = min(max(start - move, 0), frame)
    last = max(min(start + length - move, frame), first)
    return slice(first + move - start, last + move - start) if last > first else slice(0, 0), slice(first, last)

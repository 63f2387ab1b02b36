"""Regions for color solvers, as small as they can be."""

from __future__ import annotations

import numpy as np

from lacuna_models.region import Hints, Mask, Pixels, Region

RED, BLUE = np.array([0.8, 0.3, 0.3], np.float32), np.array([0.2, 0.3, 0.7], np.float32)


def region_of(image: Pixels, hole: Mask, known: Mask | None = None, hints: Hints | None = None) -> Region:
    """Everything but the hole is known, unless `known` says what is."""
    return Region(image, hole, hole.astype(np.float32), ~hole if known is None else known, hints=hints)


def smooth_picture(height: int, width: int) -> Pixels:
    """Colors that change slowly, on a luma that changes fast."""
    y, x = np.meshgrid(np.linspace(0, 3, height), np.linspace(0, 3, width), indexing="ij")
    texture = 0.1 * np.random.default_rng(5).random((height, width))
    planes = [0.4 + 0.2 * np.sin(x) + texture, 0.4 + 0.1 * np.cos(x + y) + texture, 0.4 + 0.2 * np.sin(y) + texture]
    return np.stack(planes, axis=-1).astype(np.float32)


def two_halves(height: int, width: int, edge: int) -> Pixels:
    """Light red left of the column `edge`, dark blue right of it."""
    image = np.empty((height, width, 3), np.float32)
    image[:, :edge], image[:, edge:] = RED + 0.15, BLUE - 0.15
    return image


def square_hole(height: int, width: int, top: int, left: int, side: int) -> Mask:
    hole = np.zeros((height, width), bool)
    hole[top : top + side, left : left + side] = True
    return hole


def dot(height: int, width: int, y: int, x: int, color: Pixels, radius: int = 1) -> Hints:
    """A square hint of 2 * radius + 1 px a side."""
    where = np.zeros((height, width), bool)
    where[max(y - radius, 0) : y + radius + 1, max(x - radius, 0) : x + radius + 1] = True
    return Hints(where, np.broadcast_to(color, (height, width, 3)).astype(np.float32))

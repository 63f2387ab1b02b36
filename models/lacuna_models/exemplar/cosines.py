"""Directions onto which patches are projected: few numbers by which similar patches are found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..region import Pixels

MIXTURES = np.array([[1, 1, 1, 0], [1, 0, -1, 0], [1, -2, 1, 0], [0, 0, 0, 1]])  # of channels: brightness, two colors, the rest
SAMPLE = 4096  # patches by which the directions are chosen


def directions_of(
    stock: Pixels, rows: NDArray[np.int32], columns: NDArray[np.int32], radius: int, count: int
) -> NDArray[np.float32]:
    """Products of cosines over the patch, of a mixture of channels: those in which the patches vary most.

    For photographs that is nearly their principal components, and it is the same on every machine.

    Args:
        stock: V x U x 4 float32.
        rows, columns: centers of the patches.

    Returns 4 * (2 * radius + 1)^2 x count float32, orthonormal columns, or zero where there are no more; for a patch's
    values in memory order.
    """
    side = 2 * radius + 1
    waves = np.cos(np.pi / side * np.outer(np.arange(side), np.arange(side) + 0.5))
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    mixtures = MIXTURES / np.linalg.norm(MIXTURES, axis=1, keepdims=True)
    size = 4 * side * side
    every = np.einsum("ay,bx,mc->abmyxc", waves, waves, mixtures).reshape(size, size)
    some = slice(None, None, -(-len(rows) // SAMPLE))
    offsets = np.arange(-radius, radius + 1)
    patches = stock[rows[some, None, None] + offsets[:, None], columns[some, None, None] + offsets].reshape(-1, size)
    spread = ((patches - patches.mean(axis=0, dtype=np.float64)) @ every.T).var(axis=0)
    chosen = np.argsort(-spread, kind="stable")[:count]
    directions = np.zeros((size, count), np.float32)
    directions[:, : len(chosen)] = every[chosen].T
    return directions

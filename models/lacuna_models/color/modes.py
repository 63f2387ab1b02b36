"""The colors of a picture in groups: those that pass into each other, parted where few pixels are between two of them.

Density peaks merged by their persistence (Chazal, Guibas, Oudot and Skraba 2013): hair, from its shadows to its sheen, is one
group, since all its tones are about as frequent; an iris and the white beside it are two, since only their border has the
tones between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..region import Pixels

CELL = 0.5  # units, the side of a cell of the histogram
WIDTH = 0.6  # units, the standard deviation of the Gaussian by which it is smoothed
NEAR = 1.0  # units, between cells that may pass into each other
SADDLE = 0.7  # of the lower peak's density, that is needed between two peaks for them to be one
MOST_CELLS = 400


def groups_of(samples: Pixels) -> tuple[Pixels, NDArray[np.intp]]:
    """n x d colors -> their cells' centers, m x d, and the group that each cell is of, m."""
    steps = np.rint(samples / CELL).astype(np.int64)
    key = (steps + 512) @ (1 << np.arange(0, 10 * samples.shape[1], 10))
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    order = np.argsort(-count, kind="stable")[:MOST_CELLS]
    centers, count = (steps[first[order]] * CELL).astype(np.float32), count[order]
    distance = np.sqrt(((centers[:, None] - centers) ** 2).sum(axis=-1))
    density = np.exp(-0.5 * (distance / WIDTH) ** 2) @ count
    return centers, _merged(distance <= NEAR, density)


def _merged(near: NDArray[np.bool_], density: NDArray[np.float64]) -> NDArray[np.intp]:
    """Cells in order of falling density join their densest neighbor's group; groups that meet high enough become one."""
    parent = np.arange(density.size)
    met = np.zeros(density.size, np.bool_)

    def peak(cell: int) -> int:
        while parent[cell] != cell:
            cell = int(parent[cell])
        return cell

    for cell in np.argsort(-density, kind="stable"):
        met[cell] = True
        peaks = {peak(int(other)) for other in np.flatnonzero(near[cell] & met) if other != cell}
        highest = max(peaks, key=lambda one: (density[one], -one), default=int(cell))
        parent[cell] = highest
        for other in peaks - {highest}:
            if density[cell] >= SADDLE * density[other]:
                parent[other] = highest
    return np.array([peak(cell) for cell in range(density.size)], np.intp)

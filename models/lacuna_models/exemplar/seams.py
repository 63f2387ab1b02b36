"""Where the fill does not fit: where pixels copied from different places meet, and against the known pixels round the hole.

One file of kernels: see kernels.py. A window of h x w pixels of the picture is looked at, whose first pixel is at (top, left).
"""

from __future__ import annotations

import numpy as np

from .kernels import Bytes, Floats, Index, Ints, kernel


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], float32[:,:,::1], uint8[:,::1], int32[:,::1], int32[::1], int32[::1], "
    "float32[::1], int64, int64, int64, int64, int64, int64, uint8[::1])"
)
def missing_steps(
    out: Floats,
    image: Floats,
    stock: Floats,
    inside: Bytes,
    index: Ints,
    source_rows: Ints,
    source_columns: Ints,
    weights: Floats,
    radius: int,
    top: Index,
    left: Index,
    axis: int,
    first: int,
    end: int,
    cancel: Bytes,
) -> int:
    """How far each step from a pixel of the hole to the next one is from what the sources say (Darabi et al. 2012).

    Args:
        out: h x w x 4, zero; gets the weighted mean of that step in the sources of all patches over both, less the picture's.
        image: H x W x 4, the finished vote.
        stock: V x U x 4, what was sampled.
        inside: h x w, the hole.
        index, source_rows, source_columns, weights, radius: the matches (see kernels.vote) with the weights of that vote.
        axis: 0: the next pixel is the one below; 1: the one to the right.
        first, end: the rows of the window to look at; several bands may be at once.
        cancel: looked at each row.

    Returns how many rows were looked at; fewer than asked for only after a cancel.
    """
    height, width = index.shape
    rows, columns = inside.shape
    down, across = 1 - axis, axis
    mean = np.zeros(4, np.float64)
    for row in range(first, min(end, rows - down)):
        if cancel[0]:
            return row - first
        for column in range(columns - across):
            if not (inside[row, column] and inside[row + down, column + across]):
                continue
            y, x = top + row, left + column
            total = 0.0
            mean[:] = 0.0
            for cy in range(max(y + down - radius, 0), min(y + radius + 1, height)):
                for cx in range(max(x + across - radius, 0), min(x + radius + 1, width)):
                    t = index[cy, cx]
                    if t >= 0:
                        sy, sx = source_rows[t] + (y - cy), source_columns[t] + (x - cx)
                        total += weights[t]
                        for channel in range(4):
                            step = stock[sy + down, sx + across, channel] - stock[sy, sx, channel]
                            mean[channel] += weights[t] * step
            if total > 0.0:  # all weights may vanish in float32: then nothing is missing
                for channel in range(4):
                    step = image[y + down, x + across, channel] - image[y, x, channel]
                    out[row, column, channel] = mean[channel] / total - step
    return end - first


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], float32[:,:,::1], uint8[:,::1], int32[:,::1], int32[::1], int32[::1], "
    "float32[::1], int64, int64, int64, int64, int64, uint8[::1])"
)
def misfits(
    out: Floats,
    image: Floats,
    stock: Floats,
    rim: Bytes,
    index: Ints,
    source_rows: Ints,
    source_columns: Ints,
    weights: Floats,
    radius: int,
    top: Index,
    left: Index,
    first: int,
    end: int,
    cancel: Bytes,
) -> int:
    """How far each known pixel beside the hole is from what the sources of the patches over it say.

    Args:
        out: h x w x 4, zero; gets the rim's values less the vote on them.
        rim: h x w, known pixels under a patch that touches the hole.
        All else as for missing_steps.
    """
    height, width = index.shape
    columns = rim.shape[1]
    mean = np.zeros(4, np.float64)
    for row in range(first, end):
        if cancel[0]:
            return row - first
        for column in range(columns):
            if not rim[row, column]:
                continue
            y, x = top + row, left + column
            total = 0.0
            mean[:] = 0.0
            for cy in range(max(y - radius, 0), min(y + radius + 1, height)):
                for cx in range(max(x - radius, 0), min(x + radius + 1, width)):
                    t = index[cy, cx]
                    if t >= 0:
                        total += weights[t]
                        for channel in range(4):
                            value = stock[source_rows[t] + (y - cy), source_columns[t] + (x - cx), channel]
                            mean[channel] += weights[t] * value
            if total > 0.0:
                for channel in range(4):
                    out[row, column, channel] = image[y, x, channel] - mean[channel] / total
    return end - first

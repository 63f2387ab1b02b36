"""The compiled loops of patch completion: the search for similar patches and the vote.

One file on purpose: Numba's cache watches the file of the kernel it stores, not the files of what the kernel calls.

Pictures are H x W x 4 float32 (a missing fourth channel is zero), so that a pixel is one vector of four floats and
every kernel has one signature and is compiled once. A patch is named by its center; it lies inside the frame.
No loop here looks at time or at threads, so the same arguments give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Index = int | np.int64

POLL = 128  # patches between two looks at the cancel flag; about a millisecond of work


Function = TypeVar("Function", bound=Callable[..., Any])
_compile: Any = numba.njit


def kernel(signature: str) -> Callable[[Function], Function]:
    """Compile for one signature without the GIL; keep the code on disk where a folder can be written."""

    def compile_now(function: Function) -> Function:
        compiled: Function
        try:
            compiled = _compile(signature, cache=True, nogil=True)(function)
        except (RuntimeError, OSError):  # no folder for the cache, or a full disk: compile for this process alone
            compiled = _compile(signature, nogil=True)(function)
        return compiled

    return compile_now


def part_of_kernels(function: Function) -> Function:
    """A function for kernels to call; compiled with each of them."""
    compiled: Function = _compile(function)
    return compiled


@part_of_kernels
def _next(state: np.uint64) -> np.uint64:
    """The next state of a 64-bit counter (Steele, Lea and Flood 2014, SplitMix)."""
    return state + np.uint64(0x9E3779B97F4A7C15)


@part_of_kernels
def _mixed(state: np.uint64) -> np.int64:
    """63 random bits of a state, as int64."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((z ^ (z >> np.uint64(31))) >> np.uint64(1))


@part_of_kernels
def _distance(
    target: Floats,
    present: Bytes,
    whole: bool,
    ty: Index,
    tx: Index,
    image: Floats,
    sy: Index,
    sx: Index,
    radius: int,
    bound: np.float32,
) -> np.float32:
    """Sum of squared differences of two patches over the present pixels of the first; anything >= bound once it is sure."""
    total = np.float32(0.0)
    for dy in range(-radius, radius + 1):
        a = np.float32(0.0)
        b = np.float32(0.0)
        c = np.float32(0.0)
        d = np.float32(0.0)
        for dx in range(-radius, radius + 1):
            if whole or present[ty + dy, tx + dx]:
                da = target[ty + dy, tx + dx, 0] - image[sy + dy, sx + dx, 0]
                db = target[ty + dy, tx + dx, 1] - image[sy + dy, sx + dx, 1]
                dc = target[ty + dy, tx + dx, 2] - image[sy + dy, sx + dx, 2]
                dd = target[ty + dy, tx + dx, 3] - image[sy + dy, sx + dx, 3]
                a += da * da
                b += db * db
                c += dc * dc
                d += dd * dd
        total += (a + b) + (c + d)
        if total >= bound:
            break
    return total


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], uint8[:,::1], uint8[:,::1], int32[:,::1], int32[::1], int32[::1], "
    "uint8[::1], int32[::1], int32[::1], int32[::1], float32[::1], int64, boolean, uint64, uint8[::1])"
)
def search(
    target: Floats,
    image: Floats,
    present: Bytes,
    sources: Bytes,
    index: Ints,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    order: Ints,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    radius: int,
    forward: bool,
    key: np.uint64,
    cancel: Bytes,
) -> int:
    """One sweep of the randomized nearest-neighbor search (Barnes et al. 2009, section 3.2), in place.

    Args:
        target: H x W x 4, the picture whose patches are compared.
        image: H x W x 4, the picture that is sampled; may be `target` itself.
        present: H x W, pixels of `target` that count in a comparison.
        sources: H x W, centers that may be sampled.
        index: H x W, number of the target patch centered there, or -1.
        rows, columns: N, centers of the target patches.
        whole: N, nonzero where the whole patch is present.
        order: which targets to visit, in reading order.
        source_rows, source_columns: N, each target's present match; improved.
        distances: N, its sum of squared differences; brought up to date, then improved.
        forward: reading order, matches taken over from the left and above; else backward, from the right and below.
        key: random; no two sweeps may share it.

    Returns how many targets were visited; fewer than len(order) only after a cancel.
    """
    height, width = sources.shape
    step = -1 if forward else 1
    count = len(order)
    for k in range(count):
        if k % POLL == 0 and cancel[0]:
            return k
        t = order[k] if forward else order[count - 1 - k]
        y, x = np.int64(rows[t]), np.int64(columns[t])
        is_whole = whole[t] != 0
        best_y, best_x = np.int64(source_rows[t]), np.int64(source_columns[t])
        best = _distance(target, present, is_whole, y, x, image, best_y, best_x, radius, np.float32(np.inf))
        for side in range(2):  # propagation: what serves a neighbor, shifted by one
            ny = y + step * (1 - side)
            nx = x + step * side
            if 0 <= ny < height and 0 <= nx < width and index[ny, nx] >= 0:
                n = index[ny, nx]
                cy = source_rows[n] + (y - ny)
                cx = source_columns[n] + (x - nx)
                if 0 <= cy < height and 0 <= cx < width and sources[cy, cx] and (cy != best_y or cx != best_x):
                    d = _distance(target, present, is_whole, y, x, image, cy, cx, radius, best)
                    if d < best:
                        best, best_y, best_x = d, cy, cx
        state = _next(key + np.uint64(t) * np.uint64(0xD1342543DE82EF95))
        reach = max(height, width)
        while reach >= 1:  # random search round the best, in windows that halve
            top, bottom = max(best_y - reach, radius), min(best_y + reach, height - 1 - radius)
            left, right = max(best_x - reach, radius), min(best_x + reach, width - 1 - radius)
            state = _next(state)
            cy = top + _mixed(state) % (bottom - top + 1)
            state = _next(state)
            cx = left + _mixed(state) % (right - left + 1)
            if sources[cy, cx]:
                d = _distance(target, present, is_whole, y, x, image, cy, cx, radius, best)
                if d < best:
                    best, best_y, best_x = d, cy, cx
            reach //= 2
        source_rows[t], source_columns[t], distances[t] = best_y, best_x, best
    return count


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], int32[:,::1], int32[::1], int32[::1], int32[::1], int32[::1], "
    "float32[::1], float32[::1], int64, uint8[::1])"
)
def vote(
    out: Floats,
    image: Floats,
    index: Ints,
    hole_rows: Ints,
    hole_columns: Ints,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    weights: Floats,
    radius: int,
    cancel: Bytes,
) -> int:
    """Each hole pixel becomes the weighted mean of what the matches of all patches over it say (Wexler et al. 2007, eq. 3).

    Args:
        out: H x W x 4, written at the hole's pixels.
        image: H x W x 4, what is sampled; may be `out` itself: no pixel is both read and written.
        index: H x W, number of the target patch centered there, or -1.
        hole_rows, hole_columns: the pixels to write.
        source_rows, source_columns, distances, weights: N, of each target patch.

    Returns how many pixels were written; fewer than all only after a cancel.
    """
    height, width = index.shape
    count = len(hole_rows)
    for k in range(count):
        if k % POLL == 0 and cancel[0]:
            return k
        y, x = np.int64(hole_rows[k]), np.int64(hole_columns[k])
        total = 0.0
        a = 0.0
        b = 0.0
        c = 0.0
        d = 0.0
        nearest = np.float32(np.inf)
        ny = np.int64(-1)
        nx = np.int64(-1)
        for dy in range(-radius, radius + 1):
            if not 0 <= y + dy < height:
                continue
            for dx in range(-radius, radius + 1):
                if not 0 <= x + dx < width or index[y + dy, x + dx] < 0:
                    continue
                t = index[y + dy, x + dx]
                sy = source_rows[t] - dy
                sx = source_columns[t] - dx
                if distances[t] < nearest:
                    nearest, ny, nx = distances[t], sy, sx
                w = weights[t]
                total += w
                a += w * image[sy, sx, 0]
                b += w * image[sy, sx, 1]
                c += w * image[sy, sx, 2]
                d += w * image[sy, sx, 3]
        if total <= 0.0:  # all weights may vanish in float32: then the nearest match speaks alone
            for channel in range(4):
                out[y, x, channel] = image[ny, nx, channel]
        else:
            out[y, x, 0] = a / total
            out[y, x, 1] = b / total
            out[y, x, 2] = c / total
            out[y, x, 3] = d / total
    return count

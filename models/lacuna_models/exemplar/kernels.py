"""The compiled loops of patch completion: the search for similar patches and the vote.

Numba's cache watches the file of the kernel it stores, not the files of what the kernel calls: who changes a function that
unit_kernels.py imports from here touches that file too.

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

Match = tuple[np.float32, np.float32, np.int64, np.int64]  # distance, distance plus toll, row and column of the center

POLL = 128  # patches between two looks at the cancel flag; about a millisecond of work


Function = TypeVar("Function", bound=Callable[..., Any])
_compile: Any = numba.njit
ARITHMETIC: dict[str, Any] = {"fastmath": {"contract"}}  # a product and a sum may be one instruction; nothing is reordered


def kernel(signature: str) -> Callable[[Function], Function]:
    """Compile for one signature without the GIL; keep the code on disk where a folder can be written."""

    def compile_now(function: Function) -> Function:
        compiled: Function
        try:
            compiled = _compile(signature, cache=True, nogil=True, **ARITHMETIC)(function)
        except (RuntimeError, OSError):  # no folder for the cache, or a full disk: compile for this process alone
            compiled = _compile(signature, nogil=True, **ARITHMETIC)(function)
        return compiled

    return compile_now


def part_of_kernels(function: Function) -> Function:
    """A function for kernels to call; compiled with each of them."""
    compiled: Function = _compile(function, **ARITHMETIC)
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
def patch_distance(
    target: Floats,
    present: Bytes,
    whole: bool,
    ty: Index,
    tx: Index,
    stock: Floats,
    sy: Index,
    sx: Index,
    radius: int,
    bound: np.float32,
) -> np.float32:
    """Sum of squared differences of two patches over the present pixels of the first; anything >= bound once it is sure."""
    total = np.float32(0.0)
    width = np.uint64(2 * radius + 1)
    y, x, v, u = np.uint64(ty - radius), np.uint64(tx - radius), np.uint64(sy - radius), np.uint64(sx - radius)  # never negative
    for dy in range(width):
        a = np.float32(0.0)
        b = np.float32(0.0)
        c = np.float32(0.0)
        d = np.float32(0.0)
        for dx in range(width):
            if whole or present[y + dy, x + dx]:
                da = target[y + dy, x + dx, 0] - stock[v + dy, u + dx, 0]
                db = target[y + dy, x + dx, 1] - stock[v + dy, u + dx, 1]
                dc = target[y + dy, x + dx, 2] - stock[v + dy, u + dx, 2]
                dd = target[y + dy, x + dx, 3] - stock[v + dy, u + dx, 3]
                a += da * da
                b += db * db
                c += dc * dc
                d += dd * dd
        total += (a + b) + (c + d)
        if total >= bound:
            break
    return total


@part_of_kernels
def toll_of(tolls: Floats, crowd: Ints, y: Index, x: Index, fair: np.float32, price: np.float32) -> np.float32:
    """What a match costs beside its distance: the place's toll, and more where it is copied more often than is fair."""
    toll: np.float32 = tolls[y, x] + price * max(np.float32(crowd[y, x]) - fair, np.float32(0.0))
    return toll


@part_of_kernels
def _if_better(
    target: Floats,
    present: Bytes,
    whole: bool,
    y: Index,
    x: Index,
    stock: Floats,
    cy: Index,
    cx: Index,
    radius: int,
    toll: np.float32,
    match: Match,
) -> Match:
    """The candidate centered at (cy, cx), if with its toll it costs less than the match; else the match."""
    bound = match[1] - toll
    distance = patch_distance(target, present, whole, y, x, stock, cy, cx, radius, bound)
    if distance < bound:
        return distance, distance + toll, np.int64(cy), np.int64(cx)
    return match


@part_of_kernels
def count_match(crowd: Ints, y: Index, x: Index, radius: int, change: int) -> None:
    """Add a match, or take one away, at all centers whose patches are within reach of its own center."""
    height, width = crowd.shape
    for cy in range(max(y - radius, 0), min(y + radius + 1, height)):
        for cx in range(max(x - radius, 0), min(x + radius + 1, width)):
            crowd[cy, cx] += change


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], uint8[:,::1], uint8[:,::1], int32[:,::1], int32[::1], int32[::1], "
    "uint8[::1], int32[::1], int64, int64, int32[::1], int32[::1], int32[::1], int32[::1], float32[::1], float32[:,::1], "
    "int32[:,::1], float32, float32, int64, int64, int64, boolean, uint64, uint8[::1])"
)
def search(
    target: Floats,
    stock: Floats,
    present: Bytes,
    sources: Bytes,
    index: Ints,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    order: Ints,
    low: int,
    high: int,
    before_rows: Ints,
    before_columns: Ints,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    tolls: Floats,
    crowd: Ints,
    fair: np.float32,
    price: np.float32,
    radius: int,
    reach: int,
    calm_reach: int,
    forward: bool,
    key: np.uint64,
    cancel: Bytes,
) -> int:
    """One sweep of the randomized nearest-neighbor search (Barnes et al. 2009, section 3.2), in place.

    Several bands of one sweep may run at once: each writes the matches of its own targets, low to high, and takes over
    those of other bands as they were before the sweep, so the result does not depend on which is faster.

    Args:
        target: H x W x 4, the picture whose patches are compared.
        stock: V x U x 4, the picture that is sampled.
        present: H x W, pixels of `target` that count in a comparison.
        sources: V x U, centers that may be sampled.
        index: H x W, number of the target patch centered there, or -1.
        rows, columns: N, centers of the target patches.
        whole: N, nonzero where the whole patch is present.
        order: which targets to visit, in reading order, all of them within low to high.
        before_rows, before_columns: N, all matches before the sweep.
        source_rows, source_columns: N, each target's present match; improved.
        distances: N, its sum of squared differences; brought up to date, then improved.
        tolls: V x U, what a match costs by its place, a squared difference. 1 x 1 where price is 0.
        crowd: V x U, how many matches lie within `radius` of each center; kept up to date. 1 x 1 where price is 0.
        fair: how many of those are free; each further one costs `price`, a squared difference (Kaspar et al. 2015, eq. 3).
        reach: px, half the widest window of the random search; calm_reach: the same for a target that agrees with its
            neighbors, as most do in the end.
        forward: reading order, matches taken over from the left and above; else backward, from the right and below.
        key: random; no two sweeps may share it.

    Returns how many targets were visited; fewer than len(order) only after a cancel.
    """
    height, width = index.shape
    stock_height, stock_width = sources.shape
    step = -1 if forward else 1
    count = len(order)
    tolled = price > 0
    for k in range(count):
        if k % POLL == 0 and cancel[0]:
            return k
        t = order[k] if forward else order[count - 1 - k]
        y, x = np.int64(rows[t]), np.int64(columns[t])
        is_whole = whole[t] != 0
        first_y, first_x = np.int64(source_rows[t]), np.int64(source_columns[t])
        distance = patch_distance(target, present, is_whole, y, x, stock, first_y, first_x, radius, np.float32(np.inf))
        toll = toll_of(tolls, crowd, first_y, first_x, fair, price) if tolled else np.float32(0)
        match = distance, distance + toll, first_y, first_x
        agreeing = 0
        for side in range(2):  # propagation: what serves a neighbor, shifted by one
            ny = y + step * (1 - side)
            nx = x + step * side
            n = index[ny, nx] if 0 <= ny < height and 0 <= nx < width else np.int32(-1)
            if n < 0:
                continue
            live = low <= n < high
            cy = (source_rows[n] if live else before_rows[n]) + (y - ny)
            cx = (source_columns[n] if live else before_columns[n]) + (x - nx)
            if cy == match[2] and cx == match[3]:
                agreeing += 1
            elif 0 <= cy < stock_height and 0 <= cx < stock_width and sources[cy, cx]:
                toll = toll_of(tolls, crowd, cy, cx, fair, price) if tolled else np.float32(0)
                match = _if_better(target, present, is_whole, y, x, stock, cy, cx, radius, toll, match)
        state = _next(key + np.uint64(t) * np.uint64(0xD1342543DE82EF95))
        half = calm_reach if agreeing == 2 else reach
        while half >= 1:  # random search round the best, in windows that halve
            top, bottom = max(match[2] - half, radius), min(match[2] + half, stock_height - 1 - radius)
            left, right = max(match[3] - half, radius), min(match[3] + half, stock_width - 1 - radius)
            state = _next(state)
            cy = top + _mixed(state) % (bottom - top + 1)
            state = _next(state)
            cx = left + _mixed(state) % (right - left + 1)
            if sources[cy, cx]:
                toll = toll_of(tolls, crowd, cy, cx, fair, price) if tolled else np.float32(0)
                match = _if_better(target, present, is_whole, y, x, stock, cy, cx, radius, toll, match)
            half //= 2
        if tolled and (match[2] != first_y or match[3] != first_x):
            count_match(crowd, first_y, first_x, radius, -1)
            count_match(crowd, match[2], match[3], radius, 1)
        source_rows[t], source_columns[t], distances[t] = match[2], match[3], match[0]
    return count


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], uint8[:,::1], int32[::1], int32[::1], uint8[::1], int32[::1], int32[::1], "
    "int32[::1], int32[::1], int32[::1], float32[::1], int64, uint8[::1])"
)
def compare(
    target: Floats,
    stock: Floats,
    present: Bytes,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    order: Ints,
    candidate_rows: Ints,
    candidate_columns: Ints,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    radius: int,
    cancel: Bytes,
) -> int:
    """Compare every target of `order` with every candidate; the arguments are those of search().

    Returns how many targets were visited; fewer than len(order) only after a cancel.
    """
    count = len(order)
    for k in range(count):
        t = order[k]
        y, x = np.int64(rows[t]), np.int64(columns[t])
        is_whole = whole[t] != 0
        best_y, best_x = np.int64(source_rows[t]), np.int64(source_columns[t])
        best = patch_distance(target, present, is_whole, y, x, stock, best_y, best_x, radius, np.float32(np.inf))
        for c in range(len(candidate_rows)):
            if c % POLL == 0 and cancel[0]:
                return k
            cy, cx = np.int64(candidate_rows[c]), np.int64(candidate_columns[c])
            d = patch_distance(target, present, is_whole, y, x, stock, cy, cx, radius, best)
            if d < best:
                best, best_y, best_x = d, cy, cx
        source_rows[t], source_columns[t], distances[t] = best_y, best_x, best
    return count


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], int32[:,::1], int32[::1], int32[::1], int32[::1], int32[::1], "
    "float32[::1], float32[::1], int64, uint8[::1])"
)
def vote(
    out: Floats,
    stock: Floats,
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
        stock: V x U x 4, what is sampled; may be `out` itself: no pixel is both read and written.
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
                a += w * stock[sy, sx, 0]
                b += w * stock[sy, sx, 1]
                c += w * stock[sy, sx, 2]
                d += w * stock[sy, sx, 3]
        if total <= 0.0:  # all weights may vanish in float32: then the nearest match speaks alone
            for channel in range(4):
                out[y, x, channel] = stock[ny, nx, channel]
        else:
            out[y, x, 0] = a / total
            out[y, x, 1] = b / total
            out[y, x, 2] = c / total
            out[y, x, 3] = d / total
    return count

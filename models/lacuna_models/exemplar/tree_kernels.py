"""The compiled loops that grow the tree: patches become points, and the points a k-d tree."""

from __future__ import annotations

import numpy as np

from .kernels import POLL, Bytes, Floats, Index, Ints, kernel, part_of_kernels

DIRECTIONS = 12  # numbers that stand for a patch, a multiple of 4; a constant, so that the loops over them are unrolled
SAMPLE = 256  # points by which a node's widest direction is found


@part_of_kernels
def project(patch: Floats, directions: Floats, point: Floats) -> None:
    """point[k] = the sum over i of patch[i] * directions[i, k]."""
    point[:] = 0
    for i in range(len(patch)):
        value = patch[i]
        for k in range(DIRECTIONS):
            point[k] += value * directions[i, k]


@kernel("int64(float32[:,:,::1], int32[::1], int32[::1], float32[:,::1], int64, float32[:,::1], uint8[::1])")
def describe(stock: Floats, rows: Ints, columns: Ints, directions: Floats, radius: int, points: Floats, cancel: Bytes) -> int:
    """Project patches onto the directions.

    Args:
        stock: V x U x 4.
        rows, columns: S, centers of the patches.
        directions: 4 * (2 * radius + 1)^2 x DIRECTIONS, for the patch's values in memory order.
        points: S x DIRECTIONS, written.

    Returns how many were projected; fewer than S only after a cancel.
    """
    width = 2 * radius + 1
    patch = np.empty(4 * width * width, np.float32)
    for s in range(len(rows)):
        if s % POLL == 0 and cancel[0]:
            return s
        y, x = np.int64(rows[s]) - radius, np.int64(columns[s]) - radius
        i = 0
        for dy in range(width):
            for dx in range(width):
                for channel in range(4):
                    patch[i] = stock[y + dy, x + dx, channel]
                    i += 1
        project(patch, directions, points[s])
    return len(rows)


@part_of_kernels
def _exchange(points: Floats, rows: Ints, columns: Ints, a: Index, b: Index) -> None:
    for k in range(DIRECTIONS):
        points[a, k], points[b, k] = points[b, k], points[a, k]
    rows[a], rows[b] = rows[b], rows[a]
    columns[a], columns[b] = columns[b], columns[a]


@part_of_kernels
def _widest(points: Floats, low: Index, high: Index) -> int:
    """The direction in which some points of low to high vary most."""
    step = max((high - low) // SAMPLE, 1)
    best, axis = np.float32(-1), 0
    for k in range(DIRECTIONS):
        count, total, squares = np.float32(0), np.float32(0), np.float32(0)
        origin = points[low, k]
        for i in range(low, high, step):
            value = points[i, k] - origin
            count += np.float32(1)
            total += value
            squares += value * value
        spread = squares - total * total / count
        if spread > best:
            best, axis = spread, k
    return axis


@part_of_kernels
def _halve(points: Floats, rows: Ints, columns: Ints, low: Index, middle: Index, high: Index, axis: int) -> np.float32:
    """Reorder low to high so that nothing before the middle is greater along the axis (Hoare 1961, FIND); the value there."""
    first, last = low, high - 1
    while first < last:
        a, b, c = points[first, axis], points[(first + last) // 2, axis], points[last, axis]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = first, last
        while i <= j:
            while points[i, axis] < pivot:
                i += 1
            while points[j, axis] > pivot:
                j -= 1
            if i <= j:
                _exchange(points, rows, columns, i, j)
                i += 1
                j -= 1
        if middle <= j:
            last = j
        elif middle >= i:
            first = i
        else:
            break
    return np.float32(points[middle, axis])


@part_of_kernels
def apart(point: Floats, points: Floats, s: Index) -> np.float32:
    """The squared distance of two points, at most that of their patches."""
    a = np.float32(0.0)
    b = np.float32(0.0)
    c = np.float32(0.0)
    d = np.float32(0.0)
    for k in range(0, DIRECTIONS, 4):
        da = point[k] - points[s, k]
        db = point[k + 1] - points[s, k + 1]
        dc = point[k + 2] - points[s, k + 2]
        dd = point[k + 3] - points[s, k + 3]
        a += da * da
        b += db * db
        c += dc * dc
        d += dd * dd
    return (a + b) + (c + d)


@part_of_kernels
def start_of(n: Index, layer: Index, count: Index) -> Index:
    """The first of the `count` points that belongs to node n of a layer; the node ends where the next one starts."""
    return (n * count) >> layer


@kernel("int64(float32[:,::1], int32[::1], int32[::1], int32[::1], float32[::1], int64, int64, int64, int64, uint8[::1])")
def grow(
    points: Floats,
    rows: Ints,
    columns: Ints,
    axes: Ints,
    cuts: Floats,
    top: int,
    bottom: int,
    low: int,
    high: int,
    cancel: Bytes,
) -> int:
    """Split the nodes of the tree's layers top to bottom - 1 at the median of their widest direction.

    Layer l has 2^l nodes, which share the points evenly and in order; node n has the children 2 n and 2 n + 1.

    Args:
        points: S x DIRECTIONS; reordered, and with them rows, columns: S, the centers of the patches.
        axes, cuts: for node n of layer l at 2^l + n the direction in which it is cut, and where; written.
        low, high: of layer `top` only the nodes whose first point is among these, and what descends from them.

    Returns how many points the nodes of layer `top` hold; fewer than there are only after a cancel.
    """
    count = len(points)
    done = 0
    for root in range(1 << top):
        if not low <= start_of(root, top, count) < high:
            continue
        for layer in range(top, bottom):
            for n in range(root << (layer - top), (root + 1) << (layer - top)):
                if cancel[0]:
                    return done
                start, middle, end = (
                    start_of(n, layer, count),
                    start_of(2 * n + 1, layer + 1, count),
                    start_of(n + 1, layer, count),
                )
                axis = _widest(points, start, end)
                axes[(1 << layer) + n] = axis
                cuts[(1 << layer) + n] = _halve(points, rows, columns, start, middle, end, axis)
        done += int(start_of(root + 1, top, count) - start_of(root, top, count))
    return done

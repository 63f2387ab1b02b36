"""The compiled loops that ask the tree: units of targets are matched, each as one piece.

What is compared in the end are patches, by the code of kernels.py. Numba's cache does not see a change over there: who
changes what this file imports touches it too.
"""

from __future__ import annotations

import numpy as np

from .kernels import POLL, Bytes, Floats, Index, Ints, count_match, kernel, part_of_kernels, patch_distance, toll_of
from .tree_kernels import DIRECTIONS, apart, project, start_of

MOST_LEAVES = 64  # that one unit may look at


@part_of_kernels
def _nearest_leaf(
    point: Floats, axes: Ints, cuts: Floats, first_leaf: Index, nodes: Ints, bounds: Floats, waiting: Index, room: Index
) -> tuple[np.int64, np.int64]:
    """Go down from the nearest node that waits, the last one, and let the other halves wait, at most `room` of all.

    Args:
        nodes, bounds: what waits, the nearest last, and how far about it is from the point, squared; changed.

    Returns the leaf's number, and how many wait now.
    """
    waiting -= 1
    node: Index = np.int64(nodes[waiting])
    near = bounds[waiting]
    while node < first_leaf:
        gap = point[axes[node]] - cuts[node]
        far = 2 * node if gap > 0 else 2 * node + 1
        node = 2 * node + 1 if gap > 0 else 2 * node
        bound = near + gap * gap
        if waiting == room:
            if room == 0 or bound >= bounds[0]:
                continue
            for other in range(1, waiting):  # the farthest will not have its turn
                nodes[other - 1], bounds[other - 1] = nodes[other], bounds[other]
            waiting -= 1
        i = waiting
        while i > 0 and bounds[i - 1] < bound:
            nodes[i], bounds[i] = nodes[i - 1], bounds[i - 1]
            i -= 1
        nodes[i], bounds[i] = far, bound
        waiting += 1
    return np.int64(node - first_leaf), np.int64(waiting)


@part_of_kernels
def _distance_at_once(
    target: Floats, y: Index, x: Index, stock: Floats, sy: Index, sx: Index, weights: Floats, bound: np.float32
) -> np.float32:
    """The sum of a square of patches' distances, each pixel weighted by how many of them hold it; >= bound once it is sure.

    The corners of the two windows are at (y, x) and (sy, sx).
    """
    total = np.float32(0.0)
    for dy in range(len(weights)):
        a = np.float32(0.0)
        b = np.float32(0.0)
        c = np.float32(0.0)
        d = np.float32(0.0)
        for dx in range(len(weights)):
            w = weights[dx]
            da = target[y + dy, x + dx, 0] - stock[sy + dy, sx + dx, 0]
            db = target[y + dy, x + dx, 1] - stock[sy + dy, sx + dx, 1]
            dc = target[y + dy, x + dx, 2] - stock[sy + dy, sx + dx, 2]
            dd = target[y + dy, x + dx, 3] - stock[sy + dy, sx + dx, 3]
            a += w * (da * da)
            b += w * (db * db)
            c += w * (dc * dc)
            d += w * (dd * dd)
        total += weights[dy] * ((a + b) + (c + d))
        if total >= bound:
            break
    return total


@part_of_kernels
def _cost_as_one(
    target: Floats,
    present: Bytes,
    sources: Bytes,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    members: Ints,
    full: bool,
    stock: Floats,
    cy: Index,
    cx: Index,
    radius: int,
    weights: Floats,
    toll: np.float32,
    bound: np.float32,
) -> np.float32:
    """What it costs to match a unit's first member to (cy, cx) and the others beside it: the toll and all distances.

    Anything >= bound once that is sure; infinite where a member would find no source.
    """
    height, width = sources.shape
    y, x = np.int64(rows[members[0]]), np.int64(columns[members[0]])
    for t in members:
        sy, sx = cy + rows[t] - y, cx + columns[t] - x
        if not (0 <= sy < height and 0 <= sx < width) or not sources[sy, sx]:
            return np.float32(np.inf)
    if full:
        corner = radius + (len(weights) - 2 * radius - 1) // 2
        at_once = _distance_at_once(target, y - corner, x - corner, stock, cy - corner, cx - corner, weights, bound - toll)
        return at_once + toll
    total = toll
    for t in members:
        ty, tx = np.int64(rows[t]), np.int64(columns[t])
        is_whole = whole[t] != 0
        total += patch_distance(target, present, is_whole, ty, tx, stock, cy + ty - y, cx + tx - x, radius, bound - total)
        if total >= bound:
            break
    return total


@part_of_kernels
def _any_toll(tolls: Floats, crowd: Ints, y: Index, x: Index, fair: np.float32, price: np.float32) -> np.float32:
    return toll_of(tolls, crowd, y, x, fair, price) if price > 0 else np.float32(0)


@part_of_kernels
def _measure(
    target: Floats,
    present: Bytes,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    members: Ints,
    stock: Floats,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    radius: int,
) -> None:
    """Bring the distances of a unit's matches up to date."""
    for t in members:
        y, x, sy, sx = np.int64(rows[t]), np.int64(columns[t]), np.int64(source_rows[t]), np.int64(source_columns[t])
        distances[t] = patch_distance(target, present, whole[t] != 0, y, x, stock, sy, sx, radius, np.float32(np.inf))


@part_of_kernels
def _present_cost(
    members: Ints,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    tolls: Floats,
    crowd: Ints,
    fair: np.float32,
    price: np.float32,
) -> np.float32:
    """What a unit's matches cost together."""
    cost = np.float32(0)
    for t in members:
        cost += distances[t] + _any_toll(tolls, crowd, source_rows[t], source_columns[t], fair, price)
    return cost


@part_of_kernels
def _look_at(
    target: Floats, present: Bytes, y: Index, x: Index, stock: Floats, sy: Index, sx: Index, radius: int, patch: Floats
) -> None:
    """Write the target's patch at (y, x) to `patch`; what is not present looks like the match at (sy, sx)."""
    i = 0
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            here = present[y + dy, x + dx] != 0
            for channel in range(4):
                patch[i] = target[y + dy, x + dx, channel] if here else stock[sy + dy, sx + dx, channel]
                i += 1


@part_of_kernels
def _move(rows: Ints, columns: Ints, members: Ints, source_rows: Ints, source_columns: Ints, sy: Index, sx: Index) -> None:
    """Match a unit's first member to (sy, sx) and the others to what lies beside that as they lie beside the first."""
    first = members[0]
    for t in members:
        source_rows[t], source_columns[t] = sy + rows[t] - rows[first], sx + columns[t] - columns[first]


@part_of_kernels
def _count_all(
    crowd: Ints, members: Ints, source_rows: Ints, source_columns: Ints, price: np.float32, radius: int, change: int
) -> None:
    """Add a unit's matches to the crowd, or take them away."""
    if price > 0:
        for t in members:
            count_match(crowd, source_rows[t], source_columns[t], radius, change)


@kernel(
    "int64(float32[:,:,::1], float32[:,:,::1], uint8[:,::1], uint8[:,::1], int32[::1], int32[::1], uint8[::1], int32[::1], "
    "int32[::1], uint8[::1], float32[::1], float32[:,::1], float32[:,::1], int32[::1], int32[::1], int32[::1], float32[::1], "
    "int32[::1], int32[::1], float32[::1], float32[:,::1], int32[:,::1], float32, float32, int64, int64, int64, int64, int64, "
    "uint8[::1])"
)
def ask(
    target: Floats,
    stock: Floats,
    present: Bytes,
    sources: Bytes,
    rows: Ints,
    columns: Ints,
    whole: Bytes,
    members: Ints,
    edges: Ints,
    full: Bytes,
    weights: Floats,
    directions: Floats,
    points: Floats,
    point_rows: Ints,
    point_columns: Ints,
    axes: Ints,
    cuts: Floats,
    source_rows: Ints,
    source_columns: Ints,
    distances: Floats,
    tolls: Floats,
    crowd: Ints,
    fair: np.float32,
    price: np.float32,
    radius: int,
    leaves: int,
    reach: int,
    low: int,
    high: int,
    cancel: Bytes,
) -> int:
    """Match units of target patches, each as one piece, to the best of the tree's nearest leaves (Beis and Lowe 1997).

    Args:
        target ... whole, source_rows ... radius, cancel: as in kernels.search.
        members: N, the numbers of the targets, unit by unit; a unit's first one is in its middle and asks the tree.
        edges: where each unit begins in `members`, and N.
        full: of each unit, nonzero if it is a square of whole targets without a gap.
        weights: along either axis of a full unit's window, in how many of its patches a pixel is.
        directions, points: as in describe(); point_rows, point_columns: S, the centers of the tree's patches, a full
            unit about each of which finds only sources.
        axes, cuts: as in grow().
        leaves: how many are looked at for a unit, up to MOST_LEAVES; reach: px, how far round the best patch in them those
            that the tree leaves out are tried.
        low, high: which units.

    Returns how many units were visited; fewer than high - low only after a cancel.
    """
    first_leaf = np.int64(len(cuts))
    depth = np.int64(np.log2(first_leaf))
    patch = np.empty(4 * (2 * radius + 1) ** 2, np.float32)
    point = np.empty(DIRECTIONS, np.float32)
    nodes = np.empty(MOST_LEAVES + 1, np.int32)
    bounds = np.empty(MOST_LEAVES + 1, np.float32)
    for unit in range(low, high):
        if (unit - low) % POLL == 0 and cancel[0]:
            return unit - low
        those = members[edges[unit] : edges[unit + 1]]
        size, lead, square = np.float32(len(those)), those[0], full[unit] != 0
        y, x, sy, sx = rows[lead], columns[lead], np.int64(source_rows[lead]), np.int64(source_columns[lead])
        _look_at(target, present, y, x, stock, sy, sx, radius, patch)
        project(patch, directions, point)
        _measure(target, present, rows, columns, whole, those, stock, source_rows, source_columns, distances, radius)
        cost = _present_cost(those, source_rows, source_columns, distances, tolls, crowd, fair, price)
        best_y, best_x = np.int64(-1), np.int64(-1)
        nodes[0], bounds[0], waiting = 1, 0, np.int64(1)
        for turn in range(leaves):
            if waiting == 0 or (whole[lead] and size * bounds[waiting - 1] >= cost):
                break
            leaf, waiting = _nearest_leaf(point, axes, cuts, first_leaf, nodes, bounds, waiting, leaves - 1 - turn)
            for s in range(start_of(leaf, depth, len(points)), start_of(leaf + 1, depth, len(points))):
                cy, cx = np.int64(point_rows[s]), np.int64(point_columns[s])
                toll = size * _any_toll(tolls, crowd, cy, cx, fair, price)
                if whole[lead] and size * apart(point, points, s) + toll >= cost:  # the others are about as far
                    continue
                candidate = _cost_as_one(
                    target, present, sources, rows, columns, whole, those, square, stock, cy, cx, radius, weights, toll, cost
                )
                if candidate < cost:
                    cost, best_y, best_x = candidate, cy, cx
        if best_y < 0:
            continue
        top, left = max(best_y - reach, 0), max(best_x - reach, 0)
        bottom, right = min(best_y + reach, sources.shape[0] - 1), min(best_x + reach, sources.shape[1] - 1)
        for place in range((bottom - top + 1) * (right - left + 1)):
            cy, cx = top + place // (right - left + 1), left + place % (right - left + 1)
            toll = size * _any_toll(tolls, crowd, cy, cx, fair, price)
            candidate = _cost_as_one(
                target, present, sources, rows, columns, whole, those, square, stock, cy, cx, radius, weights, toll, cost
            )
            if candidate < cost:
                cost, best_y, best_x = candidate, cy, cx
        _count_all(crowd, those, source_rows, source_columns, price, radius, -1)
        _move(rows, columns, those, source_rows, source_columns, best_y, best_x)
        _count_all(crowd, those, source_rows, source_columns, price, radius, 1)
        _measure(target, present, rows, columns, whole, those, stock, source_rows, source_columns, distances, radius)
    return high - low

"""From a selection to the boxes that are sent: cost follows the islands, not the canvas.

A selection is seen as the set of occupied tiles of a TILE x TILE grid whose origin is the layer's top left corner, so
that the plug-in and the command line cut the same boxes from the same selection.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import reduce
from typing import NamedTuple

TILE = 32  # px
MIN_CONTEXT = 128  # px, the least context that 'as far as the selection is wide' stands for
GROWTH = 0.02  # of the largest island's width
LEAST_GROW, MOST_GROW = 4, 24  # px; less than the usual feather would leave the rim half in sight
MOST_TOGETHER = 8_000_000  # px of one box round all islands
FARTHEST = 4  # times the usual margin: how far a box grows where little round the island may be sampled


class Rect(NamedTuple):
    """A rectangle in layer pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def grown(self, margin: int) -> Rect:
        return Rect(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def clipped(self, width: int, height: int) -> Rect:
        """The part of it inside a width x height frame; empty ones have a width or height <= 0."""
        left, top = max(self.x, 0), max(self.y, 0)
        return Rect(left, top, min(self.right, width) - left, min(self.bottom, height) - top)

    def meets(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def gap(self, other: Rect) -> int:
        """px between the two, along the axis on which they are farther apart; 0 where they touch or meet."""
        across = max(other.x - self.right, self.x - other.right)
        down = max(other.y - self.bottom, self.y - other.bottom)
        return max(across, down, 0)

    def united(self, other: Rect) -> Rect:
        left, top = min(self.x, other.x), min(self.y, other.y)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)


def components(occupied: Iterable[tuple[int, int]]) -> list[Rect]:
    """Bounding boxes, in pixels, of the 8-connected groups of (column, row) tiles, in reading order."""
    return sorted((_bounds(tiles) for tiles in _groups(occupied)), key=lambda rect: (rect.y, rect.x))


def _groups(occupied: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The 8-connected groups of (column, row) tiles."""
    left = set(occupied)
    while left:
        stack = [left.pop()]
        group = stack[:]
        while stack:
            column, row = stack.pop()
            for neighbor in [(column + dx, row + dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
                if neighbor in left:
                    left.remove(neighbor)
                    stack.append(neighbor)
                    group.append(neighbor)
        yield group


def context_of(island: Rect, context: int) -> int:
    """The context in px for one island; 0 stands for its longer side, at least MIN_CONTEXT."""
    return context or max(MIN_CONTEXT, island.width, island.height)


def usual_grow(occupied: Iterable[tuple[int, int]]) -> int:
    """What the 'automatic' grow stands for, in px: in proportion to the width of the island with the most tiles."""
    most = max((len(tiles) for tiles in _groups(occupied)), default=0)
    return min(max(round(GROWTH * TILE * math.sqrt(most)), LEAST_GROW), MOST_GROW)


def plan(
    occupied: Iterable[tuple[int, int]],
    width: int,
    height: int,
    *,
    grow: int,
    feather: int,
    context: int,
    allowed: Set[tuple[int, int]] | None = None,
) -> list[Rect]:
    """The boxes to cut from a width x height layer: each island with what blends and is sampled round it.

    Boxes that overlap are merged, so that no hole is taken for known pixels by its neighbor and no pixel is filled
    twice. The result is in reading order; no two boxes meet.

    Args:
        grow: px, from 0.
        allowed: (column, row) of every tile in which the sources mask lets something be sampled; None = no such mask.
            With context 0 a box reaches out for them where they (without the tiles of any island) are less than half of
            its tiles: to those within twice its margin, then within four times, until they are as many as half of its
            own tiles. What there is by then is made do with. If there is none, the box reaches out to the nearest
            allowed tile (of several the first in reading order) and those within two margins of that one. So the box's
            size follows the island and the way to what is nearest, never all that is allowed.
    """
    occupied = set(occupied)
    sampled = allowed - occupied if allowed and not context else None
    boxes: list[Rect] = []
    for island in components(occupied):
        margin = grow + feather + context_of(island, context)
        box = island.grown(margin).clipped(width, height)
        if box.width > 0 and box.height > 0:
            boxes.append(_reaching(box, island, margin, sampled).clipped(width, height) if sampled else box)
    return _merged(boxes)


def together(boxes: Sequence[Rect]) -> list[Rect]:
    """One box round all of them, for a hint to reach what looks alike in the others (the second eye).

    Where that would be more than MOST_TOGETHER px, they stay as they are.
    """
    whole = reduce(Rect.united, boxes)
    return [whole] if whole.width * whole.height <= MOST_TOGETHER else list(boxes)


def _reaching(box: Rect, island: Rect, margin: int, sampled: Set[tuple[int, int]]) -> Rect:
    """The box, united with the tiles that it has to reach out for (see plan); it may leave the layer by part of a tile."""
    columns, rows = _tiles_of(box)
    enough = len(columns) * len(rows) / 2
    held = _held(box, sampled)
    if len(held) >= enough:
        return box
    times = 1
    while not held or (len(held) < enough and times < FARTHEST):
        times *= 2
        held = _held(island.grown(times * margin), sampled)
    if times > FARTHEST:
        nearest = min(held, key=lambda tile: (island.gap(_bounds([tile])), tile[1], tile[0]))
        held = _held(_bounds([nearest]).grown(2 * margin), sampled)
    return box.united(_bounds(held))


def _held(box: Rect, tiles: Set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the tiles of which the box has a part. The cost is that of the fewer: the box's, or all that there are."""
    columns, rows = _tiles_of(box)
    if len(columns) * len(rows) < len(tiles):
        return [(column, row) for row in rows for column in columns if (column, row) in tiles]
    return [(column, row) for column, row in tiles if column in columns and row in rows]


def _tiles_of(box: Rect) -> tuple[range, range]:
    """Columns and rows of the tiles of which the box has a part."""
    return range(box.x // TILE, (box.right - 1) // TILE + 1), range(box.y // TILE, (box.bottom - 1) // TILE + 1)


def _bounds(tiles: Collection[tuple[int, int]]) -> Rect:
    """The bounding box of the tiles, in px."""
    columns, rows = [column for column, _ in tiles], [row for _, row in tiles]
    x, y = min(columns), min(rows)
    return Rect(x * TILE, y * TILE, (max(columns) + 1 - x) * TILE, (max(rows) + 1 - y) * TILE)


def _merged(boxes: list[Rect]) -> list[Rect]:
    """Unite boxes that meet until none do."""
    while len(fewer := _swept(boxes)) < len(boxes):
        boxes = fewer
    return fewer


def _swept(boxes: list[Rect]) -> list[Rect]:
    """One pass from the top: thousands of islands (dust on a scan) must not be compared each with each."""
    done: list[Rect] = []
    near: list[Rect] = []  # those that reach down to the present row
    for box in sorted(boxes, key=lambda rect: rect.y):
        done += [other for other in near if other.bottom <= box.y]
        near = [other for other in near if other.bottom > box.y]
        while hit := next((other for other in near if other.meets(box)), None):
            near.remove(hit)
            box = box.united(hit)
        near.append(box)
    return sorted(done + near, key=lambda rect: (rect.y, rect.x))

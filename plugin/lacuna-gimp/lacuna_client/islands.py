"""From a selection to the boxes that are sent: cost follows the islands, not the canvas.

A selection is seen as the set of occupied tiles of a TILE x TILE grid whose origin is the layer's top left corner, so
that the plug-in and the command line cut the same boxes from the same selection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

TILE = 32  # px
MIN_CONTEXT = 128  # px, the least context that 'as far as the selection is wide' stands for


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

    def united(self, other: Rect) -> Rect:
        left, top = min(self.x, other.x), min(self.y, other.y)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)


def components(occupied: Iterable[tuple[int, int]]) -> list[Rect]:
    """Bounding boxes, in pixels, of the 8-connected groups of (column, row) tiles, in reading order."""
    left = set(occupied)
    found: list[Rect] = []
    while left:
        stack = [left.pop()]
        columns, rows = [stack[0][0]], [stack[0][1]]
        while stack:
            column, row = stack.pop()
            for neighbor in [(column + dx, row + dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
                if neighbor in left:
                    left.remove(neighbor)
                    stack.append(neighbor)
                    columns.append(neighbor[0])
                    rows.append(neighbor[1])
        x, y = min(columns), min(rows)
        found.append(Rect(x * TILE, y * TILE, (max(columns) + 1 - x) * TILE, (max(rows) + 1 - y) * TILE))
    return sorted(found, key=lambda rect: (rect.y, rect.x))


def context_of(island: Rect, context: int) -> int:
    """The context in px for one island; 0 stands for its longer side, at least MIN_CONTEXT."""
    return context or max(MIN_CONTEXT, island.width, island.height)


def plan(occupied: Iterable[tuple[int, int]], width: int, height: int, *, grow: int, feather: int, context: int) -> list[Rect]:
    """The boxes to cut from a width x height layer: each island with what blends and is sampled round it.

    Boxes that overlap are merged, so that no hole is taken for known pixels by its neighbor and no pixel is filled
    twice. The result is in reading order; no two boxes meet.
    """
    boxes: list[Rect] = []
    for island in components(occupied):
        margin = grow + feather + context_of(island, context)
        box = island.grown(margin).clipped(width, height)
        if box.width > 0 and box.height > 0:
            boxes.append(box)
    return _merged(boxes)


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

"""Which tiles of a mask hold anything, from its raw bytes: exact for every precision, however soft the mask."""

from __future__ import annotations

from collections.abc import Callable

from lacuna_client.islands import TILE, Rect

ReadBytes = Callable[[Rect], bytes]


def occupied(area: Rect, pixel_bytes: int, read: ReadBytes) -> set[tuple[int, int]]:
    """The (column, row) tiles, on the grid whose origin is (0, 0), in which a pixel of `area` has a byte that is not 0.

    Args:
        area: where to look, in the grid's pixels; nothing outside it is read.
        pixel_bytes: bytes a pixel.
        read: gives the raw bytes of a part of the area, rows one after another.
    """
    found: set[tuple[int, int]] = set()
    if area.width <= 0 or area.height <= 0:
        return found
    for row in range(area.y // TILE, (area.bottom - 1) // TILE + 1):
        top, bottom = max(area.y, row * TILE), min(area.bottom, (row + 1) * TILE)
        strip = read(Rect(area.x, top, area.width, bottom - top))
        if strip != bytes(len(strip)):
            found.update((column, row) for column in _columns(strip, area, pixel_bytes))
    return found


def _columns(strip: bytes, area: Rect, pixel_bytes: int) -> list[int]:
    """The columns of the grid that are occupied in a strip of rows as wide as the area."""
    line = area.width * pixel_bytes
    united = 0
    for start in range(0, len(strip), line):  # big integers: one 'or' a row, not one a pixel
        united |= int.from_bytes(strip[start : start + line], "little")
    shadow = united.to_bytes(line, "little")
    found = []
    for column in range(area.x // TILE, (area.right - 1) // TILE + 1):
        left, right = max(area.x, column * TILE), min(area.right, (column + 1) * TILE)
        if any(shadow[(left - area.x) * pixel_bytes : (right - area.x) * pixel_bytes]):
            found.append(column)
    return found

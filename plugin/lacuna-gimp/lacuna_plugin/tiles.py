"""Which tiles of a mask hold anything, from its raw bytes: exact for every precision, however soft the mask."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lacuna_client.islands import TILE, Rect

ReadBytes = Callable[[Rect], bytes]
Tile = tuple[int, int]  # column, row


def occupied(area: Rect, pixel_bytes: int, read: ReadBytes) -> set[Tile]:
    """The (column, row) tiles, on the grid whose origin is (0, 0), in which a pixel of `area` has a byte that is not 0.

    Args:
        area: where to look, in the grid's pixels; nothing outside it is read.
        pixel_bytes: bytes a pixel.
        read: gives the raw bytes of a part of the area, rows one after another.
    """
    return {tile for strip in strips(area) for tile in occupied_in(strip, pixel_bytes, read(strip))}


def strips(area: Rect) -> Iterator[Rect]:
    """The area cut at the grid's horizontal lines, from the top."""
    if area.width > 0 and area.height > 0:
        for row in range(area.y // TILE, (area.bottom - 1) // TILE + 1):
            top, bottom = max(area.y, row * TILE), min(area.bottom, (row + 1) * TILE)
            yield Rect(area.x, top, area.width, bottom - top)


def occupied_in(strip: Rect, pixel_bytes: int, data: bytes) -> Iterator[Tile]:
    """The occupied tiles of one of the strips, given its raw bytes."""
    if data == bytes(len(data)):
        return
    if 0 not in data:
        yield from covered(strip)
        return
    line = strip.width * pixel_bytes
    united = 0
    for start in range(0, len(data), line):  # big integers: one 'or' a row, not one a pixel
        united |= int.from_bytes(data[start : start + line], "little")
    shadow = united.to_bytes(line, "little")
    for column in range(strip.x // TILE, (strip.right - 1) // TILE + 1):
        left, right = max(strip.x, column * TILE), min(strip.right, (column + 1) * TILE)
        if any(shadow[(left - strip.x) * pixel_bytes : (right - strip.x) * pixel_bytes]):
            yield column, strip.y // TILE


def tiled(area: Rect) -> Rect:
    """The area, enlarged to whole tiles."""
    left, top = area.x // TILE * TILE, area.y // TILE * TILE
    return Rect(left, top, -(-area.right // TILE) * TILE - left, -(-area.bottom // TILE) * TILE - top)


def covered(area: Rect) -> set[Tile]:
    """Every tile that the area meets."""
    columns = range(area.x // TILE, -(-area.right // TILE))
    return {(column, row) for row in range(area.y // TILE, -(-area.bottom // TILE)) for column in columns}

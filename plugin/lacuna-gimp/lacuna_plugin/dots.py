"""Color hints painted as dots, from their raw bytes: any opacity at all makes a pixel a hint.

Whole rectangles are compared at once as big integers: GIMP's Python need not have numpy.
"""

from __future__ import annotations

ANY = b"\0" + b"\xff" * 255  # a table for bytes.translate: all that is not 0


def covered(lower: bytes, upper: bytes) -> bytes:
    """Two rectangles of "R'G'B'A u8": where the upper one has any paint it alone counts."""
    there = upper[3::4].translate(ANY)
    mask = bytearray(len(upper))
    for channel in range(4):
        mask[channel::4] = there
    keep = int.from_bytes(mask, "little")
    below, above = int.from_bytes(lower, "little"), int.from_bytes(upper, "little")
    return (above & keep | below & ~keep).to_bytes(len(upper), "little")


def has_paint(pixels: bytes | bytearray | memoryview) -> bool:
    """Whether any pixel of "R'G'B'A u8" has any opacity."""
    return any(bytes(pixels)[3::4])


def paint_meets(pixels: bytes | bytearray | memoryview, selection: bytes | bytearray | memoryview) -> bool:
    """Whether any pixel of "R'G'B'A u8" has opacity where the selection, of any precision, is above 0."""
    alphas, weights = bytes(pixels)[3::4], bytes(selection)
    item = len(weights) // len(alphas)
    selected = 0
    for byte in range(item):
        selected |= int.from_bytes(weights[byte::item], "little")
    there = int.from_bytes(alphas.translate(ANY), "little")
    return bool(there & int.from_bytes(selected.to_bytes(len(alphas), "little").translate(ANY), "little"))

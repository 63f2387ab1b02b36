"""Color hints painted as dots, from their raw bytes: any opacity at all makes a pixel a hint.

Whole rectangles are compared at once as big integers: GIMP's Python need not have numpy.
"""

from __future__ import annotations

import re

from lacuna_client.islands import Rect

RUN = re.compile(rb"[^\0]+")
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


def opaque(pixels: bytes) -> bytes:
    """ "R'G'B'A u8" with whatever has any opacity as it counts: as a whole."""
    whole = bytearray(pixels)
    whole[3::4] = pixels[3::4].translate(ANY)
    return bytes(whole)


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


def stamp(smaller: bytearray, width: int, scale: float, part: Rect, pixels: bytes) -> None:
    """Put the dots of a part of a picture into the smaller one, each as at least one pixel, in their own colors.

    Scaling would mix their colors with what is transparent round them, and lose the smallest.

    Args:
        smaller: "R'G'B'A u8" of the whole picture at that scale, of that width.
        scale: at most 1.
        part: where the pixels ("R'G'B'A u8") lie in the picture.
    """
    alphas, below = pixels[3::4], len(smaller) // (4 * width) - 1
    for row in range(part.height):
        start = row * part.width
        line = 4 * width * min(int((part.y + row) * scale), below)
        for run in RUN.finditer(alphas, start, start + part.width):
            first, last = run.start(), run.end() - 1
            left, right = (int((part.x + place - start) * scale) for place in (first, last))
            for x in range(left, min(right, width - 1) + 1):
                middle = int((x + 0.5) / scale) - part.x + start
                source = 4 * min(max(middle, first), last)
                smaller[line + 4 * x : line + 4 * x + 4] = pixels[source : source + 4]

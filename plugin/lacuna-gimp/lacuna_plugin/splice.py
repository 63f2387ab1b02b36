"""Putting new bytes into old ones, only where a fill may change anything."""

from __future__ import annotations

from lacuna_client.result import Patch


def splice(before: bytes, after: bytes, patch: Patch) -> bytes:
    """`after` inside the patch's spans, `before` bit for bit everywhere else.

    Both hold the patch's rectangle in the same pixel format, rows one after another.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} and {len(after)} bytes for one rectangle")
    size = len(before) // (patch.rect.width * patch.rect.height)
    line = patch.rect.width * size
    mixed = bytearray(before)
    new = memoryview(after)
    numbers = memoryview(patch.spans.data).cast("B").cast("i")
    for i in range(0, len(numbers), 3):
        row, start, end = numbers[i : i + 3]
        first, last = row * line + start * size, row * line + end * size
        mixed[first:last] = new[first:last]
    return bytes(mixed)

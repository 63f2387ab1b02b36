"""What painted sources masks say of each pixel, from their raw bytes.

Whole rectangles are compared at once as big integers of 0x00 and 0xff bytes: GIMP's Python need not have numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HALF = bytes(128) + b"\xff" * 128  # a table for bytes.translate: 128 and more = all of it


class Verdict(NamedTuple):
    """What the masks say of a rectangle.

    Attributes:
        light, free: one byte a pixel, 0xff = yes: painted light (not painted dark), and white in every channel.
        has_light, has_dark: whether there is such paint at all.
    """

    light: bytes
    free: bytes
    has_light: bool
    has_dark: bool


def judge(layers: Sequence[bytes], channels: Sequence[bytes], pixels: int) -> Verdict:
    """The verdict of all masks on the same rectangle of so many pixels.

    Args:
        layers: "Y'A u8" of each painted layer: paint is what is at least half opaque, light from middle gray on.
        channels: "Y' u8" of each channel: white, from middle gray on, lets a pixel be sampled.
    """
    light = dark = 0
    white = (1 << (8 * pixels)) - 1
    for data in layers:
        opaque, bright = _half(data[1::2]), _half(data[::2])
        light |= opaque & bright
        dark |= opaque & ~bright
    for data in channels:
        white &= _half(data)
    free = white & ~dark
    return Verdict(_bytes(light & free, pixels), _bytes(free, pixels), bool(light), bool(dark))


def _half(values: bytes) -> int:
    return int.from_bytes(values.translate(HALF), "little")


def _bytes(number: int, pixels: int) -> bytes:
    return number.to_bytes(pixels, "little")

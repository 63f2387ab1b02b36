"""What is selected, made visible in a small picture, from raw bytes: GIMP's Python need not have numpy."""

from __future__ import annotations

RED = (255, 0, 0)
MOST = 2 * 255  # where all is selected half of the picture is seen


def veiled(pixels: bytes, selection: bytes) -> bytes:
    """ "R'G'B'A u8" with a red veil over what is selected ("Y u8", one byte a pixel); the veil is seen on nothing, too."""
    shown = bytearray(pixels)
    for channel, red in enumerate(RED):
        pairs = zip(pixels[channel::4], selection, strict=True)
        shown[channel::4] = bytes((value * (MOST - much) + red * much) // MOST for value, much in pairs)
    shown[3::4] = bytes(max(alpha, much // 2) for alpha, much in zip(pixels[3::4], selection, strict=True))
    return bytes(shown)

"""Colors and color hints as an artist writes them, and hints drawn into pixels. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import LacunaError
from .islands import Rect

HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
RADIUS = 3  # px, of a hint that does not say
MOST_RADIUS = 200

Color = tuple[float, float, float]  # R'G'B' from 0 to 1, in the color space of the picture


def color_of(text: str) -> Color:
    """'#rrggbb' -> Color. Raises LacunaError 'bad_value'."""
    found = HEX.fullmatch(text.strip())
    if not found:
        raise LacunaError("bad_value", name="color", value=text[:32], allowed="#rrggbb, such as #2e8b57")
    red, green, blue = (int(part, 16) / 255 for part in found.groups())
    return red, green, blue


def hex_of(color: Color) -> str:
    """Color -> '#rrggbb'; what is beyond 0 and 1 is clipped."""
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in color)


@dataclass(frozen=True, slots=True)
class Hint:
    """A color pinned to a disc.

    Attributes:
        x, y: the disc's center, in layer pixels.
        radius: px; 0 = that pixel alone.
    """

    x: int
    y: int
    color: Color
    radius: int = RADIUS

    def __str__(self) -> str:
        return f"{self.x},{self.y},{hex_of(self.color)},{self.radius}"


def hint_of(text: str) -> Hint:
    """'X,Y,#rrggbb' or 'X,Y,#rrggbb,R' -> Hint. Raises LacunaError 'bad_value'."""
    parts = [part.strip() for part in text.split(",")]
    numbers = [part for number, part in enumerate(parts) if number != 2]
    if len(parts) not in (3, 4) or not all(re.fullmatch(r"-?\d{1,7}", part) for part in numbers):
        raise LacunaError("bad_value", name="hint", value=text[:64], allowed="X,Y,#rrggbb or X,Y,#rrggbb,R in whole pixels")
    radius = int(parts[3]) if len(parts) == 4 else RADIUS
    if not 0 <= radius <= MOST_RADIUS:
        raise LacunaError("bad_value", name="hint", value=text[:64], allowed=f"a radius from 0 to {MOST_RADIUS}")
    return Hint(int(parts[0]), int(parts[1]), color_of(parts[2]), radius)


def hints_of(text: str) -> list[Hint]:
    """Hints with ';' between. Raises LacunaError 'bad_value'."""
    return [hint_of(part) for part in text.split(";") if part.strip()]


def drawn(hints: Iterable[Hint], rect: Rect, onto: bytes | bytearray = b"") -> bytes:
    """The hints as a box's hints buffer has them: rect.height x rect.width x 4, u8; a later hint covers an earlier one.

    Args:
        rect: of the box, in layer pixels.
        onto: painted hints of the same size, which those drawn cover.
    """
    pixels = bytearray(onto or 4 * rect.width * rect.height)
    for hint in hints:
        dot = bytes(round(min(max(part, 0.0), 1.0) * 255) for part in hint.color) + b"\xff"
        for y in range(max(hint.y - hint.radius, rect.y), min(hint.y + hint.radius + 1, rect.bottom)):
            half = int((hint.radius**2 - (y - hint.y) ** 2) ** 0.5)
            left, right = max(hint.x - half, rect.x), min(hint.x + half + 1, rect.right)
            if left < right:
                start = 4 * ((y - rect.y) * rect.width + left - rect.x)
                pixels[start : start + 4 * (right - left)] = dot * (right - left)
    return bytes(pixels)

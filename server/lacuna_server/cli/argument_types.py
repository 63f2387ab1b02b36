"""What an argument's text may be: from text to a value, or a sentence for argparse."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TypeVar

from lacuna_client.colors import Color, Hint, color_of, hints_of
from lacuna_client.errors import LacunaError
from lacuna_client.settings import AUTOMATIC, GROW, Whole
from lacuna_server.pipeline.device import PATTERN

Value = TypeVar("Value")


def whole(setting: Whole) -> Callable[[str], int]:
    """A whole number that the setting allows."""
    return _named("whole number", lambda text: setting.check(int(text)))


def grow(text: str) -> int:
    """'auto' or px."""
    if text == "auto":
        return AUTOMATIC
    if not text.isdecimal() or int(text) > GROW.high:
        raise argparse.ArgumentTypeError(f"'{text}' is neither auto nor a whole number from 0 to {GROW.high}")
    return int(text)


def positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    """A finite number above 0."""

    def parse(text: str) -> float:
        value = kind(text)
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return _named("number", parse)


def device(text: str) -> str:
    """'auto', 'cpu' or 'cuda[:N]'."""
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"'{text}' is none of auto, cpu, cuda and cuda:N")
    return text


def color(text: str) -> Color:
    """'#rrggbb'."""
    return _told(color_of)(text)


def hints(text: str) -> list[Hint]:
    """'X,Y,#rrggbb[,R]', or several with ';' between."""
    return _told(hints_of)(text)


def point(text: str) -> tuple[int, int]:
    """'X,Y'."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"'{text}' is not X,Y in whole pixels")
    return int(parts[0]), int(parts[1])


def _told(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """The same with a LacunaError's sentence as argparse's."""

    def told(text: str) -> Value:
        try:
            return parse(text)
        except LacunaError as error:
            raise argparse.ArgumentTypeError(error.sentence) from error

    return told


def _named(name: str, parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """The same under the name by which argparse calls it in its message."""
    told = _told(parse)
    told.__name__ = name
    return told

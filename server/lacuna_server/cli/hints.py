"""The hints of a command: points and painted ones, both on the picture as viewers show it, turned to its stored pixels."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from lacuna_client.colors import Hint
from lacuna_client.errors import LacunaError
from lacuna_server.io.files import read_image
from lacuna_server.io.orientation import mask_as_stored, orientation_of, point_as_stored, shown_size
from lacuna_server.io.picture import Picture
from lacuna_server.pipeline.boxes import rgba_of
from lacuna_server.pipeline.hint_layer import HintLayer


def hints_of(given: argparse.Namespace, picture: Picture) -> HintLayer | None:
    """Those of --hints with those of --at and --hint over them; None when there are none.

    Raises LacunaError: 'hint_outside', 'hints_size', 'hints_opaque', and what read_image raises.
    """
    pinned = [Hint(x, y, given.color) for x, y in getattr(given, "at", ())]
    points = _as_stored([*pinned, *given.hint], picture)
    if given.hints is None and not points:
        return None
    return HintLayer(painted=_painted(given.hints, picture) if given.hints else None, points=points)


def _as_stored(points: Sequence[Hint], picture: Picture) -> list[Hint]:
    size, orientation = _size(picture), orientation_of(picture.exif)
    height, width = shown_size(size, orientation)
    HintLayer(points=points).check(width, height)
    turned = [(hint, point_as_stored(hint.x, hint.y, size, orientation)) for hint in points]
    return [replace(hint, x=x, y=y) for hint, (x, y) in turned]


def _painted(path: Path, picture: Picture) -> NDArray[Any]:
    drawn = read_image(path)
    if not drawn.has_alpha:
        raise LacunaError("hints_opaque", path=str(path))
    pixels = rgba_of(drawn.pixels, drawn.premultiplied)
    stored = mask_as_stored(pixels, _size(picture), orientation_of(picture.exif))
    if stored is None:
        height, width = _size(picture)
        raise LacunaError("hints_size", mask_width=pixels.shape[1], mask_height=pixels.shape[0], width=width, height=height)
    return stored


def _size(picture: Picture) -> tuple[int, int]:
    height, width = picture.pixels.shape[:2]
    return height, width

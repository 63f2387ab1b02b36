"""From a whole picture to the requests of each operation; more boxes than a message holds make several requests.

The result goes back with boxes.paste: every request's output is 'composite'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from lacuna_client import islands, settings
from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer
from lacuna_client.color import RECOLOR_CONTEXT, ColorizeRequest, RecolorRequest
from lacuna_client.colors import Color
from lacuna_client.inpaint import CHECKED, InpaintRequest
from lacuna_client.requests import Request

from .boxes import Canvas, box_of, boxes_of, occupied
from .pixels import array_of

OUTPUT = "composite"
RECOLOR = (settings.STRENGTH, settings.TONE, settings.FEATHER)  # what the values of a recolor are
COLORIZE = (settings.FEATHER, settings.CONTEXT, settings.SEED)  # and, with color_solver, of a colorize
PASSED = ("method", "backbone", "refiner", "color_solver", *(one.name for one in CHECKED))


One = TypeVar("One", bound=Request, covariant=True)


class Asked(NamedTuple, Generic[One]):
    """What is asked for, and what of it is known already not to be done, in sentences for the artist."""

    requests: Sequence[One]
    notes: list[str]


def inpaint_requests(canvas: Canvas, values: Mapping[str, Any], *, device: str = "auto") -> Asked[InpaintRequest]:
    """Fill what the mask means.

    Args:
        values: settings.INPAINT's without output and sample-merged, and where they are not the default those of
            InpaintRequest that INPAINT does not have; grow may be settings.AUTOMATIC.

    Raises LacunaError as boxes_of does.
    """
    tiles = occupied(canvas.mask)
    grow = islands.usual_grow(tiles) if values["grow"] == settings.AUTOMATIC else values["grow"]
    boxes = boxes_of(canvas, tiles, grow=grow, feather=values["feather"], context=values["context"])
    passed = {name: values[name] for name in PASSED if name in values}
    asked = InpaintRequest(boxes, grow=grow, output=OUTPUT, device=device, **passed)
    return Asked(asked.split(), _away(canvas, boxes))


def recolor_requests(
    canvas: Canvas,
    values: Mapping[str, Any],
    *,
    color: Color | None = None,
    reference: Buffer | None = None,
    device: str = "auto",
) -> Asked[RecolorRequest]:
    """Give what the mask means another color. Hints rule all of it, so its islands go into one box if that is not too large.

    Args:
        values: of RECOLOR, checked.
        color, reference: see RecolorRequest.

    Raises LacunaError as boxes_of does.
    """
    boxes = boxes_of(canvas, occupied(canvas.mask), grow=0, feather=values["feather"], context=RECOLOR_CONTEXT)
    if len(boxes) > 1 and any(map(_is_hinted, boxes)):
        rects = islands.together([box.rect for box in boxes])
        boxes = [box_of(rect, canvas, number) for number, rect in enumerate(rects, 1)]
    asked = RecolorRequest(boxes=boxes, color=color, reference=reference, output=OUTPUT, device=device, **values)
    return Asked(asked.split(), _away(canvas, boxes))


def colorize_requests(
    canvas: Canvas, values: Mapping[str, Any], *, reference: Buffer | None = None, device: str = "auto"
) -> Asked[ColorizeRequest]:
    """Give what the mask means color from the rest of the picture, its hints or the reference.

    Args:
        values: color_solver and those of COLORIZE, checked.
        reference: see ColorizeRequest.

    Raises LacunaError as boxes_of does.
    """
    passed = {name: value for name, value in values.items() if name != "context"}
    boxes = boxes_of(canvas, occupied(canvas.mask), grow=0, feather=values["feather"], context=values["context"])
    asked = ColorizeRequest(boxes=boxes, reference=reference, output=OUTPUT, device=device, **passed)
    return Asked(asked.split(), _away(canvas, boxes))


def _away(canvas: Canvas, boxes: Sequence[Box]) -> list[str]:
    """The server tells only of those hints that it gets to see."""
    away = canvas.hints.away_from([box.rect for box in boxes]) if canvas.hints else 0
    return [f"Hints that lie away from the selection, where they do nothing: {away}."] if away else []


def _is_hinted(box: Box) -> bool:
    return box.hints is not None and bool(((array_of(box.hints)[..., 3] > 0) & (array_of(box.selection) > 0)).any())

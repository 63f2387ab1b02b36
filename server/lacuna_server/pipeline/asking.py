"""From a whole picture to the requests of each operation; more boxes than a message holds make several requests.

The result goes back with boxes.paste: every request's output is 'composite'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lacuna_client import islands
from lacuna_client.buffers import Buffer
from lacuna_client.color import RECOLOR_CONTEXT, ColorizeRequest, RecolorRequest
from lacuna_client.colors import Color
from lacuna_client.inpaint import CHECKED, InpaintRequest
from lacuna_client.settings import AUTOMATIC

from .boxes import Canvas, boxes_of, occupied

OUTPUT = "composite"
PASSED = ("method", "backbone", "refiner", "color_solver", *(one.name for one in CHECKED))


def inpaint_requests(canvas: Canvas, values: Mapping[str, Any], *, device: str = "auto") -> list[InpaintRequest]:
    """Fill what the mask means.

    Args:
        values: settings.INPAINT's without output and sample-merged, and where they are not the default those of
            InpaintRequest that INPAINT does not have; grow may be AUTOMATIC.

    Raises LacunaError as boxes_of does.
    """
    tiles = occupied(canvas.mask)
    grow = islands.usual_grow(tiles) if values["grow"] == AUTOMATIC else values["grow"]
    boxes = boxes_of(canvas, tiles, grow=grow, feather=values["feather"], context=values["context"])
    passed = {name: values[name] for name in PASSED if name in values}
    return InpaintRequest(boxes, grow=grow, output=OUTPUT, device=device, **passed).split()


def recolor_requests(
    canvas: Canvas,
    values: Mapping[str, Any],
    *,
    color: Color | None = None,
    reference: Buffer | None = None,
    device: str = "auto",
) -> list[RecolorRequest]:
    """Give what the mask means another color.

    Args:
        values: strength, tone and feather, checked.
        color, reference: see RecolorRequest.

    Raises LacunaError as boxes_of does.
    """
    boxes = boxes_of(canvas, occupied(canvas.mask), grow=0, feather=values["feather"], context=RECOLOR_CONTEXT)
    asked = RecolorRequest(boxes=boxes, color=color, reference=reference, output=OUTPUT, device=device, **values)
    return asked.split()


def colorize_requests(
    canvas: Canvas, values: Mapping[str, Any], *, reference: Buffer | None = None, device: str = "auto"
) -> list[ColorizeRequest]:
    """Give what the mask means color from the rest of the picture, its hints or the reference.

    Args:
        values: color_solver, feather, context and seed, checked.
        reference: see ColorizeRequest.

    Raises LacunaError as boxes_of does.
    """
    passed = {name: value for name, value in values.items() if name != "context"}
    boxes = boxes_of(canvas, occupied(canvas.mask), grow=0, feather=values["feather"], context=values["context"])
    return ColorizeRequest(boxes=boxes, reference=reference, output=OUTPUT, device=device, **passed).split()

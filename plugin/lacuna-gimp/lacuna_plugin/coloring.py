"""Recolor and colorize: from the selection to the placed color. Neither grows it, and luma stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gi.repository import Gimp

from lacuna_client import islands
from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer
from lacuna_client.color import RECOLOR_CONTEXT, ColorizeRequest, RecolorRequest
from lacuna_client.colors import Color
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect

from . import canvas, hints, references, sources, target
from .canvas import PixelFormat
from .edit import Made, carry_out, selected_tiles
from .log import log
from .placing import Look
from .waiting import Wait

COLOR_LAYER = "color-layer"  # of the outputs: the request's is 'layer'
KINDS = {Gimp.ImageBaseType.GRAY: "grayscale", Gimp.ImageBaseType.INDEXED: "indexed"}


def check_rgb(image: Any) -> None:
    """Raise LacunaError 'not_rgb' for an image that cannot hold any color."""
    kind = KINDS.get(image.get_base_type())
    if kind:
        raise LacunaError("not_rgb", kind=kind)


def to_recolor(image: Any, drawables: Sequence[Any]) -> Any:
    """The layer to recolor. Raises LacunaError for what no setting can mend."""
    layer = target.find(image, drawables)
    selected_tiles(layer)
    return layer


def recolor(image: Any, drawables: Sequence[Any], values: Mapping[str, Any], wait: Wait) -> Made:
    """Give the selection another color. Raises LacunaError, and then nothing has changed."""
    layer = target.find(image, drawables)
    _check(layer, values)
    if values["output"] == COLOR_LAYER and values["tone"]:
        raise LacunaError("tone_of_color_layer", tone=values["tone"])
    boxes, warnings = _recolor_boxes(layer, values["hints"])
    fmt = canvas.pixel_format(layer)
    reference = references.read(layer, fmt, sample_points=values["sample-points"])
    request = recolor_request(boxes, fmt, values, reference, output=_output(values))
    return _carried_out(layer, request, values, wait)._replace(warnings=warnings)


def recolor_request(
    boxes: Sequence[Box], fmt: PixelFormat, values: Mapping[str, Any], reference: Buffer | None, **how: Any
) -> RecolorRequest:
    """What to ask for boxes with pixels of that format; the reference's are, too."""
    ruled = reference is not None or any(box.hints for box in boxes)
    color = None if ruled else canvas.color_in(fmt, values["color"] or foreground())
    return RecolorRequest(boxes=boxes, reference=reference, color=color, strength=values["strength"], tone=values["tone"], **how)


def _recolor_boxes(layer: Any, points: str) -> tuple[list[Box], list[str]]:
    """The selection's islands (one box, if hints rule and it is not too large), and what the artist should know of the hints."""
    size = layer.get_width(), layer.get_height()
    rects = islands.plan(selected_tiles(layer), *size, grow=0, feather=0, context=RECOLOR_CONTEXT)
    pinned = hints.find(layer, points)
    read = partial(canvas.read_boxes, layer, hints=pinned.read if pinned else None)
    boxes, warnings = hints.heard(read(rects), pinned, selected=True)
    if len(boxes) > 1 and any(box.hints for box in boxes):
        boxes = read(islands.together(rects))
    return boxes, warnings


def foreground() -> Color:
    """GIMP's foreground color, R'G'B' of sRGB."""
    return canvas.srgb(Gimp.context_get_foreground())


def to_colorize(image: Any, drawables: Sequence[Any]) -> Any:
    """The layer to colorize; nothing selected = all of it. Raises LacunaError for what no setting can mend."""
    layer = target.find(image, drawables, whole=True)
    if not Gimp.Selection.is_empty(image):
        selected_tiles(layer)
    return layer


def colorize(image: Any, drawables: Sequence[Any], values: Mapping[str, Any], wait: Wait) -> Made:
    """Find color for the selection, or for the whole layer. Raises LacunaError, and then nothing has changed."""
    layer = target.find(image, drawables, whole=True)
    _check(layer, values)
    boxes, warnings = _colorize_boxes(layer, values["context"], values["hints"])
    taken = {"sample_points": values["sample-points"], "other": values["reference"]}
    reference = references.read(layer, canvas.pixel_format(layer), **taken)
    request = colorize_request(boxes, values, reference, output=_output(values))
    return _carried_out(layer, request, values, wait)._replace(warnings=warnings)


def colorize_request(boxes: Sequence[Box], values: Mapping[str, Any], reference: Buffer | None, **how: Any) -> ColorizeRequest:
    """What to ask for boxes; the reference's pixels are of their format."""
    return ColorizeRequest(boxes=boxes, reference=reference, color_solver=values["color-solver"], seed=values["seed"], **how)


def _colorize_boxes(layer: Any, context: int, points: str) -> tuple[list[Box], list[str]]:
    """The selection's islands with what may be sampled for them, or one box with the whole layer; and warnings."""
    size = layer.get_width(), layer.get_height()
    whole = Gimp.Selection.is_empty(layer.get_image())
    mask = None if whole else sources.find(layer)
    rects = [Rect(0, 0, *size)]
    if not whole:
        allowed = mask.tiles if mask else None
        rects = islands.plan(selected_tiles(layer), *size, grow=0, feather=0, context=context, allowed=allowed)
    pinned = hints.find(layer, points)
    boxes = canvas.read_boxes(
        layer, rects, whole=whole, sources=mask.read if mask else None, hints=pinned.read if pinned else None
    )
    return hints.heard(boxes, pinned)


def _check(layer: Any, values: Mapping[str, Any]) -> None:
    """Raise LacunaError for an output that this layer cannot have, or an image that cannot hold color."""
    if not values["to-rgb"]:
        check_rgb(layer.get_image())
    if values["output"] == "in-place":
        target.check_writable(layer)
    else:
        target.check_unmasked(layer, "masked_color")


def _output(values: Mapping[str, Any]) -> str:
    return "in-place" if values["output"] == "in-place" else "layer"


def _carried_out(layer: Any, request: RecolorRequest | ColorizeRequest, values: Mapping[str, Any], wait: Wait) -> Made:
    pixels = sum(box.rect.width * box.rect.height for box in request.boxes)
    log.info("%s: %d boxes of %d px, %s", request.OPERATION, len(request.boxes), pixels, layer.type().value_nick)
    color_only = values["output"] == COLOR_LAYER
    title = f"Lacuna {request.OPERATION}{' (color only)' if color_only else ''}"
    look = Look(request.OPERATION, title, color_only, values["to-rgb"])
    return carry_out(layer, request.split(), wait, look, in_place=request.output == "in-place")

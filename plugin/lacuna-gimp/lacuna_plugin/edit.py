"""What every operation does with its layer: the requests go out, and the result is placed if all is still as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lacuna_client.errors import LacunaError
from lacuna_client.requests import Request
from lacuna_client.result import Result

from . import canvas, placing, target
from .tiles import Tile
from .waiting import Wait


class Made(NamedTuple):
    """What an operation made.

    Attributes:
        layer: the layer (or the group of variants) that holds the result.
        provenance: how it was made (Result.provenance).
        warnings: what the plug-in itself has to say of it.
    """

    layer: Any
    provenance: Mapping[str, Any]
    warnings: Sequence[str] = ()


def selected_tiles(layer: Any) -> set[Tile]:
    """Where the layer is selected. Raises LacunaError 'selection_outside'."""
    tiles = canvas.selected_tiles(layer)
    if not tiles:
        raise LacunaError("selection_outside")
    return tiles


def carry_out(
    layer: Any, requests: Sequence[Request], wait: Wait, look: placing.Look, *, in_place: bool, merged: bool = False
) -> Made:
    """Wait for the result and place it. Raises LacunaError, and then nothing has changed.

    merged: the requests hold what is visible instead of the layer's own pixels.
    """
    image, before, fmt = layer.get_image(), target.Fingerprint.of(layer), canvas.pixel_format(layer)
    result = wait(requests)
    target.check_unchanged(image, layer, before)
    _check_fits(layer, result)
    if in_place:
        target.check_writable(layer)
        if not merged:
            _check_same_pixels(layer, requests)
    place = placing.change if in_place else placing.add
    return Made(place(layer, result, fmt, look), result.provenance)


def _check_same_pixels(layer: Any, requests: Sequence[Request]) -> None:
    """What was painted while the result was computed must not be undone by it. Raises LacunaError 'image_changed'."""
    boxes = [box for request in requests for box in request.boxes]
    now = canvas.read_boxes(layer, [box.rect for box in boxes])
    if any(bytes(then.image.data) != bytes(same.image.data) for then, same in zip(boxes, now, strict=True)):
        raise LacunaError("image_changed")


def _check_fits(layer: Any, result: Result) -> None:
    if not result.patches:
        raise LacunaError("selection_outside", detail="the result has no patch")
    for patch in result.patches:
        if patch.rect.clipped(layer.get_width(), layer.get_height()) != patch.rect:
            raise LacunaError("internal", detail=f"patch {patch.rect} is outside the layer")

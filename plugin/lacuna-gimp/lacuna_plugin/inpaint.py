"""Inpaint: from the selection to the placed fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lacuna_client import islands, settings
from lacuna_client.boxes import Box
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.result import Result

from . import canvas, placing, sources, target
from .log import log
from .tiles import Tile
from .waiting import Wait

ASKED = ("method", "feather", "seed", "output", "variants", *(setting.name for setting in settings.SAMPLING))


class Filled(NamedTuple):
    """The layer (or the group of variants) that holds a fill, and how it was made (Result.provenance)."""

    layer: Any
    provenance: Mapping[str, Any]


def usual_grow(image: Any, drawables: Sequence[Any]) -> int:
    """The grow in px that 'automatic' stands for. Raises LacunaError for what no setting can mend."""
    return islands.usual_grow(_selected_tiles(target.find(image, drawables)))


def inpaint(image: Any, drawables: Sequence[Any], values: Mapping[str, Any], wait: Wait) -> Filled:
    """Fill the selection. Raises LacunaError, and then nothing has changed."""
    layer = target.find(image, drawables)
    in_place = values["output"] == "in-place"
    _check(layer, values, in_place)
    requests = _requests(layer, values)
    before = target.Fingerprint.of(layer)
    result = wait(requests)
    target.check_unchanged(image, layer, before)
    _check_fits(layer, result)
    if in_place:
        target.check_writable(layer)
        if not values["sample-merged"]:
            _check_same_pixels(layer, requests)
    place = placing.change if in_place else placing.add
    return Filled(place(image, layer, result), result.provenance)


def _check(layer: Any, values: Mapping[str, Any], in_place: bool) -> None:
    """Raise LacunaError for settings that this layer cannot have."""
    if not values["sample-merged"]:
        target.check_unmasked(layer)
    if in_place:
        target.check_writable(layer)
        if values["variants"] > 1:
            raise LacunaError("variants_in_place", variants=values["variants"])


def _selected_tiles(layer: Any) -> set[Tile]:
    """Where the layer is selected. Raises LacunaError 'selection_outside'."""
    tiles = canvas.selected_tiles(layer)
    if not tiles:
        raise LacunaError("selection_outside")
    return tiles


def _requests(layer: Any, values: Mapping[str, Any]) -> list[InpaintRequest]:
    """What to ask the server for: more than one request only where there are very many islands."""
    tiles = _selected_tiles(layer)
    automatic = values["grow"] == settings.AUTOMATIC
    grow = islands.usual_grow(tiles) if automatic else values["grow"]
    boxes = _boxes(layer, tiles, values, grow)
    keep_alpha = values["output"] == "in-place" and layer.get_lock_alpha()
    asked = {name: values[name] for name in ASKED}
    pixels = sum(box.rect.width * box.rect.height for box in boxes)
    log.info("inpaint %s, grow %d: %d boxes of %d px, %s", asked, grow, len(boxes), pixels, layer.type().value_nick)
    return InpaintRequest(boxes, grow=grow, keep_alpha=keep_alpha, **asked).split()


def _boxes(layer: Any, tiles: set[Tile], values: Mapping[str, Any], grow: int) -> list[Box]:
    """The selection's islands with what may be sampled for them."""
    mask = sources.find(layer)
    rects = islands.plan(
        tiles,
        layer.get_width(),
        layer.get_height(),
        grow=grow,
        feather=values["feather"],
        context=values["context"],
        allowed=mask.tiles if mask else None,
    )
    return canvas.read_boxes(layer, rects, merged=values["sample-merged"], sources=mask.read if mask else None)


def _check_same_pixels(layer: Any, requests: Sequence[InpaintRequest]) -> None:
    """What was painted while the fill was computed must not be undone by it. Raises LacunaError 'image_changed'."""
    boxes = [box for request in requests for box in request.boxes]
    now = canvas.read_boxes(layer, [box.rect for box in boxes], merged=False)
    if any(bytes(then.image.data) != bytes(same.image.data) for then, same in zip(boxes, now, strict=True)):
        raise LacunaError("image_changed")


def _check_fits(layer: Any, result: Result) -> None:
    if not result.patches:
        raise LacunaError("selection_outside", detail="the result has no patch")
    for patch in result.patches:
        if patch.rect.clipped(layer.get_width(), layer.get_height()) != patch.rect:
            raise LacunaError("internal", detail=f"patch {patch.rect} is outside the layer")

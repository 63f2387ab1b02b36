"""Inpaint: from the selection to the placed fill."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gi.repository import Gimp

from lacuna_client import islands
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import MAX_BOXES, InpaintRequest, InpaintResult

from . import canvas, target
from .log import log
from .waiting import Wait

PARASITE = "lacuna-inpaint"


def check(image: Any, drawables: Sequence[Any]) -> None:
    """Raise LacunaError for what no setting can mend, before any is asked for."""
    selected_tiles(target.find(image, drawables))


def inpaint(image: Any, drawables: Sequence[Any], values: Mapping[str, Any], wait: Wait) -> Any:
    """Fill the selection; returns the layer that holds the fill. Raises LacunaError, and then nothing has changed."""
    layer = target.find(image, drawables)
    if not values["sample-merged"]:
        target.check_unmasked(layer)
    in_place = values["output"] == "in-place"
    if in_place:
        target.check_writable(layer)
    requests = _requests(layer, values)
    before = target.Fingerprint.of(layer)
    result = wait(requests)
    target.check_unchanged(image, layer, before)
    _check_fits(layer, result)
    if in_place:
        target.check_writable(layer)
        if not values["sample-merged"]:
            _check_same_pixels(layer, requests)
        return _change(image, layer, result)
    return _add(image, layer, result)


def selected_tiles(layer: Any) -> set[tuple[int, int]]:
    """Where the layer is selected. Raises LacunaError 'selection_outside'."""
    tiles = canvas.selected_tiles(layer)
    if not tiles:
        raise LacunaError("selection_outside")
    return tiles


def _requests(layer: Any, values: Mapping[str, Any]) -> list[InpaintRequest]:
    """What to ask the server for: one request for every MAX_BOXES boxes."""
    grow, feather = values["grow"], values["feather"]
    size = layer.get_width(), layer.get_height()
    rects = islands.plan(selected_tiles(layer), *size, grow=grow, feather=feather, context=values["context"])
    boxes = canvas.read_boxes(layer, rects, merged=values["sample-merged"])
    log.info(
        "inpaint %s: %d boxes of %d px, %s", values, len(rects), sum(r.width * r.height for r in rects), layer.type().value_nick
    )
    common = {name: values[name] for name in ("method", "grow", "feather", "seed", "output")}
    starts = range(0, len(boxes), MAX_BOXES)
    keep_alpha = values["output"] == "in-place" and layer.get_lock_alpha()
    return [InpaintRequest(boxes[i : i + MAX_BOXES], keep_alpha=keep_alpha, **common) for i in starts]


def _check_same_pixels(layer: Any, requests: Sequence[InpaintRequest]) -> None:
    """What was painted while the fill was computed must not be undone by it. Raises LacunaError 'image_changed'."""
    boxes = [box for request in requests for box in request.boxes]
    now = canvas.read_boxes(layer, [box.rect for box in boxes], merged=False)
    if any(bytes(then.image.data) != bytes(same.image.data) for then, same in zip(boxes, now, strict=True)):
        raise LacunaError("image_changed")


def _check_fits(layer: Any, result: InpaintResult) -> None:
    if not result.patches:
        raise LacunaError("selection_outside", detail="the result has no patch")
    for patch in result.patches:
        if patch.rect.clipped(layer.get_width(), layer.get_height()) != patch.rect:
            raise LacunaError("internal", detail=f"patch {patch.rect} is outside the layer")


def _add(image: Any, layer: Any, result: InpaintResult) -> Any:
    made = canvas.place_layer(layer, result, f"Lacuna fill ({result.provenance.get('method', 'inpaint')})")
    made.attach_parasite(_parasite(result))
    chosen = image.get_selected_layers()
    image.undo_group_start()
    try:
        if not image.insert_layer(made, layer.get_parent(), image.get_item_position(layer)):
            raise LacunaError("internal", detail="GIMP did not insert the layer")
        image.set_selected_layers(chosen)  # else the next fill would work on this one
    finally:
        image.undo_group_end()
    return made


def _change(image: Any, layer: Any, result: InpaintResult) -> Any:
    image.undo_group_start()
    try:
        canvas.write_in_place(layer, result.patches)
    finally:
        image.undo_group_end()
    # Frozen: otherwise GIMP notes 'cannot be undone' for a parasite, or (undoable) breaks its own group at redo.
    image.undo_freeze()
    try:
        layer.attach_parasite(_parasite(result))
    finally:
        image.undo_thaw()
    return layer


def _parasite(result: InpaintResult) -> Any:
    """How the fill was made, as ASCII JSON; GIMP keeps it in the layer and in the XCF file."""
    data = json.dumps(result.provenance, ensure_ascii=True).encode("ascii")
    return Gimp.Parasite.new(PARASITE, Gimp.PARASITE_PERSISTENT, data)

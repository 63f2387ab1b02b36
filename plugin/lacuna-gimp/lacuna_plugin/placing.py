"""Placing a fill: as a new layer, as a group of variants, or in the layer itself. Each is one undo step."""

from __future__ import annotations

import json
from typing import Any

from gi.repository import Gimp

from lacuna_client.errors import LacunaError
from lacuna_client.result import Result

from . import canvas, target

PARASITE = "lacuna-inpaint"


def add(image: Any, layer: Any, result: Result) -> Any:
    """Put the fill above the layer; returns its layer or, with several variants, the group of theirs."""
    method = result.provenance.get("method", "inpaint")
    variants = result.variants()
    if len(variants) == 1:
        made = _layer(layer, result, f"Lacuna fill ({method})")
        children = []
    else:
        made = Gimp.GroupLayer.new(image, f"Lacuna fills ({method})")
        canvas.blend_perceptually(made)
        children = [_layer(layer, one, f"Variant {number}") for number, one in enumerate(variants, 1)]
    for child in children[1:]:
        child.set_visible(False)
    chosen = target.Chosen.of(image)
    image.undo_group_start()
    try:
        _insert(image, made, layer.get_parent(), image.get_item_position(layer))
        for place, child in enumerate(children):
            _insert(image, child, made, place)
        chosen.choose_again(image)  # else the next fill would work on this one
    finally:
        image.undo_group_end()
    return made


def change(image: Any, layer: Any, result: Result) -> Any:
    """Write the fill into the layer; returns the layer."""
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


def _layer(layer: Any, result: Result, name: str) -> Any:
    made = canvas.place_layer(layer, result, name)
    made.attach_parasite(_parasite(result))
    return made


def _insert(image: Any, layer: Any, parent: Any, position: int) -> None:
    if not image.insert_layer(layer, parent, position):
        raise LacunaError("internal", detail="GIMP did not insert the layer")


def _parasite(result: Result) -> Any:
    """How the fill was made, as ASCII JSON; GIMP keeps it in the layer and in the XCF file."""
    data = json.dumps(result.provenance, ensure_ascii=True).encode("ascii")
    return Gimp.Parasite.new(PARASITE, Gimp.PARASITE_PERSISTENT, data)

"""Placing a result: as a new layer, as a group of variants, or in the layer itself. Each is one undo step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from gi.repository import Gimp

from lacuna_client.errors import LacunaError
from lacuna_client.result import Result

from . import canvas, target
from .canvas import PixelFormat


class Look(NamedTuple):
    """What a result looks like in the image.

    Attributes:
        operation: its parasite is named for it.
        title: what the layers' names begin with.
        color_only: the new layer gives its color alone, in GIMP's mode 'LCh Color'.
        to_rgb: the image becomes an RGB one first.
    """

    operation: str
    title: str
    color_only: bool = False
    to_rgb: bool = False


def add(layer: Any, result: Result, fmt: PixelFormat, look: Look) -> Any:
    """Put the result above the layer; returns its layer or, with several variants, the group of theirs.

    fmt: what the result's pixels are in.
    """
    image = layer.get_image()
    chosen = target.Chosen.of(image)
    early = None if look.to_rgb else _layers(layer, result, fmt, look)  # if it fails, there is no undo step yet
    with _one_step(image, look):
        made, children = early or _layers(layer, result, fmt, look)
        _insert(image, made, layer.get_parent(), image.get_item_position(layer))
        try:
            for place, child in enumerate(children):
                _insert(image, child, made, place)
        except LacunaError:
            image.remove_layer(made)
            raise
        finally:
            chosen.choose_again(image)  # else the next result would be one of this one
    return made


def change(layer: Any, result: Result, fmt: PixelFormat, look: Look) -> Any:
    """Write the result into the layer; returns the layer."""
    image = layer.get_image()
    with _one_step(image, look):
        canvas.write_in_place(layer, result.patches, fmt)
    # Frozen: otherwise GIMP notes 'cannot be undone' for a parasite, or (undoable) breaks its own group at redo.
    image.undo_freeze()
    try:
        layer.attach_parasite(_parasite(result, look))
    finally:
        image.undo_thaw()
    return layer


@contextmanager
def _one_step(image: Any, look: Look) -> Iterator[None]:
    image.undo_group_start()
    try:
        if look.to_rgb and not image.convert_rgb():
            raise LacunaError("internal", detail="GIMP did not convert the image")
        yield
    finally:
        image.undo_group_end()


def _layers(layer: Any, result: Result, fmt: PixelFormat, look: Look) -> tuple[Any, list[Any]]:
    """The layer or the group, and what is in the group; only the first of it is visible. None is in the image yet."""
    made_by = result.provenance.get("method")
    name = f" ({made_by})" if made_by else ""
    variants = result.variants()
    if len(variants) == 1:
        return _layer(layer, result, f"{look.title}{name}", fmt, look), []
    group = Gimp.GroupLayer.new(layer.get_image(), f"{look.title}s{name}")
    canvas.blend_perceptually(group)
    children = [_layer(layer, one, f"Variant {number}", fmt, look) for number, one in enumerate(variants, 1)]
    for child in children[1:]:
        child.set_visible(False)
    return group, children


def _layer(layer: Any, result: Result, name: str, fmt: PixelFormat, look: Look) -> Any:
    made = canvas.place_layer(layer, result, name, fmt)
    if look.operation != "inpaint":  # opacity stays: over a translucent place a union would add the color's to it
        made.set_composite_mode(Gimp.LayerCompositeMode.CLIP_TO_BACKDROP)
    if look.color_only:
        made.set_mode(Gimp.LayerMode.LCH_COLOR)
    made.attach_parasite(_parasite(result, look))
    return made


def _insert(image: Any, layer: Any, parent: Any, position: int) -> None:
    if not image.insert_layer(layer, parent, position):
        raise LacunaError("internal", detail="GIMP did not insert the layer")


def _parasite(result: Result, look: Look) -> Any:
    """How the result was made, as ASCII JSON; GIMP keeps it in the layer and in the XCF file."""
    data = json.dumps(result.provenance, ensure_ascii=True).encode("ascii")
    return Gimp.Parasite.new(f"lacuna-{look.operation}", Gimp.PARASITE_PERSISTENT, data)

"""Inpaint: from the selection to the placed fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lacuna_client import islands, settings
from lacuna_client.boxes import Box
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest

from . import canvas, hints, sources, target
from .edit import Made, carry_out, selected_tiles
from .log import log
from .placing import Look
from .tiles import Tile
from .waiting import Wait

ASKED = ("method", "feather", "seed", "output", "variants", *(setting.name for setting in settings.SAMPLING))
LOOK = Look("inpaint", "Lacuna fill")
NO_COLOR = "A gray image cannot hold color, so the color hints give only gray."


class Selected(NamedTuple):
    """
    Attributes:
        layer: the one to fill.
        usual_grow: px, what the automatic grow is for what is selected of it.
    """

    layer: Any
    usual_grow: int


def to_inpaint(image: Any, drawables: Sequence[Any]) -> Selected:
    """What is to be filled. Raises LacunaError for what no setting can mend."""
    layer = target.find(image, drawables)
    return Selected(layer, islands.usual_grow(selected_tiles(layer)))


def inpaint(image: Any, drawables: Sequence[Any], values: Mapping[str, Any], wait: Wait) -> Made:
    """Fill the selection. Raises LacunaError, and then nothing has changed."""
    layer = target.find(image, drawables)
    in_place, merged = values["output"] == "in-place", values["sample-merged"]
    _check(layer, values, in_place)
    requests, warnings = _requests(layer, values)
    if any(request.has_hints for request in requests) and layer.is_gray():
        warnings = [*warnings, NO_COLOR]
    made = carry_out(layer, requests, wait, LOOK, in_place=in_place, merged=merged)
    return made._replace(warnings=warnings)


def _check(layer: Any, values: Mapping[str, Any], in_place: bool) -> None:
    """Raise LacunaError for settings that this layer cannot have."""
    if not values["sample-merged"]:
        target.check_unmasked(layer)
    if in_place:
        target.check_writable(layer)
        if values["variants"] > 1:
            raise LacunaError("variants_in_place", variants=values["variants"])


def _requests(layer: Any, values: Mapping[str, Any]) -> tuple[list[InpaintRequest], list[str]]:
    """What to ask the server for (more than one request only where there are very many islands), and warnings."""
    tiles = selected_tiles(layer)
    automatic = values["grow"] == settings.AUTOMATIC
    grow = islands.usual_grow(tiles) if automatic else values["grow"]
    pinned = hints.find(layer, values["hints"])
    boxes, warnings = hints.heard(_boxes(layer, tiles, values, grow, pinned), pinned)
    keep_alpha = values["output"] == "in-place" and layer.get_lock_alpha()
    asked = {name: values[name] for name in ASKED}
    pixels = sum(box.rect.width * box.rect.height for box in boxes)
    log.info("inpaint %s, grow %d: %d boxes of %d px, %s", asked, grow, len(boxes), pixels, layer.type().value_nick)
    return InpaintRequest(boxes, grow=grow, keep_alpha=keep_alpha, **asked).split(), warnings


def _boxes(layer: Any, tiles: set[Tile], values: Mapping[str, Any], grow: int, pinned: hints.Hints | None) -> list[Box]:
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
    return canvas.read_boxes(
        layer,
        rects,
        merged=values["sample-merged"],
        sources=mask.read if mask else None,
        hints=pinned.read if pinned else None,
    )

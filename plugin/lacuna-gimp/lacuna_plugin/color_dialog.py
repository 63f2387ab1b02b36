"""The dialog of Recolor and Colorize, with its preview. Only imported where there is a display: GimpUi ends the process else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gi.repository import GimpUi

from lacuna_client import islands
from lacuna_client.buffers import Buffer
from lacuna_client.colors import Hint
from lacuna_client.islands import Rect
from lacuna_client.requests import Request
from lacuna_client.session import Session

from . import arguments, canvas, coloring, references
from .arguments import COLOR, HINTS, REFERENCE, SAMPLE_POINTS
from .newest import Newest
from .operations import COLORIZE, RECOLOR, Operation
from .points import PointColor, put_beside
from .preview import Preview
from .region import FORMAT, Region, round_selection

TITLES = {RECOLOR.name: "Recolor Selection", COLORIZE.name: "Colorize"}
FIELDS = "fields"
RULES = {RECOLOR.name: "Where any is pinned, the new color itself does not count.", COLORIZE.name: ""}


def ask(procedure: Any, config: Any, operation: Operation, layer: Any, open_session: Callable[[], Session]) -> bool:
    """Let the artist set the procedure's arguments and see what comes of them; False when the dialog was cancelled."""
    dialog = GimpUi.ProcedureDialog.new(procedure, config, TITLES[operation.name])
    fields = dialog.fill_box(FIELDS, [argument.name for argument in operation.arguments if argument != HINTS])
    dialog.fill([FIELDS])
    region = Region.read(layer, _seen(layer, operation))
    point_color = PointColor() if operation == COLORIZE else None
    color = point_color or (lambda: canvas.srgb(config.get_property(COLOR.name)))
    make, rule = _maker(layer, operation, config), RULES[operation.name]
    preview = None
    try:
        preview = Preview(config, region, Newest(open_session), make, color, rule)
        if point_color:
            preview.widget.pack_start(point_color.widget, False, False, 0)
        put_beside(preview.widget, fields)
        return bool(dialog.run())
    finally:
        if preview:
            preview.close()
        dialog.destroy()


def _seen(layer: Any, operation: Operation) -> Rect:
    """The part of the layer that the preview shows, and that its colors come from."""
    if operation == RECOLOR:
        return round_selection(layer)
    bounds = canvas.selected_bounds(layer)
    return bounds.grown(islands.context_of(bounds, 0)).clipped(layer.get_width(), layer.get_height())


def _maker(layer: Any, operation: Operation, config: Any) -> Callable[[Region, list[Hint]], Request]:
    @lru_cache(maxsize=1)  # while a point is dragged it is wanted at every step of the mouse
    def reference(sample_points: bool, other: Any) -> Buffer | None:
        few = references.FEW_PIXELS
        return references.read(layer, FORMAT, sample_points=sample_points, other=other, most_pixels=few)

    def make(region: Region, points: list[Hint]) -> Request:
        values = arguments.read(config, operation.arguments)
        boxes, taken = [region.box(points)], reference(values[SAMPLE_POINTS.name], values.get(REFERENCE.name))
        if operation == RECOLOR:
            return coloring.recolor_request(boxes, FORMAT, values, taken, output="composite")
        return coloring.colorize_request(boxes, values, taken, output="composite")

    return make

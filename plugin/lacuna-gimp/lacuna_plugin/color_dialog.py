"""The dialog of Recolor and Colorize, with its preview. Only imported where there is a display: GimpUi ends the process else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from lacuna_client import islands
from lacuna_client.buffers import Buffer
from lacuna_client.colors import Color, Hint
from lacuna_client.islands import Rect
from lacuna_client.requests import Request
from lacuna_client.session import Session

from . import arguments, canvas, coloring, references
from .arguments import COLOR, HINTS, REFERENCE, SAMPLE_POINTS
from .newest import Newest
from .operations import COLORIZE, RECOLOR, Operation
from .preview import Preview
from .region import FORMAT, Region

TITLES = {RECOLOR.name: "Recolor Selection", COLORIZE.name: "Colorize"}
FIELDS = "fields"
RULES = {RECOLOR.name: "Where any is pinned, the new color itself does not count.", COLORIZE.name: ""}
SPACING = 12  # px
POINTS = "Color of new points"
ROUND = 4  # a recolored selection is shown with a quarter of its size round it


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
        _put_beside(preview.widget, fields)
        return bool(dialog.run())
    finally:
        if preview:
            preview.close()
        dialog.destroy()


def _put_beside(widget: Any, fields: Any) -> None:
    """The widget at the left of a dialog's fields: below each other they would be too high for a small screen."""
    content = fields.get_parent()
    content.remove(fields)
    both = Gtk.Box(spacing=SPACING)
    both.pack_start(widget, False, False, 0)
    both.pack_start(fields, True, True, 0)
    both.show()
    content.pack_start(both, True, True, 0)
    content.reorder_child(both, 0)


def _seen(layer: Any, operation: Operation) -> Rect:
    """The part of the layer that the preview shows, and that its colors come from."""
    bounds = canvas.selected_bounds(layer)
    context = islands.context_of(bounds, 0) if operation == COLORIZE else max(bounds.width, bounds.height) // ROUND
    return bounds.grown(context).clipped(layer.get_width(), layer.get_height())


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


class PointColor:
    """The color of new points, where the operation itself has none: a button beside the preview."""

    def __init__(self) -> None:
        self._button = GimpUi.ColorButton.new(POINTS, 40, 20, Gimp.context_get_foreground(), GimpUi.ColorAreaType.FLAT)
        label = Gtk.Label(label=POINTS)
        self.widget = Gtk.Box(spacing=SPACING)
        for part in (label, self._button):
            self.widget.pack_start(part, False, False, 0)
        self.widget.show_all()

    def __call__(self) -> Color:
        return canvas.srgb(self._button.get_color())

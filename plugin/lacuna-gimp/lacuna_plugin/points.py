"""The picture in a dialog on which points of color are pinned. Only imported where there is a display."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import Gdk, GdkPixbuf, Gimp, GimpUi, GLib, Gtk

from lacuna_client.colors import Color, Hint, drawn, hints_of
from lacuna_client.islands import Rect

from . import canvas
from .arguments import HINTS
from .region import SIDE, Region

MARK, GRIP = 5, 9  # px: a point's radius on the screen, and how near to it a click takes hold of it
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
LEFT, RIGHT = 1, 3  # mouse buttons
HOW = "Click = pin a color there, drag = move it, right click = remove it."
PAINTED = "The dots on 'Lacuna hints' are pinned colors, too."
GONE = "The preview has failed; the details are in the log of the plug-in. OK works all the same."
NEW_COLOR = "Color of new points"
SPACING = 12  # px


def explained(region: Region, rule: str) -> str:
    """What the mouse does, and what else counts; rule: a sentence on what the points do."""
    return " ".join(text for text in (HOW, PAINTED if region.has_painted_hints else "", rule) if text)


def text_below(text: str = "") -> Any:
    """A label as wide as a picture."""
    return Gtk.Label(label=text, xalign=0.0, wrap=True, max_width_chars=46)


def put_beside(widget: Any, fields: Any) -> None:
    """The widget at the left of a dialog's fields: below each other they would be too high for a small screen."""
    content = fields.get_parent()
    content.remove(fields)
    both = Gtk.Box(spacing=SPACING)
    both.pack_start(widget, False, False, 0)
    both.pack_start(fields, True, True, 0)
    both.show()
    content.pack_start(both, True, True, 0)
    content.reorder_child(both, 0)


class PointColor:
    """The color of new points, where the operation itself has none: a button."""

    def __init__(self) -> None:
        self._button = GimpUi.ColorButton.new(NEW_COLOR, 40, 20, Gimp.context_get_foreground(), GimpUi.ColorAreaType.FLAT)
        label = Gtk.Label(label=NEW_COLOR)
        self.widget = Gtk.Box(spacing=SPACING)
        for part in (label, self._button):
            self.widget.pack_start(part, False, False, 0)
        self.widget.show_all()

    def __call__(self) -> Color:
        return canvas.srgb(self._button.get_color())


class Points:
    """A widget with a picture of the region and the points on it, which are the configuration's hints."""

    def __init__(self, config: Any, region: Region, color: Callable[[], Color]) -> None:
        """color: of a new point."""
        self._config, self._region, self._color = config, region, color
        self._zoom = max(1, SIDE // max(region.width, region.height))
        self._pixels = region.image
        self._dragged: int | None = None
        self._picture = Gtk.Image()
        self.widget = Gtk.EventBox(halign=Gtk.Align.CENTER)
        mask = Gdk.EventMask
        self.widget.add_events(mask.BUTTON_PRESS_MASK | mask.BUTTON_RELEASE_MASK | mask.BUTTON_MOTION_MASK)
        self.widget.add(self._picture)
        self.widget.connect("button-press-event", self._pressed)
        self.widget.connect("motion-notify-event", self._moved)
        self.widget.connect("button-release-event", self._released)
        self._handler = config.connect(f"notify::{HINTS.name}", lambda *_: self._draw())
        self._draw()

    def close(self) -> None:
        self._config.disconnect(self._handler)

    def show(self, pixels: bytes) -> None:
        """Let this be the picture; "R'G'B'A u8" of the region's size."""
        self._pixels = pixels
        self._draw()

    def points(self) -> list[Hint]:
        """In the layer's pixels."""
        return hints_of(self._config.get_property(HINTS.name))

    def _draw(self) -> None:
        region, pixels = self._region, self._pixels
        width, height = self._zoom * region.width, self._zoom * region.height
        if self._zoom > 1:
            large = _pixbuf(pixels, region.width, region.height).scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
            pixels = large.get_pixels()
        marks = []
        for point in self.points():
            x, y = (int(self._zoom * part) for part in region.place(point))
            rings = ((WHITE, MARK + 2), (BLACK, MARK + 1), (point.color, MARK))
            marks += [Hint(x, y, color, radius) for color, radius in rings]
        self._picture.set_from_pixbuf(_pixbuf(drawn(marks, Rect(0, 0, width, height), pixels), width, height))

    def _keep(self, points: list[Hint]) -> None:
        self._config.set_property(HINTS.name, ";".join(str(point) for point in points))

    def _at(self, event: Any) -> int | None:
        """The number of the point under the mouse, if any."""
        for number, point in reversed(list(enumerate(self.points()))):
            x, y = self._region.place(point)
            if max(abs(self._zoom * x - event.x), abs(self._zoom * y - event.y)) <= GRIP:
                return number
        return None

    def _hint(self, event: Any, color: Color) -> Hint:
        x, y = event.x / self._zoom, event.y / self._zoom
        return self._region.hint(min(max(x, 0), self._region.width - 1), min(max(y, 0), self._region.height - 1), color)

    def _pressed(self, _widget: Any, event: Any) -> bool:
        points, number = self.points(), self._at(event)
        if event.button == LEFT and number is None:
            points.append(self._hint(event, self._color()))
            self._dragged = len(points) - 1
        elif event.button == LEFT:
            self._dragged = number
        elif event.button == RIGHT and number is not None:
            del points[number]
        self._keep(points)
        return True

    def _moved(self, _widget: Any, event: Any) -> bool:
        points = self.points()
        if self._dragged is not None and self._dragged < len(points):
            points[self._dragged] = self._hint(event, points[self._dragged].color)
            self._keep(points)
        return True

    def _released(self, *_: Any) -> bool:
        self._dragged = None
        return True


def _pixbuf(pixels: bytes, width: int, height: int) -> Any:
    return GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(pixels), GdkPixbuf.Colorspace.RGB, True, 8, width, height, 4 * width)

"""The picture in a dialog: the region as it will be, alive while colors, settings and points change.

Only imported where there is a display.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from gi.repository import Gdk, GdkPixbuf, GLib, Gtk

from lacuna_client.colors import Color, Hint, drawn, hints_of
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect
from lacuna_client.requests import Request
from lacuna_client.result import Result

from .arguments import HINTS
from .log import log
from .newest import Newest
from .region import SIDE, Region

TICK_MS = 20
MARK, GRIP = 5, 9  # px: a point's radius on the screen, and how near to it a click takes hold of it
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
LEFT, RIGHT = 1, 3  # mouse buttons
HOW = "Click = pin a color there, drag = move it, right click = remove it."
GONE = "The preview has failed; the details are in the log of the plug-in. OK works all the same."
PAINTED = "The dots on 'Lacuna hints' are pinned colors, too."

MakeRequest = Callable[[Region, list[Hint]], Request]


class Preview:
    """A widget with the region, its points and a line of text. The points are the configuration's hints."""

    def __init__(
        self,
        config: Any,
        region: Region,
        newest: Newest,
        make_request: MakeRequest,
        color: Callable[[], Color],
        rule: str,
    ) -> None:
        """
        Args:
            make_request: what to ask the server for, with these points; it may raise LacunaError.
            color: the color of a new point.
            rule: a sentence on what the points do.
        """
        self._config, self._region, self._newest = config, region, newest
        self._make_request, self._color = make_request, color
        self._zoom = max(1, SIDE // max(region.width, region.height))
        self._result = region.image
        self._how = " ".join(text for text in (HOW, PAINTED if region.has_painted_hints else "", rule) if text)
        self._dragged: int | None = None
        self._stale = True
        self._picture = Gtk.Image()
        self._text = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=46)
        self._original = Gtk.CheckButton.new_with_mnemonic("Show the or_iginal")
        self.widget = self._laid_out()
        self._handlers = [config.connect("notify", lambda *_: self._change())]
        self._timer = GLib.timeout_add(TICK_MS, self._tick)
        self._draw()

    def close(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        for handler in self._handlers:
            self._config.disconnect(handler)
        self._newest.close()

    def _laid_out(self) -> Any:
        mouse = Gtk.EventBox(halign=Gtk.Align.CENTER)
        mouse.add_events(Gdk.EventMask.BUTTON_PRESS_MASK | Gdk.EventMask.BUTTON_RELEASE_MASK | Gdk.EventMask.BUTTON_MOTION_MASK)
        mouse.add(self._picture)
        mouse.connect("button-press-event", self._pressed)
        mouse.connect("motion-notify-event", self._moved)
        mouse.connect("button-release-event", self._released)
        self._original.connect("toggled", lambda *_: self._draw())
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        for part in (mouse, self._text, self._original):
            box.pack_start(part, False, False, 0)
        box.show_all()
        return box

    # ---- what is computed

    def _change(self) -> None:
        self._stale = True
        self._draw()

    def _tick(self) -> bool:
        try:
            if self._stale:
                self._stale = False
                self._ask()
            result = self._newest.poll()
            if result:
                self._show(result)
            self._tell(self._newest.text)
        except Exception:  # noqa: BLE001  (GLib would only print it, and the dialog is of use without a preview)
            log.error("preview: %s", traceback.format_exc())
            self._tell(GONE)
            self._timer = 0
        return bool(self._timer)

    def _ask(self) -> None:
        try:
            self._newest.ask(self._make_request(self._region, self._points()))
        except LacunaError as error:
            self._newest.text = str(error)

    def _show(self, result: Result) -> None:
        self._result = self._region.with_result(result)
        self._draw()

    def _tell(self, text: str) -> None:
        text = text or self._how
        if self._text.get_text() != text:
            self._text.set_text(text)

    # ---- what is seen

    def _draw(self) -> None:
        region = self._region
        pixels = region.image if self._original.get_active() else self._result
        width, height = self._zoom * region.width, self._zoom * region.height
        if self._zoom > 1:
            large = _pixbuf(pixels, region.width, region.height).scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
            pixels = large.get_pixels()
        marks = []
        for point in self._points():
            x, y = (int(self._zoom * part) for part in region.place(point))
            rings = ((WHITE, MARK + 2), (BLACK, MARK + 1), (point.color, MARK))
            marks += [Hint(x, y, color, radius) for color, radius in rings]
        self._picture.set_from_pixbuf(_pixbuf(drawn(marks, Rect(0, 0, width, height), pixels), width, height))

    # ---- the points

    def _points(self) -> list[Hint]:
        return hints_of(self._config.get_property(HINTS.name))

    def _keep(self, points: list[Hint]) -> None:
        self._config.set_property(HINTS.name, ";".join(str(point) for point in points))

    def _at(self, event: Any) -> int | None:
        """The number of the point under the mouse, if any."""
        for number, point in reversed(list(enumerate(self._points()))):
            x, y = self._region.place(point)
            if max(abs(self._zoom * x - event.x), abs(self._zoom * y - event.y)) <= GRIP:
                return number
        return None

    def _hint(self, event: Any, color: Color) -> Hint:
        x, y = event.x / self._zoom, event.y / self._zoom
        return self._region.hint(min(max(x, 0), self._region.width - 1), min(max(y, 0), self._region.height - 1), color)

    def _pressed(self, _widget: Any, event: Any) -> bool:
        points, number = self._points(), self._at(event)
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
        points = self._points()
        if self._dragged is not None and self._dragged < len(points):
            points[self._dragged] = self._hint(event, points[self._dragged].color)
            self._keep(points)
        return True

    def _released(self, *_: Any) -> bool:
        self._dragged = None
        return True


def _pixbuf(pixels: bytes, width: int, height: int) -> Any:
    return GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(pixels), GdkPixbuf.Colorspace.RGB, True, 8, width, height, 4 * width)

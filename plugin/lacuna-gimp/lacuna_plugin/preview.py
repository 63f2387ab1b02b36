"""The picture in a color dialog: the region as it will be, alive while colors, settings and points change.

Only imported where there is a display.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from gi.repository import GLib, Gtk

from lacuna_client.colors import Color, Hint
from lacuna_client.errors import LacunaError
from lacuna_client.requests import Request

from .log import log
from .newest import Newest
from .points import GONE, Points, explained, text_below
from .region import Region

TICK_MS = 20

MakeRequest = Callable[[Region, list[Hint]], Request]


class Preview:
    """A widget with the region, its points and a line of text."""

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
        self._make_request = make_request
        self._result = region.image
        self._how = explained(region, rule)
        self._stale = True
        self._points = Points(config, region, color)
        self._text = text_below()
        self._original = Gtk.CheckButton.new_with_mnemonic("Show the or_iginal")
        self._original.connect("toggled", lambda *_: self._show())
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        for part in (self._points.widget, self._text, self._original):
            self.widget.pack_start(part, False, False, 0)
        self.widget.show_all()
        self._handler = config.connect("notify", lambda *_: self._change())
        self._timer = GLib.timeout_add(TICK_MS, self._tick)

    def close(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._config.disconnect(self._handler)
        self._points.close()
        self._newest.close()

    def _change(self) -> None:
        self._stale = True

    def _tick(self) -> bool:
        try:
            if self._stale:
                self._stale = False
                self._ask()
            result = self._newest.poll()
            if result:
                self._result = self._region.with_result(result)
                self._show()
            self._tell(self._newest.text)
        except Exception:  # noqa: BLE001  (GLib would only print it, and the dialog is of use without a preview)
            log.error("preview: %s", traceback.format_exc())
            self._tell(GONE)
            self._timer = 0
        return bool(self._timer)

    def _ask(self) -> None:
        try:
            self._newest.ask(self._make_request(self._region, self._points.points()))
        except LacunaError as error:
            self._newest.text = str(error)

    def _show(self) -> None:
        self._points.show(self._region.image if self._original.get_active() else self._result)

    def _tell(self, text: str) -> None:
        text = text or self._how
        if self._text.get_text() != text:
            self._text.set_text(text)

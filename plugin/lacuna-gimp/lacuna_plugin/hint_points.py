"""Points of color for a fill: an expander in the dialog's fields, and beside them, once it is open, the picture to click into.

Nothing is computed for it, and nothing is read before it is opened. Only imported where there is a display.
"""

from __future__ import annotations

import traceback
from typing import Any

from gi.repository import Gtk

from lacuna_client import settings

from . import inpaint
from .arguments import HINTS
from .dots import covered, opaque
from .log import log
from .points import GONE, PointColor, Points, explained, text_below
from .region import Region, round_selection
from .veil import veiled

LABEL = "Color hints by clic_k"
HELP = "Pin colors to places of the fill: opens a picture to click into. Dots on a layer named 'Lacuna hints' do the same"
RULE = "Red = what is selected."


class HintPoints:
    """What is opened and closed: the expander, and the widget with the picture, the color button and a text."""

    def __init__(self, config: Any, layer: Any) -> None:
        """layer: the one that is filled."""
        self._config, self._layer = config, layer
        self._points: Points | None = None
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.expander = Gtk.Expander(label=LABEL, use_underline=True)
        self.expander.set_tooltip_text(HELP)
        self.expander.connect("notify::expanded", lambda *_: self._open_or_close())
        self.expander.show()
        self._handler = config.connect(f"notify::{settings.SAMPLE_MERGED.name}", lambda *_: self._show())
        self.expander.set_expanded(bool(config.get_property(HINTS.name)))

    def close(self) -> None:
        self._config.disconnect(self._handler)
        if self._points:
            self._points.close()

    def _open_or_close(self) -> None:
        is_open = self.expander.get_expanded()
        if is_open and not self.widget.get_children():
            self._fill()
        self.widget.set_visible(is_open)

    def _fill(self) -> None:
        try:
            parts = self._made()
        except Exception:  # noqa: BLE001  (GLib would only print it, and the dialog is of use without points)
            log.error("points: %s", traceback.format_exc())
            parts = [text_below(GONE)]
        for part in parts:
            self.widget.pack_start(part, False, False, 0)
            part.show_all()

    def _made(self) -> list[Any]:
        region, color = self._region(), PointColor()
        self._points = Points(self._config, region, color)
        self._show(region)
        rule = f"{RULE} {inpaint.NO_COLOR}" if self._layer.is_gray() else RULE
        return [self._points.widget, text_below(explained(region, rule)), color.widget]

    def _region(self) -> Region:
        merged = self._config.get_property(settings.SAMPLE_MERGED.name)
        return Region.read(self._layer, round_selection(self._layer), merged=merged)

    def _show(self, region: Region | None = None) -> None:
        """Once it is open: the picture that the fill is made of, a veil over what is selected, and the painted dots."""
        if self._points:
            region = region or self._region()
            self._points.show(covered(veiled(region.image, region.selection), opaque(region.painted)))

"""The dialog that asks for the settings: what a fill usually needs at once, the rest under an expander.

Only imported where there is a display: GimpUi ends the process without one.
"""

from __future__ import annotations

from typing import Any

from gi.repository import GimpUi, GObject, Gtk

from lacuna_client import settings

from .hint_points import HintPoints
from .inpaint import Selected
from .points import put_beside

MORE = (settings.CONTEXT, settings.SEED, *settings.SAMPLING)
FIRST = tuple(setting for setting in settings.INPAINT if setting not in MORE)
SPACING = 6  # px


def ask(procedure: Any, config: Any, selected: Selected) -> bool:
    """Let the artist set the procedure's arguments for this fill; False when the dialog was cancelled."""
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Inpaint Selection")
    box = dialog.fill_box("first", [setting.name for setting in FIRST if setting != settings.GROW])
    grow = GrowRow(config, selected.usual_grow, dialog.get_widget(settings.FEATHER.name, GObject.TYPE_NONE))
    box.pack_start(grow.widget, False, False, 0)
    box.reorder_child(grow.widget, FIRST.index(settings.GROW))
    dialog.fill_box("more", [setting.name for setting in MORE])
    dialog.get_label("more-title", "More setti_ngs", False, True)
    expander = dialog.fill_expander("more-expander", "more-title", False, "more")
    expander.set_expanded(any(config.get_property(setting.name) != setting.default for setting in MORE))
    fields = dialog.fill_box("fields", ["first", "more-expander"])
    dialog.fill(["fields"])
    points = HintPoints(config, selected.layer)
    box.pack_start(points.expander, False, False, 0)
    put_beside(points.widget, fields)
    for one in (expander, points.expander):
        one.set_resize_toplevel(False)  # it would grow by what has room beside the picture
        one.connect("notify::expanded", lambda *_: _fit(dialog))
    try:
        return bool(dialog.run())
    finally:
        points.close()
        dialog.destroy()


def _fit(dialog: Any) -> None:
    """Make the dialog as small as what is seen in it, and keep it on the screen when that has become more."""
    dialog.set_position(Gtk.WindowPosition.CENTER_ALWAYS)
    dialog.resize(1, 1)


class GrowRow:
    """The grow in px, and a box to check that leaves it to Lacuna: the number is then this selection's."""

    def __init__(self, config: Any, usual: int, neighbor: Any) -> None:
        """neighbor: a labeled row of the dialog, to stand in line with."""
        self._config, self._usual = config, usual
        setting = settings.GROW
        self._pixels = Gtk.SpinButton.new_with_range(0, setting.high, 1)
        self._automatic = Gtk.CheckButton.new_with_mnemonic("A_utomatic for this selection")
        label = Gtk.Label(label=f"{setting.label} ({setting.unit})", use_underline=True, xalign=0.0)
        label.set_mnemonic_widget(self._pixels)
        self._labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        for one in (label, neighbor.get_label()):
            self._labels.add_widget(one)
        self.widget = Gtk.Box(spacing=SPACING)
        for part in (label, self._pixels, self._automatic):
            part.set_tooltip_text(setting.help)
            self.widget.pack_start(part, False, False, 0)
        self.widget.show_all()
        self._show()
        self._pixels.connect("value-changed", lambda *_: self._choose())
        self._automatic.connect("toggled", lambda *_: self._choose())
        config.connect(f"notify::{setting.name}", lambda *_: self._show())

    def _choose(self) -> None:
        grow = settings.AUTOMATIC if self._automatic.get_active() else self._pixels.get_value_as_int()
        self._config.set_property(settings.GROW.name, grow)

    def _show(self) -> None:
        """What the configuration holds; it changes by itself when the artist resets it."""
        grow = self._config.get_property(settings.GROW.name)
        automatic = grow == settings.AUTOMATIC
        self._automatic.set_active(automatic)
        self._pixels.set_sensitive(not automatic)
        self._pixels.set_value(self._usual if automatic else grow)

"""The windows of a running fill: its progress, and what went wrong. Only imported where there is a display (settings_dialog)."""

from __future__ import annotations

from collections.abc import Callable

from gi.repository import GdkPixbuf, GimpUi, GLib, Gtk

from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError

TITLE = "Lacuna"
REMEDY = 1
PREVIEW_PX = 256  # the longer side; coarse pictures are enlarged to it, so that the window keeps its size


def start() -> bool:
    """Get ready to show windows; False where there is no display."""
    ready, _ = Gtk.init_check([])
    if ready:
        GimpUi.init("lacuna")
    return bool(ready)


class ProgressWindow:
    """The fill so far, a bar, a line of text and Cancel. Not modal: GIMP's windows stay usable."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        self._window = Gtk.Dialog(title=TITLE)
        self._window.set_default_size(360, -1)
        self._window.add_button("_Cancel", Gtk.ResponseType.CANCEL)
        self._text = Gtk.Label(label="Connecting...", xalign=0.0)
        self._bar = Gtk.ProgressBar()
        self._picture = Gtk.Image()  # takes no room until there is something to see
        box = self._window.get_content_area()
        box.set_spacing(6)
        box.set_border_width(12)
        box.add(self._picture)
        box.add(self._text)
        box.add(self._bar)
        self._window.connect("response", lambda *_: self._cancel())
        # Without this Gtk would destroy the window on Esc before the server has answered the cancel.
        self._window.connect("delete-event", lambda *_: True)
        GimpUi.window_set_transient(self._window)
        self._window.show_all()

    def tell(self, text: str, fraction: float | None) -> None:
        self._text.set_text(text)
        if fraction is None:
            self._bar.pulse()
        else:
            self._bar.set_fraction(min(max(fraction, 0.0), 1.0))

    def show(self, picture: Buffer) -> None:
        height, width, _ = picture.spec.shape
        pixels = GLib.Bytes.new(bytes(picture.data))
        small = GdkPixbuf.Pixbuf.new_from_bytes(pixels, GdkPixbuf.Colorspace.RGB, False, 8, width, height, 3 * width)
        scale = PREVIEW_PX / max(width, height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        self._picture.set_from_pixbuf(small.scale_simple(*size, GdkPixbuf.InterpType.BILINEAR))

    def close(self) -> None:
        self._window.destroy()
        while Gtk.events_pending():
            Gtk.main_iteration()


def ask(error: LacunaError, remedy: str) -> bool:
    """Show what is in the way; True when the artist clicks the button that the remedy names."""
    dialog = Gtk.MessageDialog(
        title=TITLE, message_type=Gtk.MessageType.ERROR, text=error.sentence, secondary_text=error.hint, modal=True
    )
    dialog.add_button("_Close", Gtk.ResponseType.CLOSE)
    dialog.add_button(remedy, REMEDY)
    dialog.set_default_response(REMEDY)
    GimpUi.window_set_transient(dialog)
    answer = dialog.run()
    dialog.destroy()
    return bool(answer == REMEDY)

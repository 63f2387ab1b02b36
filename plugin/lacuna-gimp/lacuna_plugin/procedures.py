"""The procedures as GIMP sees them: their arguments and texts, and what happens on a click or a call."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gi
from gi.repository import Gimp, GLib, GObject

from lacuna_client import places, settings
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest, InpaintResult
from lacuna_client.launcher import Launcher
from lacuna_client.session import Session
from lacuna_client.settings import Choice, Switch, Whole

from . import last_values, waiting
from .inpaint import check, inpaint
from .log import log
from .log import start as start_log

INPAINT = "lacuna-inpaint"
AGAIN = "lacuna-inpaint-again"
FOLDER = Path(__file__).resolve().parent.parent

BLURBS = {
    INPAINT: "Fill the selection from the rest of the picture",
    AGAIN: "Fill the selection with the settings used last",
}
HELP = (
    "What is selected in the active layer is filled so that it continues its surroundings; nothing outside changes. "
    "Soft selections blend softly, several islands are filled in one go, and one undo step takes everything back. "
    "The fill becomes a new layer above the active one, or changes the layer in place. In an indexed image its colors "
    "are the palette's and its edge is hard. A local server computes; it is started when none is running."
)


def describe(procedure: Any) -> None:
    """Give a procedure its texts, arguments and return value."""
    name = procedure.get_name()
    procedure.set_documentation(BLURBS[name], HELP if name == INPAINT else f"{HELP} No dialog asks for settings.", None)
    if name == INPAINT:
        for setting in settings.INPAINT:
            _add_argument(procedure, setting)
    flags = GObject.ParamFlags.READWRITE
    procedure.add_layer_return_value("layer", "Layer", "The layer that holds the fill", False, flags)


def _add_argument(procedure: Any, setting: settings.Setting) -> None:
    flags = GObject.ParamFlags.READWRITE
    if isinstance(setting, Whole):
        label = f"{setting.label} ({setting.unit})" if setting.unit else setting.label
        procedure.add_int_argument(setting.name, label, setting.help, setting.low, setting.high, setting.default, flags)
    elif isinstance(setting, Switch):
        procedure.add_boolean_argument(setting.name, setting.label, setting.help, setting.default, flags)
    elif isinstance(setting, Choice):
        choice = Gimp.Choice.new()
        for number, (value, label) in enumerate(setting.choices):
            choice.add(value, number, label, "")
        procedure.add_choice_argument(setting.name, setting.label, setting.help, choice, setting.default, flags)


def run(procedure: Any, run_mode: Any, image: Any, drawables: Sequence[Any], config: Any, _data: Any) -> Any:
    """GIMP's callback for both procedures. It never raises: whatever fails becomes a sentence and a line in the log."""
    log_file = start_log(_log_folder())
    try:
        layer = _run(procedure, run_mode, image, drawables, config)
    except LacunaError as error:
        log.warning("%s: %s %s", error.code, error, error.detail)
        if error.code == "internal":
            error = LacunaError("internal", log=error.values.get("log", str(log_file)), detail=error.detail)
        return _failure(procedure, error)
    except Exception as problem:  # noqa: BLE001  (an exception here would show the artist nothing at all)
        log.error("%s\n%s", problem, traceback.format_exc())
        return _failure(procedure, LacunaError("internal", log=str(log_file)))
    return _success(procedure, layer)


def _log_folder() -> Path:
    """The server's, so that all logs lie together; without a server the platform's."""
    try:
        return Launcher.find(FOLDER).log_dir
    except LacunaError:
        return places.log_dir()


def _run(procedure: Any, run_mode: Any, image: Any, drawables: Sequence[Any], config: Any) -> Any:
    windows = run_mode != Gimp.RunMode.NONINTERACTIVE and _windows()
    check(image, drawables)
    if procedure.get_name() == AGAIN:
        values = last_values.load()
    else:
        if run_mode == Gimp.RunMode.INTERACTIVE and windows and not windows.ask_settings(procedure, config):
            raise LacunaError("cancelled")
        values = settings.checked({setting.name: config.get_property(setting.name) for setting in settings.INPAINT})
    layer = _try(lambda: inpaint(image, drawables, values, _waiter(windows)), windows)
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        last_values.keep(values)
    Gimp.displays_flush()
    return layer


def _windows() -> Any:
    """The module with the windows, or None where GIMP runs without a display."""
    gi.require_version("Gtk", "3.0")
    gi.require_version("GimpUi", "3.0")
    from . import dialogs  # only now: its import is of no use to a script, and a display may be missing

    return dialogs if dialogs.start() else None


def _try(fill: Callable[[], Any], windows: Any) -> Any:
    """Fill; after a failure that may pass, as often as the artist asks for."""
    while True:
        try:
            return fill()
        except LacunaError as error:
            if not windows or not error.retryable or error.code == "cancelled":
                raise
            log.warning("%s: %s", error.code, error.detail)
            if not windows.ask_again(error):
                raise LacunaError("cancelled") from error


def _waiter(windows: Any) -> waiting.Wait:
    def wait(requests: Sequence[InpaintRequest]) -> InpaintResult:
        session = Session(Launcher.find(FOLDER), client=f"GIMP {Gimp.version()}")
        try:
            if windows:
                return waiting.WindowedWait(session, requests, windows.ProgressWindow).run()
            return waiting.without_window(session, requests)
        finally:
            session.close()

    return wait


def _success(procedure: Any, layer: Any) -> Any:
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    values.remove(1)
    values.insert(1, GObject.Value(Gimp.Layer, layer))
    return values


def _failure(procedure: Any, error: LacunaError) -> Any:
    if error.code == "cancelled":
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    message = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), str(error), 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, message)

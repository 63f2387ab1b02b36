"""The procedures as GIMP sees them: their arguments and texts, and what happens on a click or a call."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gi
from gi.repository import Gimp, GLib, GObject

from lacuna_client import places, settings
from lacuna_client.errors import LacunaError
from lacuna_client.launcher import Launcher
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_client.session import Session
from lacuna_client.settings import Choice, Switch, Whole

from . import inpaint, last_values, waiting
from .log import log
from .log import start as start_log

INPAINT = "lacuna-inpaint"
AGAIN = "lacuna-inpaint-again"
ANOTHER = "lacuna-inpaint-another"
FOLDER = Path(__file__).resolve().parent.parent

BLURBS = {
    INPAINT: "Fill the selection from the rest of the picture",
    AGAIN: "Fill the selection with the settings used last",
    ANOTHER: "Fill the selection with the settings used last, but differently",
}
HELP = (
    "What is selected in the active layer is filled so that it continues its surroundings; nothing outside changes. "
    "Soft selections blend softly, several islands are filled in one go, and one undo step takes everything back. "
    "The fill becomes a new layer above the active one (several variants: a group of layers), or changes the layer in place. "
    "A layer or channel named 'Lacuna sources' says what may be sampled: light = this, dark = not this. "
    "In an indexed image the fill's colors are the palette's and its edge is hard. "
    "A local server computes; it is started when none is running."
)


def describe(procedure: Any) -> None:
    """Give a procedure its texts, arguments and return value."""
    name = procedure.get_name()
    asks = "" if name == INPAINT else " No dialog asks for settings."
    seed = " Each run takes the next seed and keeps it, so the fill is another one each time." if name == ANOTHER else ""
    procedure.set_documentation(BLURBS[name], HELP + asks + seed, None)
    if name == INPAINT:
        for setting in settings.INPAINT:
            _add_argument(procedure, setting)
    flags = GObject.ParamFlags.READWRITE
    procedure.add_layer_return_value(
        "layer", "Layer", "The layer that holds the fill; several variants: the group of their layers", False, flags
    )


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
    """GIMP's callback for every procedure. It never raises: whatever fails becomes a sentence and a line in the log."""
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
    by_artist = run_mode != Gimp.RunMode.NONINTERACTIVE
    windows = by_artist and _windows()
    values = _values(procedure.get_name(), run_mode, config)
    if windows and run_mode == Gimp.RunMode.INTERACTIVE and procedure.get_name() == INPAINT:
        values = _asked(procedure, config, values, inpaint.usual_grow(image, drawables))
    filled = _try(lambda: inpaint.inpaint(image, drawables, values, _waiter(windows)), windows)
    for warning in _warnings(procedure.get_name(), filled.provenance):
        log.warning(warning)
        if by_artist:
            Gimp.message(warning)
    if by_artist:
        last_values.keep(values)
    Gimp.displays_flush()
    return filled.layer


def _values(name: str, run_mode: Any, config: Any) -> dict[str, Any]:
    """What to fill with, before any dialog. An artist's last values are the same whichever entry is clicked."""
    if name == ANOTHER:
        return last_values.with_another_seed()
    if name == AGAIN or run_mode == Gimp.RunMode.WITH_LAST_VALS:
        return last_values.load()
    given = settings.checked({setting.name: config.get_property(setting.name) for setting in settings.INPAINT})
    return given if run_mode == Gimp.RunMode.NONINTERACTIVE else last_values.kept() or given


def _warnings(name: str, made: Mapping[str, Any]) -> list[str]:
    """What the artist should know of how the fill was made."""
    warnings = list(made.get("warnings", []))
    if name == ANOTHER and not made.get("varies", True):  # an older server does not say
        method = str(made["method"]).title()
        warnings.append(f"{method} gives the same fill for every seed. Choose PatchMatch for another one.")
    return warnings


def _asked(procedure: Any, config: Any, values: Mapping[str, Any], usual_grow: int) -> dict[str, Any]:
    """The values as the artist leaves them in the dialog. Raises LacunaError 'cancelled'."""
    from . import settings_dialog  # only now, as the other windows

    for name, value in values.items():
        config.set_property(name, value)
    if not settings_dialog.ask(procedure, config, usual_grow):
        raise LacunaError("cancelled")
    return settings.checked({name: config.get_property(name) for name in values})


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
    def wait(requests: Sequence[Request]) -> Result:
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

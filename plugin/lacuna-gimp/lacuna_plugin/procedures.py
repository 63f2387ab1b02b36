"""The procedures as GIMP sees them: their arguments and texts, and what happens on a click or a call."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gi
from gi.repository import Gimp, GLib, GObject

from lacuna_client import places
from lacuna_client.errors import LacunaError
from lacuna_client.launcher import Launcher
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_client.session import Session

from . import arguments, coloring, last_values, waiting
from .edit import Made
from .log import log
from .log import start as start_log
from .operations import COLORIZE, INPAINT, RECOLOR, Operation

FOLDER = Path(__file__).resolve().parent.parent
ASKS, REPEATS = "", " No dialog asks for settings."
VARIES = f"{REPEATS} Each run takes the next seed and keeps it, so the fill is another one each time."


class Entry(NamedTuple):
    """A procedure: what it does, in a line, and where its settings come from (ASKS, REPEATS, VARIES)."""

    operation: Operation
    blurb: str
    how: str = ASKS


ENTRIES = {
    "lacuna-inpaint": Entry(INPAINT, "Fill the selection from the rest of the picture"),
    "lacuna-inpaint-again": Entry(INPAINT, "Fill the selection with the settings used last", REPEATS),
    "lacuna-inpaint-another": Entry(INPAINT, "Fill the selection with the settings used last, but differently", VARIES),
    "lacuna-recolor": Entry(RECOLOR, "Give the selection another color, and keep its shading"),
    "lacuna-recolor-again": Entry(RECOLOR, "Give the selection the color used last", REPEATS),
    "lacuna-colorize": Entry(COLORIZE, "Find color for a gray selection, or for a whole gray layer"),
}


def describe(procedure: Any) -> None:
    """Give a procedure its texts, arguments and return value."""
    operation, blurb, how = ENTRIES[procedure.get_name()]
    procedure.set_documentation(blurb, f"{operation.help}{how}", None)
    if how == ASKS:
        for argument in operation.arguments:
            arguments.add(procedure, argument)
    flags = GObject.ParamFlags.READWRITE
    procedure.add_layer_return_value(
        "layer", "Layer", "The layer that holds the result; several variants: the group of their layers", False, flags
    )


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
    entry = ENTRIES[procedure.get_name()]
    operation = entry.operation
    by_artist = run_mode != Gimp.RunMode.NONINTERACTIVE
    windows = by_artist and _windows()
    values = _values(entry, run_mode, config)
    with_dialog = windows and run_mode == Gimp.RunMode.INTERACTIVE and entry.how == ASKS
    looked = operation.look(image, drawables) if with_dialog or (windows and operation.colors) else None  # before any question
    to_rgb = bool(windows) and operation.colors and _agreed_to_rgb(image, windows)
    if with_dialog:
        values = _asked(procedure, config, operation, values, looked)
    made = _try(lambda: operation.run(image, drawables, {**values, "to-rgb": to_rgb}, _waiter(windows)), windows)
    for warning in _warnings(entry, made):
        log.warning(warning)
        if by_artist:
            Gimp.message(warning)
    if by_artist:
        last_values.keep(operation, values)
    Gimp.displays_flush()
    return made.layer


def _values(entry: Entry, run_mode: Any, config: Any) -> dict[str, Any]:
    """What to work with, before any dialog. An artist's last values are the same whichever entry is clicked."""
    if entry.how == VARIES:
        return last_values.with_another_seed()
    if entry.how == REPEATS or run_mode == Gimp.RunMode.WITH_LAST_VALS:
        return last_values.load(entry.operation)
    given = arguments.read(config, entry.operation.arguments)
    return given if run_mode == Gimp.RunMode.NONINTERACTIVE else last_values.kept(entry.operation) or given


def _warnings(entry: Entry, made: Made) -> list[str]:
    """What the artist should know of how the result was made."""
    warnings = [*made.provenance.get("warnings", []), *made.warnings]
    if entry.how == VARIES and not made.provenance.get("varies", True):  # an older server does not say
        method = str(made.provenance["method"]).title()
        warnings.append(f"{method} gives the same fill for every seed. Choose PatchMatch for another one.")
    return warnings


def _agreed_to_rgb(image: Any, windows: Any) -> bool:
    """Whether the artist lets an image that cannot hold color become an RGB one. Raises LacunaError 'cancelled'."""
    try:
        coloring.check_rgb(image)
    except LacunaError as error:
        if not windows.ask(error, "Convert to _RGB"):
            raise LacunaError("cancelled") from error
        return True
    return False


def _asked(procedure: Any, config: Any, operation: Operation, values: Mapping[str, Any], looked: Any) -> dict[str, Any]:
    """The values as the artist leaves them in the dialog. Raises LacunaError 'cancelled'."""
    from . import color_dialog, settings_dialog  # only now, as the other windows

    if operation == RECOLOR:
        values = {**values, arguments.COLOR.name: coloring.foreground()}
    arguments.write(config, operation.arguments, values)
    if operation == INPAINT:
        accepted = settings_dialog.ask(procedure, config, looked)
    else:
        accepted = color_dialog.ask(procedure, config, operation, looked, _session)
    if not accepted:
        raise LacunaError("cancelled")
    return arguments.read(config, operation.arguments)


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
            if not windows.ask(error, "_Try Again"):
                raise LacunaError("cancelled") from error


def _waiter(windows: Any) -> waiting.Wait:
    def wait(requests: Sequence[Request]) -> Result:
        session = _session()
        try:
            if windows:
                return waiting.WindowedWait(session, requests, windows.ProgressWindow).run()
            return waiting.without_window(session, requests)
        finally:
            session.close()

    return wait


def _session() -> Session:
    return Session(Launcher.find(FOLDER), client=f"GIMP {Gimp.version()}")


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

"""The installer: its steps in their order, one at a time on one machine, and its exit status."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from lacuna_client import VERSION, locks

from . import arguments, commands, demo, device, environment, files, gimp, plugin, uninstall
from .failure import InstallError
from .journal import Journal
from .pip import Source
from .places import Places
from .record import Record
from .steps import Steps

LOCK = "install.lock"
INTERRUPTED = 130


def main(root: Path, given: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 failed (one line on stderr says why), 2 wrong options, 130 interrupted.

    Args:
        root: the copy of Lacuna that is installed.
    """
    asked = arguments.parse(given)
    try:
        _under_lock(root, asked)
    except InstallError as error:
        print(f"Lacuna was not {'removed' if asked.uninstall else 'installed'}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run it again to go on.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  (a defect of the installer: one line here, the rest for the report)
        print(f"Lacuna's installer failed: {error!r}. The details are in {_noted(asked)}.", file=sys.stderr)
        return 1
    return 0


def _noted(asked: argparse.Namespace) -> Path:
    """Write the traceback into the log; returns where."""
    places = Places.below(asked.prefix) if asked.prefix else Places.of_user()
    places.install_log.parent.mkdir(parents=True, exist_ok=True)
    with places.install_log.open("a", encoding="utf-8") as log:
        log.write(traceback.format_exc())
    return places.install_log


def _under_lock(root: Path, asked: argparse.Namespace) -> None:
    """Do what was asked, unless another installer is at work in the same folder."""
    places = Places.below(asked.prefix) if asked.prefix else Places.of_user()
    if asked.uninstall and not places.data.exists():
        print(f"Nothing is installed in {places.data}.")
        return
    made = files.make_folder(places.data)
    lock = locks.try_lock(places.data / LOCK)
    if lock is None:
        raise InstallError("Another installer is at work.", "Wait until it ends.")
    try:
        made += files.make_folder(places.log)
        journal = Journal(places.install_log)
        if asked.uninstall:
            uninstall.run(places, places.data / LOCK, journal)
            print("Lacuna is removed.")
            return
        record = Record.read(places.data)
        record.add_made(made)
        record.write(places.data)
        _install(Steps(root, places, Source(asked.index_url, asked.wheels), journal), asked, record)
    finally:
        lock.release()


def _install(steps: Steps, asked: argparse.Namespace, record: Record) -> None:
    steps.journal.say(f"Lacuna {VERSION}")
    server = _server_in_use(record)
    if not asked.plugin_only:
        server = _install_server(steps, asked.device, record, server)
    if not asked.server_only:
        _install_plugins(steps, asked, record, server)
    if server:
        environment.remove_others(steps.places, server, steps.journal)
    if asked.demo and server:
        demo.run(steps, server)
    steps.journal.say("Done.")


def _server_in_use(record: Record) -> Path | None:
    folder = Path(record.environment) if record.environment else None
    return folder if folder and environment.is_whole(folder) else None


def _install_server(steps: Steps, asked_device: str, record: Record, old: Path | None) -> Path:
    chosen = device.choose(asked_device)
    steps.journal.say(f"Device: {chosen.kind.upper()}, because {chosen.reason}")
    server = environment.install(steps, chosen)
    if server != old:
        environment.stop_servers(steps.places, steps.journal)
    record.environment = str(server)
    commands.install(server, steps.places, record, steps.journal)
    record.write(steps.places.data)
    return server


def _install_plugins(steps: Steps, asked: argparse.Namespace, record: Record, server: Path | None) -> None:
    targets = [_with_known_python(each, asked.gimp_python, steps.journal) for each in _targets(asked.gimp_folder)]
    for target in targets:
        folder = target.plugins / plugin.NAME
        record.add_plugin(folder)
        record.write(steps.places.data)  # before it is there, so that an interrupted one is removed too
        record.add_made(plugin.install(steps, target, server))
        record.write(steps.places.data)
        if plugin.vendor_imports(folder, target) is False:
            steps.journal.say(f"    {target.command[0]} cannot load the pyzmq or msgpack in it: see docs/install.md")
    if targets:
        steps.journal.say("Start GIMP (again): Filters > Lacuna > Inpaint Selection")
    else:
        steps.journal.say(
            "No GIMP 3 was found, so no plug-in was installed. Name its folder with --gimp-folder, or run it again later."
        )


def _targets(named: Sequence[Path]) -> list[gimp.Gimp]:
    """The GIMPs of the named folders, or else all that are found."""
    return [gimp.with_python(gimp.Gimp(folder.expanduser().resolve(), "native")) for folder in named] or gimp.find_all()


def _with_known_python(found: gimp.Gimp, asked: str | None, journal: Journal) -> gimp.Gimp:
    if asked and asked != found.python:
        return gimp.Gimp(found.folder, found.kind, asked)  # without the command: that one is another Python
    if found.python:
        return found
    own = "{}.{}".format(*sys.version_info)
    journal.say(f"The Python of the GIMP of {found.folder} is not known; {own} is taken. --gimp-python names another.")
    return gimp.Gimp(found.folder, found.kind, own)

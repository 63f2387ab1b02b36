"""Removing Lacuna: everything that installing and running it made, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from lacuna_client import launcher

from . import commands, environment, files, gimp, plugin
from .journal import Journal
from .places import Places
from .record import FILE, Record

SETTINGS = "plug-in-settings/GimpProcedureConfigRun-lacuna-*"  # GIMP keeps each procedure's last values there


def run(places: Places, lock: Path, journal: Journal) -> None:
    """Stop the server and remove all. Raises InstallError at the first thing that cannot be removed; run again then."""
    record = Record.read(places.data)
    environment.stop_servers(places, journal)
    for folder in plugin_folders(places, record):
        journal.say(f"Removing the plug-in: {folder}")
        files.remove(folder)
        for path in folder.parent.parent.glob(SETTINGS):
            files.remove(path)
    commands.remove(record, places)
    for folder in environment.all_in(places):
        journal.say(f"Removing {folder}")
        files.remove(folder / launcher.FILE)
        files.remove(folder)
    journal.say("Removing logs and what the server kept")
    journal.close()
    for path in (places.runtime, places.cache, places.log, places.data / FILE, lock):
        files.remove(path)
    for folder in (places.log.parent, places.data, *(Path(each) for each in reversed(record.made))):
        files.remove_if_empty(folder)


def plugin_folders(places: Places, record: Record) -> list[Path]:
    """Those on record, and those in a GIMP's folder whose launcher.json names a server of this installation."""
    recorded = [Path(folder) for folder in record.plugins]
    found = [each.plugins / plugin.NAME for each in gimp.find_folders()]
    ours = [folder for folder in found if folder not in recorded and _starts_ours(folder, places)]
    return [folder for folder in (*recorded, *ours) if folder.is_symlink() or folder.exists()]


def _starts_ours(folder: Path, places: Places) -> bool:
    try:
        command = json.loads((folder / launcher.FILE).read_text(encoding="utf-8"))["command"]
        return Path(command[0]).is_relative_to(places.data)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return False

"""The `lacuna` command among the person's own commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from . import files
from .journal import Journal
from .pip import program
from .places import Places
from .record import Record

SCRIPT = '@"{program}" %*\r\n'


def install(environment: Path, places: Places, record: Record, journal: Journal) -> None:
    """Put a link (Windows: a script) to the environment's command; what somebody else has put there stays."""
    target = program(environment, "lacuna")
    record.add_made(files.make_folder(places.commands))
    link = places.commands / ("lacuna.cmd" if sys.platform == "win32" else "lacuna")
    if (link.is_symlink() or link.exists()) and str(link) not in record.commands and not _is_ours(link, places):
        journal.say(f"{link} is not Lacuna's, so it stays. The command is {target}")
        return
    if sys.platform == "win32":
        files.write_atomically(link, SCRIPT.format(program=target))
    else:
        partial = link.with_name(".lacuna.partial")
        files.remove(partial)
        partial.symlink_to(target)
        partial.replace(link)
    record.commands = [str(link)]
    known = places.commands in [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep)]
    journal.say(f"The command is {'lacuna' if known else link}")


def remove(record: Record, places: Places) -> None:
    for each in record.commands:
        if _is_ours(Path(each), places):
            files.remove(Path(each))


def _is_ours(link: Path, places: Places) -> bool:
    """Whether it leads into our data folder."""
    if link.is_symlink():
        return link.readlink().is_relative_to(places.data)
    return link.suffix == ".cmd" and link.is_file() and str(places.data) in link.read_text(encoding="utf-8", errors="replace")

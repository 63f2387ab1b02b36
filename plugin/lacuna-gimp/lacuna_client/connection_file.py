"""The connection file: where the server listens, and the key. See docs/wire.md, 'The connection file'."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from . import VERSION, wire
from .errors import LacunaError
from .locks import is_held
from .places import is_private

FILE = "connection.json"
SERVER_LOCK = "server.lock"
START_LOCK = "start.lock"


@dataclass(frozen=True, slots=True)
class Connection:
    """What a client needs to reach a running server. `key` is 64 hexadecimal digits: never log one of these."""

    address: str
    work: int
    control: int
    session: str
    key: str
    pid: int
    started: int | None
    log: str
    wire: tuple[int, int] = (wire.MAJOR, wire.MINOR)
    version: str = VERSION

    def __repr__(self) -> str:
        return f"Connection(session={self.session}, pid={self.pid})"


def write(folder: Path, connection: Connection) -> None:
    """Write the file whole or not at all, readable by its owner alone. Raises OSError."""
    partial = folder / f"{FILE}.{os.getpid()}"
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(asdict(connection), file)
    partial.replace(folder / FILE)


def read(folder: Path) -> Connection | None:
    """The connection of a server that lives, or None when there is none (no file, or its server is dead).

    Raises LacunaError: 'unsafe_folder' when others could have written it, 'version' for a foreign wire.
    """
    path = folder / FILE
    try:
        private = is_private(folder) and is_private(path)
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    if not private:
        raise LacunaError("unsafe_folder", folder=str(folder))
    if not is_held(folder / SERVER_LOCK):
        return None
    try:
        if int(value["wire"][0]) != wire.MAJOR:
            raise wire.version_mismatch(int(value["wire"][0]))
        value["wire"] = (int(value["wire"][0]), int(value["wire"][1]))
        connection = Connection(**{name: value[name] for name in Connection.__dataclass_fields__})
        bytes.fromhex(connection.key)
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return connection


def remove(folder: Path, session: str) -> None:
    """Take the file away if it is still that session's."""
    connection = read(folder)
    if connection and connection.session == session:
        (folder / FILE).unlink(missing_ok=True)


def process_start(pid: int) -> int | None:
    """When the process was started, in clock ticks after boot (Linux); None where that cannot be told."""
    if sys.platform != "linux":
        return None
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        return int(text.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None

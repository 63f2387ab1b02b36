"""Starting, asking and stopping the server from a program that can wait."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from . import connection_file
from .connection_file import SERVER_LOCK, Connection, process_start
from .errors import LacunaError
from .events import Failed
from .launcher import Launcher
from .locks import is_held
from .session import Session

ANSWER_SECONDS = 5.0
STOP_SECONDS = 10.0
_NAME = "lacuna"


def start(launcher: Launcher) -> dict[str, Any]:
    """Start a server unless one runs; returns its status once it answers. Raises LacunaError."""
    found: dict[str, Any] = _ask(Session(launcher, client=_NAME), "status", start_seconds=60.0)["status"]
    return found


def status(launcher: Launcher) -> dict[str, Any] | None:
    """The running server's status, or None when none runs. Raises LacunaError 'server_silent' and the like."""
    if _running(launcher) is None:
        return None
    found: dict[str, Any] = _ask(Session(launcher, client=_NAME, may_start=False), "status")["status"]
    return found


def models(launcher: Launcher) -> list[dict[str, Any]]:
    """The server's methods; starts a server when none runs. Raises LacunaError."""
    found: list[dict[str, Any]] = _ask(Session(launcher, client=_NAME), "models", start_seconds=60.0)["methods"]
    return found


def stop(launcher: Launcher, *, force: bool = False) -> bool:
    """End the running server and wait for its end; False when none ran.

    Args:
        force: end the process itself (asked first, then killed) when it does not answer.

    Raises LacunaError 'server_silent' when it lives on.
    """
    connection = _running(launcher)
    if connection is None:
        return False
    try:
        _ask(Session(launcher, client=_NAME, may_start=False), "shutdown")
    except LacunaError as error:
        if not force and error.code != "server_gone":  # gone: it was ending anyway
            raise
    if force and not _ended(launcher, connection, 2.0):
        _kill(connection, launcher)
    if not _ended(launcher, connection, STOP_SECONDS):
        raise LacunaError("server_silent")
    return True


def _running(launcher: Launcher) -> Connection | None:
    return connection_file.read(launcher.runtime_dir) if launcher.runtime_dir.exists() else None


def _ask(session: Session, type_: str, start_seconds: float = 0.0) -> Mapping[str, Any]:
    deadline = time.monotonic() + ANSWER_SECONDS + start_seconds
    asked = False
    try:
        while time.monotonic() < deadline:
            events = session.poll(0.01)
            if (answer := session.answer(type_)) is not None:
                return answer
            for event in events:
                if isinstance(event, Failed):
                    raise event.error
            if session.ready and not asked:
                session.ask(type_)
                asked = True
        raise LacunaError("server_silent")
    finally:
        session.close()


def _ended(launcher: Launcher, connection: Connection, seconds: float) -> bool:
    """Wait until that server has let its lock go; another one may hold it since."""
    deadline = time.monotonic() + seconds
    while is_held(launcher.runtime_dir / SERVER_LOCK):
        running = _running(launcher)
        if running and running.session != connection.session:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _kill(connection: Connection, launcher: Launcher) -> None:
    """End the process, only if it is still the one that wrote the connection file."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if connection.started is None or process_start(connection.pid) == connection.started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(connection.pid, number)
        if _ended(launcher, connection, 2.0):
            return

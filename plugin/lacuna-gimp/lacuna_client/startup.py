"""Finding a running server, or starting one: never two, and never blocking."""

from __future__ import annotations

import subprocess
import time

from . import connection_file
from .connection_file import Connection
from .errors import LacunaError
from .launcher import Launcher
from .locks import Lock, is_held, try_lock
from .places import make_private

START_SECONDS = 20.0  # a cold disk takes its time; a warm start is well under a second
ALREADY_RUNNING = 3  # the front's exit status when another front holds the lock


class Startup:
    """One attempt to reach a server. Ask try_connect() again and again until it answers or raises."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._deadline = time.monotonic() + START_SECONDS
        self._lock: Lock | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def try_connect(self) -> Connection | None:
        """The connection, or None while the server is starting.

        Raises LacunaError: 'server_missing', 'server_not_started', 'unsafe_folder', 'version'.
        """
        folder = self._launcher.runtime_dir
        connection = connection_file.read(folder) if folder.exists() else None
        if connection:
            self.end()
            return connection
        if self._process is None:
            self._start()
        else:
            self._check_process()
        if time.monotonic() > self._deadline:
            raise self._failed(f"no connection file after {START_SECONDS:.0f} s")
        return None

    def end(self) -> None:
        """Let another client start a server again."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def _start(self) -> None:
        try:
            make_private(self._launcher.runtime_dir)
            self._lock = self._lock or try_lock(self._launcher.runtime_dir / connection_file.START_LOCK)
        except OSError as error:
            raise self._failed(f"runtime folder: {error}") from error
        if self._lock:  # otherwise another client is starting it
            self._process = self._launcher.start()

    def _check_process(self) -> None:
        status = self._process.poll() if self._process else None
        if status == ALREADY_RUNNING and not is_held(self._launcher.runtime_dir / connection_file.SERVER_LOCK):
            self._process = None  # that one was just ending; now there is none, and the next look starts ours
            return
        # 0: a starter that hands over to another process. Any other end is a failure.
        if status not in (None, 0, ALREADY_RUNNING):
            raise self._failed(f"the server ended with status {status}")

    def _failed(self, detail: str) -> LacunaError:
        self.end()
        return LacunaError("server_not_started", log=str(self._launcher.start_log), detail=f"{detail}\n{self._said()}")

    def _said(self) -> str:
        try:
            return self._launcher.start_log.read_text(encoding="utf-8", errors="replace")[-2000:]
        except OSError:
            return ""

"""How the server is started: which command, with which folders."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from . import places
from .errors import LacunaError

FILE = "launcher.json"  # written by the installer beside lacuna-gimp.py
START_LOG = "start.log"


@dataclass(frozen=True, slots=True)
class Launcher:
    """The command that runs the front in the foreground, and the two folders that it is told."""

    command: tuple[str, ...]
    runtime_dir: Path
    log_dir: Path

    @classmethod
    def find(cls, folder: Path | None = None) -> Launcher:
        """$LACUNA_SERVER and $LACUNA_RUNTIME_DIR, else launcher.json in `folder` (None: in this environment),
        else this Python and the platform's places.

        Raises LacunaError 'server_missing' when launcher.json is there but unreadable.
        """
        installed = _installed((folder or Path(sys.prefix)) / FILE)  # the installer also writes one into the server's environment
        command = _named_command() or installed.get("command")
        if not command and folder:
            raise LacunaError("server_missing", detail=f"no {FILE} in {folder}")
        runtime = os.environ.get("LACUNA_RUNTIME_DIR") or installed.get("runtime_dir")
        log = os.environ.get("LACUNA_LOG_DIR") or installed.get("log_dir")
        return cls(
            tuple(command or (sys.executable, "-m", "lacuna_server.front")),
            Path(runtime) if runtime else places.runtime_dir(),
            Path(log) if log else places.log_dir(),
        )

    @property
    def start_log(self) -> Path:
        """What the server said while it started, if it could not."""
        return self.log_dir / START_LOG

    def start(self) -> subprocess.Popen[bytes]:
        """Start the front, detached from this process. Raises LacunaError 'server_missing' or 'server_not_started'."""
        command = [*self.command, "--runtime-dir", str(self.runtime_dir), "--log-dir", str(self.log_dir)]
        try:
            with self._open_log() as log:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=_environment(command[0]),
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except (FileNotFoundError, PermissionError) as error:
            raise LacunaError("server_missing", detail=f"{command[0]}: {error}") from error
        except OSError as error:
            raise LacunaError("server_not_started", log=str(self.start_log), detail=str(error)) from error

    def _open_log(self) -> IO[bytes]:
        """The start log, or nowhere when it cannot be written: a full disk must not keep the server from starting."""
        try:
            self.log_dir.mkdir(parents=True, exist_ok=True)
            return self.start_log.open("wb")
        except OSError:
            return Path(os.devnull).open("wb")


def _named_command() -> list[str]:
    try:
        return shlex.split(os.environ.get("LACUNA_SERVER", ""), posix=os.name != "nt")  # backslashes are Windows' separators
    except ValueError as error:
        raise LacunaError("server_missing", detail=f"$LACUNA_SERVER: {error}") from error


def _installed(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LacunaError("server_missing", detail=f"{path}: {error}") from error
    return value if isinstance(value, dict) else {}


def _environment(program: str) -> dict[str, str]:
    """This process's environment; for another Python without what GIMP set for its own, which would load wrong libraries."""
    if program == sys.executable:
        return dict(os.environ)
    foreign = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "GI_TYPELIB_PATH", "LD_LIBRARY_PATH")
    return {name: value for name, value in os.environ.items() if name not in foreign}

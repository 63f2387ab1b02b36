"""Where Lacuna lies on this machine: per-user folders only, by the platform's rules, or all below one prefix."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from lacuna_client import places as client_places


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation.

    Attributes:
        data: environments, the record of the installation, the lock.
        runtime: the running server's connection file. Below the home folder and not in $XDG_RUNTIME_DIR, which a
            sandboxed GIMP (Flatpak) has of its own: both sides must see the same file.
        log: the server's and the installer's logs.
        commands: where the `lacuna` command is put.
        cache: what the server may keep between runs.
    """

    data: Path
    runtime: Path
    log: Path
    commands: Path
    cache: Path

    @classmethod
    def of_user(cls) -> Places:
        data = _data_dir()
        return cls(data, data / "run", client_places.log_dir(), _commands_dir(data), _cache_dir())

    @classmethod
    def below(cls, prefix: Path) -> Places:
        """Everything in one folder, for trying it out or for a second installation beside the first."""
        prefix = prefix.expanduser().resolve()
        return cls(prefix, prefix / "run", prefix / "log", prefix / "bin", prefix / "cache")

    @property
    def install_log(self) -> Path:
        return self.log / "install.log"


def _data_dir() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "lacuna"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lacuna"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "lacuna"


def _commands_dir(data: Path) -> Path:
    return data / "bin" if sys.platform == "win32" else Path.home() / ".local" / "bin"


def _cache_dir() -> Path:
    if sys.platform == "win32":
        return _data_dir() / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lacuna"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lacuna"

"""The per-user folders, by the platform's rules. Standard library only: GIMP's Python has nothing else."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from .errors import LacunaError


def runtime_dir() -> Path:
    """Where the connection file lives: $LACUNA_RUNTIME_DIR, else the platform's runtime or cache folder."""
    if override := os.environ.get("LACUNA_RUNTIME_DIR"):
        return Path(override)
    if sys.platform == "win32":
        return _local_app_data() / "lacuna" / "run"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lacuna" / "run"
    if base := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(base) / "lacuna"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lacuna" / "run"


def log_dir() -> Path:
    """Where logs lie: $LACUNA_LOG_DIR, else the platform's log folder."""
    if override := os.environ.get("LACUNA_LOG_DIR"):
        return Path(override)
    if sys.platform == "win32":
        return _local_app_data() / "lacuna" / "Logs"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "lacuna"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "lacuna" / "log"


def _local_app_data() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")


def make_private(folder: Path) -> None:
    """Make the folder (mode 0700) if it is missing, and refuse one that others can enter.

    Raises LacunaError 'unsafe_folder'; OSError if it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_private(folder):
        raise LacunaError("unsafe_folder", folder=str(folder))


def is_private(path: Path) -> bool:
    """Whether the path (not a link) belongs to this user and nobody else has any right on it. Windows: per-user by place."""
    if sys.platform == "win32":
        return True
    found = path.lstat()
    return not stat.S_ISLNK(found.st_mode) and found.st_uid == os.getuid() and found.st_mode & 0o077 == 0

"""Lock files that the system releases when their holder dies, however it dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Lock:
    """An exclusive lock on a file, held until release() or the process's end."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def try_lock(path: Path) -> Lock | None:
    """Take the lock, or None when somebody holds it. Raises OSError when the file cannot be made."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        os.close(handle)
        return None
    return Lock(handle)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock. A missing file is not held."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _probe(handle)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(handle)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    _probe = _lock
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _probe(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two probes at once do not see each other

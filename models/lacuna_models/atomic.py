"""A file appears whole or not at all. Standard library only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes | bytearray | memoryview) -> None:
    """Replace the file by `data`, through a temporary file beside it; a symbolic link keeps pointing at its target.

    A file that was there keeps its mode; a new one has the mode that the umask leaves. Raises OSError, and RuntimeError for
    a loop of symbolic links; then a file that was there is as it was and nothing else is left behind.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=".lacuna-", suffix=target.suffix, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        temporary.chmod(_mode_for(target))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)  # gone already when all went well
    _sync_folder(target.parent)


def _mode_for(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)  # the only way to read it is to set it
    os.umask(umask)
    return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Make the new name outlast a power cut; a folder cannot be opened on Windows, where this is not needed."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lacuna_client.errors import LacunaError


def check_target(path: Path) -> None:
    """Say before the work that the file cannot be written. Raises LacunaError 'unwritable'."""
    with _told(path):
        folder = path.resolve().parent
        if not folder.is_dir():
            raise LacunaError("unwritable", path=str(path), reason="its folder does not exist")
        if path.exists() and not path.is_file():
            raise LacunaError("unwritable", path=str(path), reason="it is not a regular file")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise LacunaError("unwritable", path=str(path), reason=os.strerror(errno.EACCES))


def write_atomically(path: Path, data: bytes | bytearray | memoryview) -> None:
    """Replace the file by `data`, through a temporary file beside it; a symbolic link keeps pointing at its target.

    A file that was there keeps its mode; a new one has the mode that the umask leaves. Raises LacunaError 'unwritable'
    with the system's reason; then a file that was there is as it was and nothing else is left behind.
    """
    check_target(path)
    with _told(path):
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


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says into the artist's sentence."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        reason = getattr(error, "strerror", None) or str(error)
        raise LacunaError("unwritable", path=str(path), reason=reason, detail=repr(error)) from error


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

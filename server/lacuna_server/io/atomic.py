"""A file appears whole or not at all; what cannot be written is told in a sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lacuna_client.errors import LacunaError
from lacuna_models.atomic import replace_file


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
    """Replace the file by `data`, see replace_file. Raises LacunaError 'unwritable' with the system's reason."""
    check_target(path)
    with _told(path):
        replace_file(path, data)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says into the artist's sentence."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        reason = getattr(error, "strerror", None) or str(error)
        raise LacunaError("unwritable", path=str(path), reason=reason, detail=repr(error)) from error

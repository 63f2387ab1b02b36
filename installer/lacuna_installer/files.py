"""Renaming and removing folders while scanners and running programs may hold them."""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

from .failure import InstallError

CLOSE = "Close GIMP, then run it again."
TRIES = 8  # with growing pauses: about 8 s in all


def persistently(action: Callable[[], object]) -> None:
    """Do it again while a virus scanner or an ending program denies it. Raises the last OSError."""
    for attempt in range(TRIES):
        try:
            action()
        except PermissionError:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.06 * 2**attempt)
        else:
            return


def replace_folder(new: Path, target: Path) -> None:
    """Put `new` where `target` is; a failure leaves the old one in its place. Both must be on one file system."""
    aside = target.with_name(f".{target.name}.old")
    remove(aside)
    had_old = target.is_symlink() or target.exists()
    try:
        if had_old:
            persistently(lambda: target.rename(aside))
        try:
            persistently(lambda: new.rename(target))
        except OSError:
            if had_old:
                aside.rename(target)
            raise
    except OSError as error:
        raise InstallError(f"{target} could not be replaced: {error.strerror}.", CLOSE) from error
    remove(aside)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it; a missing one is fine. Raises InstallError."""
    try:
        if path.is_symlink() or path.is_file():
            persistently(path.unlink)
        elif path.exists():
            persistently(lambda: shutil.rmtree(path, onerror=_make_writable))
    except FileNotFoundError:
        return
    except OSError as error:
        raise InstallError(f"{path} could not be removed: {error.strerror}.", CLOSE) from error


def _make_writable(function: Callable[[str], object], path: str, _: object) -> None:
    """Read-only files stop rmtree on Windows, read-only folders elsewhere."""
    if not Path(path).exists():
        return
    for each in (Path(path).parent, Path(path)):
        each.chmod(each.stat().st_mode | stat.S_IWUSR)
    function(path)


def remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()


def make_folder(folder: Path) -> list[Path]:
    """Make a folder with its parents; returns those that were missing, outermost first. Raises InstallError."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InstallError(f"{folder} could not be made: {error.strerror}.", "Check its rights.") from error
    return missing


def free_bytes(folder: Path) -> int:
    """Free space where the folder is or will be."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free


def write_atomically(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    persistently(lambda: partial.replace(path))

"""Every GIMP 3 of this user: its configuration folder, and the Python that runs its plug-ins."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .ask import output

FLATPAK = "org.gimp.GIMP"
SYSTEM_PYTHON = ("/usr/bin/python3",)  # Linux distributions build GIMP's bindings for it
COMMANDS = ("gimp-console-3.2", "gimp-console-3.0", "gimp-console-3", "gimp-3.2", "gimp-3.0", "gimp-3", "gimp")
VERSION = re.compile(r"\b(3\.\d+)\.\d+")
ASK_PYTHON = "import sys; print('%d.%d' % sys.version_info[:2])"
# Without GIMP's bindings it is not the Python of a GIMP.
ASK_SYSTEM_PYTHON = "import gi; gi.require_version('Gimp', '3.0'); " + ASK_PYTHON


@dataclass(frozen=True, slots=True)
class Gimp:
    """A GIMP 3.

    Attributes:
        folder: its configuration folder, such as ~/.config/GIMP/3.0; it may be missing when GIMP never ran.
        kind: 'native', 'flatpak' or 'snap'.
        python: version of the Python that runs its plug-ins, '3.13'; '' = unknown.
        command: runs that Python; empty = unknown.
    """

    folder: Path
    kind: str
    python: str = ""
    command: tuple[str, ...] = ()

    @property
    def plugins(self) -> Path:
        return self.folder / "plug-ins"


def find_all() -> list[Gimp]:
    """Each configuration folder once: those that a GIMP made, and those of GIMPs that are there but never ran."""
    found: dict[Path, Gimp] = {}
    for gimp in (*find_folders(), *_never_ran()):
        found.setdefault(gimp.folder.resolve(), gimp)
    return [with_python(gimp) for gimp in found.values()]


def with_python(gimp: Gimp) -> Gimp:
    """The same with its Python looked up, by asking that Python itself."""
    for command in _pythons(gimp.kind):
        question = ASK_SYSTEM_PYTHON if command == SYSTEM_PYTHON else ASK_PYTHON
        version = output((*command, "-c", question)).strip()
        if re.fullmatch(r"3\.\d+", version):
            return replace(gimp, python=version, command=command)
    return gimp


def find_folders() -> Iterator[Gimp]:
    """Each configuration folder that a GIMP 3 made."""
    if chosen := os.environ.get("GIMP3_DIRECTORY"):
        yield Gimp(Path(chosen), "native")
    bases = [
        (_config_home() / "GIMP", "native"),
        (Path.home() / ".var" / "app" / FLATPAK / "config" / "GIMP", "flatpak"),
        (Path.home() / "snap" / "gimp" / "current" / ".config" / "GIMP", "snap"),
    ]
    for base, kind in bases:
        for folder in sorted(base.glob("3.*")):
            if folder.is_dir() and re.fullmatch(r"3\.\d+", folder.name):
                yield Gimp(folder, kind)


def _never_ran() -> Iterator[Gimp]:
    """GIMP's own programs tell their version; the folder is named after its first two parts."""
    for program in _programs():
        if version := VERSION.search(output((program, "--version"))):
            yield Gimp(_config_home() / "GIMP" / version[1], "native")
    if shutil.which("flatpak") and (version := VERSION.search(output(("flatpak", "info", FLATPAK)))):
        yield Gimp(Path.home() / ".var" / "app" / FLATPAK / "config" / "GIMP" / version[1], "flatpak")


def _programs() -> Iterator[str]:
    if sys.platform == "win32":
        yield from (str(path / "gimp-console-3.exe") for path in _windows_bins())
    elif sys.platform == "darwin":
        yield from (str(path / "gimp") for path in _macos_bins())
    yield from (path for name in COMMANDS if (path := shutil.which(name)))


def _config_home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _pythons(kind: str) -> Iterator[tuple[str, ...]]:
    """Commands that may be the Python of a GIMP's plug-ins, the likeliest first."""
    if kind == "flatpak":
        yield ("flatpak", "run", "--command=python3", FLATPAK)
    elif sys.platform == "win32":
        yield from ((str(path / "python.exe"),) for path in _windows_bins())
    elif sys.platform == "darwin":
        yield from ((str(path / "python3"),) for path in _macos_bins())
    elif kind == "native":
        yield SYSTEM_PYTHON


def _windows_bins() -> list[Path]:
    roots = [os.environ.get("ProgramFiles", ""), str(Path(os.environ.get("LOCALAPPDATA", "")) / "Programs")]  # noqa: SIM112  # as Windows spells them
    return [path for root in roots if root for path in sorted(Path(root).glob("GIMP 3*/bin"), reverse=True)]


def _macos_bins() -> list[Path]:
    roots = [Path("/Applications"), Path.home() / "Applications"]
    return [path for root in roots for path in sorted(root.glob("GIMP*.app/Contents/MacOS"), reverse=True)]

"""`lacuna doctor`: is everything in its place, and if not, what to do. Its output is the bug report, so it holds no secrets."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from lacuna_client import VERSION, admin
from lacuna_client.errors import LacunaError
from lacuna_client.launcher import FILE as LAUNCHER
from lacuna_client.launcher import Launcher
from lacuna_client.places import is_private

from . import device, files, gimp, plugin
from .ask import output

NAME = re.compile(r"[\w.-]+")  # at the start of a requirement
LEAST_FREE = 1 << 30  # bytes, for logs and large pictures
REINSTALL = "Run the installer again: python3 installer/install.py"
ASK_TORCH = "import json, torch; cuda = torch.cuda.is_available(); names = [torch.cuda.get_device_name(i) for i in range("
ASK_TORCH += "torch.cuda.device_count())] if cuda else []; print(json.dumps([torch.__version__, torch.version.cuda, names]))"


class Check(NamedTuple):
    """One thing looked at: what was found, and what to do when it is not ok."""

    name: str
    ok: bool
    text: str
    hint: str = ""


def checks() -> list[Check]:
    """Every check, in the order in which a failure explains the next ones."""
    launcher = Launcher.find()
    found = [
        _system(),
        _packages(),
        _torch(),
        _runtime_folder(launcher),
        _log_folder(launcher),
        _space(launcher),
        _server(launcher),
    ]
    gimps = gimp.find_all()
    if not gimps:
        found.append(Check("GIMP", True, "no GIMP 3 was found for this user; the command line works without one"))
    for each in gimps:
        found += _gimp(each)
    return found


def _system() -> Check:
    versions = f"Lacuna {VERSION}, Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores"
    return Check("system", sys.version_info >= (3, 11), versions, "Lacuna needs Python 3.11 or later.")


def _packages() -> Check:
    """The version of every package that Lacuna's own metadata asks for."""
    try:
        required = metadata.requires("lacuna") or []
    except metadata.PackageNotFoundError:
        return Check("packages", True, "Lacuna runs from its sources, so nothing says what it needs")
    names = [found[0] for each in required if "extra ==" not in each and (found := NAME.match(each))]
    versions = {name: _version(name) for name in sorted(names)}
    text = ", ".join(f"{name} {version or 'missing'}" for name, version in versions.items())
    return Check("packages", all(versions.values()), text, REINSTALL)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _torch() -> Check:
    """torch is asked in a process of its own: one that does not load must not take the doctor with it."""
    said = output([sys.executable, "-c", ASK_TORCH])
    if not said:
        return Check("device", False, "torch does not load", REINSTALL)
    version, cuda, names = json.loads(said)
    gpu = device.nvidia_smi()
    if names:
        return Check("device", True, f"CUDA {cuda}: {', '.join(names)} (torch {version})")
    if not gpu:
        return Check("device", True, f"CPU, because no NVIDIA GPU was found (torch {version})")
    built = f"is built for CUDA {cuda} but cannot use it" if cuda else "is built for the CPU"
    hint = "For the GPU run: python3 installer/install.py --device cuda. The CPU works too."
    return Check(
        "device", device.choose("auto", gpu).kind == "cpu", f"CPU, although there is {gpu}: torch {version} {built}", hint
    )


def _runtime_folder(launcher: Launcher) -> Check:
    folder = launcher.runtime_dir
    if not folder.exists():
        return Check("runtime folder", True, f"{_short(folder)} is made when the server starts")
    hint = "Make it yours alone (chmod 700), or set LACUNA_RUNTIME_DIR to another folder."
    return Check("runtime folder", is_private(folder), f"{_short(folder)}, mode {folder.stat().st_mode & 0o777:o}", hint)


def _log_folder(launcher: Launcher) -> Check:
    folder = launcher.log_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return Check("log folder", os.access(existing, os.W_OK), _short(folder), f"Make {_short(existing)} writable.")


def _space(launcher: Launcher) -> Check:
    free = files.free_bytes(launcher.log_dir)
    return Check("disk", free >= LEAST_FREE, f"{free / 2**30:.1f} GiB free at {_short(launcher.log_dir)}", "Make room.")


def _server(launcher: Launcher) -> Check:
    program = launcher.command[0]
    try:
        status = admin.status(launcher)
    except LacunaError as error:
        return Check("server", False, error.sentence, error.hint)
    if status is None:
        return Check("server", True, f"not running; it starts by itself ({_short(Path(program))})")
    shown = {name: value for name, value in status.items() if isinstance(value, str | int | float) and name != "key"}
    return Check("server", True, "running: " + ", ".join(f"{name} {_short(value)}" for name, value in shown.items()))


def _gimp(found: gimp.Gimp) -> Iterator[Check]:
    name = f"GIMP {found.folder.name} ({found.kind})"
    folder = found.plugins / plugin.NAME
    if not plugin.is_installed(folder):
        yield Check(name, False, f"the plug-in is not in {_short(found.plugins)}", REINSTALL)
        return
    version = plugin.version(folder)
    yield Check(name, version == VERSION, f"plug-in {version or 'of unknown version'} in {_short(folder)}", REINSTALL)
    imports = plugin.vendor_imports(folder, found)
    python = f"GIMP's Python {found.python or 'of unknown version'}"
    if imports is None:
        yield Check(f"{name}: modules", (folder / "vendor").is_dir(), f"{python} cannot be asked from here", REINSTALL)
    else:
        text = f"{python} {'loads' if imports else 'does not load'} pyzmq and msgpack"
        yield Check(f"{name}: modules", imports, text, REINSTALL)
    yield _launcher(name, folder)


def _launcher(name: str, folder: Path) -> Check:
    """Whether what the plug-in will start is there."""
    try:
        program = str(json.loads((folder / LAUNCHER).read_text(encoding="utf-8"))["command"][0])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return Check(f"{name}: server", False, f"there is no whole {LAUNCHER} in {_short(folder)}", REINSTALL)
    there = Path(program).exists()
    return Check(f"{name}: server", there, f"{_short(program)}{'' if there else ' is missing'}", REINSTALL)


def _short(value: object) -> str:
    """As text, with the home folder as ~: a bug report need not name the user."""
    return str(value).replace(str(Path.home()), "~")

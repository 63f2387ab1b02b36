"""The plug-in in a GIMP's folder: our files as they are, the two modules that GIMP's Python lacks, and launcher.json."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from . import environment, files
from .ask import succeeds
from .gimp import Gimp
from .pip import interpreter, make_venv_commands, works
from .steps import Steps

NAME = "lacuna-gimp"
MAIN = f"{NAME}.py"
VENDOR = ("pyzmq>=26", "msgpack>=1.0.5")  # as in setup.cfg
IMPORT_VENDOR = "import sys; sys.path.insert(0, sys.argv[1]); import zmq, msgpack"
RECIPE = ".recipe"
NOT_OURS = ("vendor", "launcher.json", "__pycache__", "*.pyc")


def install(steps: Steps, gimp: Gimp, server: Path | None) -> list[Path]:
    """Put the plug-in into the GIMP's folder, whole or not at all; returns the folders that had to be made for it.

    Args:
        server: the server's environment; None = not installed (then the plug-in says so when it is used).
    Raises InstallError.
    """
    target = gimp.plugins / NAME
    steps.journal.say(f"Installing the plug-in for GIMP's Python {gimp.python}: {target}")
    made = files.make_folder(gimp.plugins)
    partial = gimp.plugins / f".{NAME}.partial"
    files.remove(partial)
    shutil.copytree(steps.root / "plugin" / NAME, partial, ignore=shutil.ignore_patterns(*NOT_OURS))
    _bring_vendor(steps, gimp, server, target / "vendor", partial / "vendor")
    if server:
        environment.write_launcher(partial, server, steps.places)
    main = partial / MAIN
    main.chmod(main.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)  # GIMP ignores others without a word
    # GIMP asks a plug-in anew only when its main file is newer than at the last time.
    os.utime(main)
    files.replace_folder(partial, target)
    return made


def is_installed(folder: Path) -> bool:
    return (folder / MAIN).is_file()


def version(folder: Path) -> str:
    """The version of the plug-in in that folder; '' when it cannot be told."""
    try:
        text = (folder / "lacuna_client" / "__init__.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^VERSION = "([^"]+)"', text, re.MULTILINE)
    return found[1] if found else ""


def vendor_imports(folder: Path, gimp: Gimp) -> bool | None:
    """Whether the GIMP's own Python can import what the plug-in brings; None when that Python cannot be run from here."""
    if not gimp.command or gimp.kind == "flatpak":
        return None
    return succeeds([*gimp.command, "-c", IMPORT_VENDOR, str(folder / "vendor")])


def _bring_vendor(steps: Steps, gimp: Gimp, server: Path | None, old: Path, new: Path) -> None:
    """pyzmq and msgpack for the GIMP's Python. Those of the last time are kept when they are the same: no network then."""
    recipe = f"{gimp.python} {sys.platform} {' '.join(VENDOR)}"
    mark = old / RECIPE
    if mark.is_file() and mark.read_text(encoding="utf-8") == recipe:
        shutil.copytree(old, new)
        return
    with tempfile.TemporaryDirectory(prefix="lacuna-pip-") as scratch:
        python = _python_with_pip(steps, server, Path(scratch))
        wheels = ["--target", str(new), "--python-version", gimp.python, "--only-binary=:all:", "--no-compile"]
        failure = f"pyzmq and msgpack for Python {gimp.python} could not be installed."
        steps.journal.run([python, "-m", "pip", "install", *wheels, *steps.source.arguments(), *VENDOR], failure)
    (new / RECIPE).write_text(recipe, encoding="utf-8")


def _python_with_pip(steps: Steps, server: Path | None, scratch: Path) -> Path:
    """The server's, else this one, else one made for the purpose."""
    candidates = [interpreter(server)] if server else []
    for python in (*candidates, Path(sys.executable)):
        if works(python):
            return python
    for command in make_venv_commands(scratch / "env", steps.source.arguments()):
        steps.journal.run(command, "pip could not be brought.")
    return interpreter(scratch / "env")

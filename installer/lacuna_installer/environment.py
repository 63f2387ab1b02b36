"""The server's environment: a virtual environment with torch for the device and the project's packages.

Each lies in a folder of its own, env-RECIPE, because a virtual environment cannot be renamed: the old one works on until
the new one is whole and the plug-ins point to it. One is whole once its launcher.json is there, which is written last.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lacuna_client import launcher

from . import files, torch_build
from .device import Device
from .failure import InstallError
from .journal import Journal
from .pip import interpreter, make_venv_commands
from .places import Places
from .steps import Steps

PACKAGES = ("server", "models", "installer", "plugin/lacuna-gimp/lacuna_client")
SOURCES = ("setup.cfg", "pyproject.toml", *PACKAGES)
TEXTS = ("README.md", "LICENSE")  # packed too, but a new word in them is no reason for a new environment
LEFTOVERS = ("__pycache__", "*.pyc", "*.egg-info", "build")
NEEDED_GIB = {"cpu": 4, "cuda": 14}  # packages, their archives and pip's unpacking
STOP = "import sys, pathlib; from lacuna_client import admin, launcher; "
STOP += "admin.stop(launcher.Launcher.find(pathlib.Path(sys.argv[1])), force=True)"


def install(steps: Steps, device: Device) -> Path:
    """Make the environment for these sources and this device, or find it made; returns its folder. Raises InstallError."""
    journal, folder = steps.journal, steps.places.data / f"env-{recipe(steps.root, device)}"
    if is_whole(folder):
        journal.say(f"The server's environment is up to date: {folder}")
        return folder
    remove_broken(steps.places, journal)
    _check_space(steps.places.data, device)
    journal.say(f"Making the server's environment: {folder}")
    source = steps.source.arguments()
    for command in make_venv_commands(folder, source):
        journal.run(command, "The environment could not be made.")
    python = interpreter(folder)
    journal.say(f"Installing torch {torch_build.VERSION} for {device.tag}; this can take some minutes")
    torch = torch_build.pip_arguments(python, device, source)
    journal.run([python, "-m", "pip", "install", *torch], "torch could not be installed.")
    journal.say("Installing the server")
    with tempfile.TemporaryDirectory(prefix="lacuna-install-") as temporary:
        copy, wheels = Path(temporary, "sources"), Path(temporary, "wheels")
        copy_sources(steps.root, copy)
        # The wheel is made here and not by 'pip install', which would keep a copy in pip's cache for good.
        pip = [str(python), "-m", "pip"]
        build = [*pip, "wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", str(wheels), *source, str(copy)]
        journal.run(build, "The server could not be built.")
        journal.run([*pip, "install", *source, *map(str, wheels.iterdir())], "The server could not be installed.")
    journal.say("Preparing the server")
    journal.run([python, "-m", "lacuna_models.exemplar.compile"], "The fill's compiled parts could not be made.")
    write_launcher(folder, folder, steps.places)
    return folder


def recipe(root: Path, device: Device) -> str:
    """Twelve hexadecimal digits that stand for the sources, torch, the device and this Python."""
    digest = hashlib.sha256(f"{torch_build.REQUIREMENT} {device.tag} {sys.version} {sys.prefix}".encode())
    for path in source_files(root, SOURCES):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def source_files(root: Path, names: Sequence[str]) -> list[Path]:
    """Every file of those files and folders of Lacuna. Raises InstallError outside of a whole copy of Lacuna."""
    found: list[Path] = []
    for name in names:
        path = root / name
        if not path.exists():
            raise InstallError(f"{path} is missing.", "Run installer/install.py in a whole copy of Lacuna.")
        found += [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sorted(path for path in found if not _is_leftover(path.relative_to(root)))


def copy_sources(root: Path, target: Path) -> None:
    """A build leaves folders in its sources: it gets a copy."""
    for path in source_files(root, (*SOURCES, *TEXTS)):
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def write_launcher(folder: Path, environment: Path, places: Places) -> None:
    """Tell who looks in `folder` (the plug-in, the `lacuna` command) how this server is started, and its folders."""
    # -P: the folder in which GIMP happens to run is no place to import from.
    command = [str(interpreter(environment)), "-P", "-m", "lacuna_server.front"]
    value = {"command": command, "runtime_dir": str(places.runtime), "log_dir": str(places.log)}
    files.write_atomically(folder / launcher.FILE, json.dumps(value, indent=2) + "\n")


def is_whole(folder: Path) -> bool:
    return (folder / launcher.FILE).is_file() and interpreter(folder).exists()


def all_in(places: Places) -> list[Path]:
    return sorted(path for path in places.data.glob("env-*") if path.is_dir())


def remove(folder: Path) -> None:
    """Remove an environment; its mark goes first, so that an interruption leaves none that looks whole."""
    files.remove(folder / launcher.FILE)
    files.remove(folder)


def remove_broken(places: Places, journal: Journal) -> None:
    """Remove what an interrupted run left."""
    for folder in all_in(places):
        if not is_whole(folder):
            journal.say(f"Removing an unfinished environment: {folder}")
            files.remove(folder)


def remove_others(places: Places, keep: Path, journal: Journal) -> None:
    for folder in all_in(places):
        if folder != keep:
            journal.say(f"Removing the environment of an earlier version: {folder}")
            remove(folder)


def stop_servers(places: Places, journal: Journal) -> None:
    """Stop the server that runs from one of our environments, so that its files can be replaced."""
    whole = [folder for folder in all_in(places) if is_whole(folder)]
    if places.runtime.exists() and whole:
        journal.run([interpreter(whole[-1]), "-c", STOP, whole[-1]], "The running server could not be stopped.")


def _is_leftover(path: Path) -> bool:
    return any(part.match(pattern) for part in (path, *path.parents) for pattern in LEFTOVERS)


def _check_space(folder: Path, device: Device) -> None:
    free, needed = files.free_bytes(folder) / 2**30, NEEDED_GIB[device.kind]
    if free < needed:
        hint = "Make room, or name another folder with --prefix."
        raise InstallError(f"{folder} has {free:.1f} GiB of free space; {needed} GiB are needed.", hint)

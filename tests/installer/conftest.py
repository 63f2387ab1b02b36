"""The installer as a person runs it, in a home folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

GIMP_PYTHON = "3.13"


@dataclass(frozen=True)
class Home:
    """A person's home folder with nothing of Lacuna in it.

    Attributes:
        cache: pip's, shared by all tests, outside of the home.
    """

    path: Path
    tree: Path
    cache: Path

    def environment(self, **more: str) -> dict[str, str]:
        """As after logging in: none of the folders that the tests point elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LACUNA_", "PYTHON", "GIMP"))}
        # pip asks rustc for its version, and a rustc of rustup then makes a folder in the home.
        theirs = {"PIP_CACHE_DIR": str(self.cache), "RUSTUP_HOME": str(self.cache / "rustup")}
        return {**kept, "HOME": str(self.path), **theirs, **more}

    def command(self, *options: str | Path) -> list[str]:
        return [sys.executable, str(self.tree / "installer" / "install.py"), *map(str, options)]

    def install(self, *options: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the installer to its end."""
        command = self.command(*options)
        return subprocess.run(command, env=self.environment(**more), cwd=self.path, capture_output=True, text=True, check=False)

    def lacuna(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the installed `lacuna`."""
        command = [str(self.path / ".local" / "bin" / "lacuna"), *map(str, words)]
        return subprocess.run(command, env=self.environment(), cwd=self.path, capture_output=True, text=True, check=False)

    def contents(self) -> set[str]:
        return {str(path.relative_to(self.path)) for path in self.path.rglob("*")}

    def gimp_folder(self, version: str = "3.0") -> Path:
        """The folder that a GIMP which ran once has left."""
        folder = self.path / ".config" / "GIMP" / version
        (folder / "plug-ins").mkdir(parents=True, exist_ok=True)
        return folder


def plugin_in(gimp_folder: Path) -> Path:
    return gimp_folder / "plug-ins" / "lacuna-gimp"


def succeeded(done: subprocess.CompletedProcess[str]) -> str:
    """What it printed, once it is certain that it went well."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sentence_of(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """The one line that says why it failed."""
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.fixture(scope="session")
def pip_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pip-cache")


@pytest.fixture
def home(tmp_path: Path, tree: Path, pip_cache: Path) -> Home:
    return Home(tmp_path, tree, pip_cache)


@pytest.fixture(scope="session")
def clone(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's sources that a test may change."""
    copy = tmp_path_factory.mktemp("clone")
    for name in ("installer", "models", "plugin", "server", "docs"):
        shutil.copytree(tree / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "vendor", "launcher.json"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(tree / name, copy / name)
    return copy

"""Where packages come from, and a pip that can fetch them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .ask import succeeds
from .failure import InstallError


@dataclass(frozen=True, slots=True)
class Source:
    """What the person named: an index, a folder of wheels, or nothing (then pip's own configuration holds)."""

    index_url: str | None = None
    wheels: Path | None = None

    def arguments(self) -> list[str]:
        """pip's arguments. Raises InstallError when the folder of wheels is missing."""
        if self.wheels:
            if not self.wheels.is_dir():
                raise InstallError(f"The folder of wheels {self.wheels} does not exist.", "Check --wheels.")
            return ["--no-index", "--find-links", str(self.wheels.resolve())]
        return ["--index-url", self.index_url] if self.index_url else []


def works(python: str | Path) -> bool:
    """Whether that interpreter has a pip."""
    return succeeds([str(python), "-m", "pip", "--version"])


def make_venv_commands(folder: Path, source: Sequence[str]) -> list[list[str]]:
    """The commands that make an environment with pip in `folder`, whatever this Python has.

    Debian splits ensurepip (python3-venv) from its Python; then this Python's own pip, or virtualenv, helps out.
    Raises InstallError when there is no way.
    """
    own = sys.executable
    inside = interpreter(folder)
    if succeeds([own, "-c", "import venv, ensurepip"]):
        return [[own, "-m", "venv", str(folder)]]
    if succeeds([own, "-c", "import venv"]) and works(own):
        bring_pip = [own, "-m", "pip", "--python", str(inside), "install", "pip", *source]
        return [[own, "-m", "venv", "--without-pip", str(folder)], bring_pip]
    if succeeds([own, "-c", "import virtualenv"]):
        return [[own, "-m", "virtualenv", "--no-download", str(folder)]]
    hint = "Install its venv module (Debian and Ubuntu: apt install python3-venv)."
    raise InstallError("This Python can make no environments.", hint)


def interpreter(environment: Path) -> Path:
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def program(environment: Path, name: str) -> Path:
    """A command that a package brought into the environment."""
    return interpreter(environment).with_name(name + (".exe" if sys.platform == "win32" else ""))

"""What is compared: every method of the product as a user gets it, and peers, behind one interface."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import lacuna
import lacuna_client
import lacuna_models
import lacuna_server
from lacuna_client import settings
from lacuna_models import registry, weight_files
from lacuna_server.methods import method_of as composed_method

from .cases import Bytes, Case
from .peers import PEERS

OPTIONS = {one.name: one for one in (settings.SEED, settings.CONTEXT, settings.TILE, *settings.SAMPLING)}
PARTS = ("backbone", "refiner", "color_solver")  # settings whose values are names of parts


class Method(Protocol):
    """A way to fill a hole."""

    @property
    def name(self) -> str: ...

    def missing(self) -> str:
        """Why it cannot run here; empty when it can."""
        ...

    def version(self) -> str:
        """Changes whenever its results may change."""
        ...

    def fill(self, case: Case) -> Bytes:
        """The picture with the hole filled and blended: H x W x 3 u8. Raises TooLarge."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """A method of the product, or a backbone alone, with some settings other than their defaults."""

    name: str
    method: str
    options: tuple[tuple[str, Any], ...] = ()

    def missing(self) -> str:
        missing = [file for part in registry.parts_of(self.composed) for file in registry.missing_weights(part)]
        return f"the weights {missing[0]} are missing" if missing else ""

    def version(self) -> str:
        return " ".join([source_digest(), *(digest_of(weight_files.find(file)) for file in self.weights())])

    def weights(self) -> list[str]:
        """The names of the files that its networks load."""
        return [file for part in registry.parts_of(self.composed) for file in part.weights]

    @property
    def composed(self) -> registry.Method:
        """With the parts that the options name. Raises LacunaError for one that there is not."""
        return composed_method(self.method, **{name: value for name, value in self.options if name in PARTS})

    def fill(self, case: Case) -> Bytes:
        options = dict(self.options)
        return lacuna.inpaint(case.picture, case.selection, method=self.method, grow=case.grow, feather=case.feather, **options)


def methods_of(names: Sequence[str]) -> list[Method]:
    """The named methods, or all when none is named. Ends the program for an unknown one.

    A name is that of a method of the product, of a backbone (which then works alone) or of a peer. One of the product may
    carry settings and other parts: 'patchmatch:mirror=on,rotate=30', 'two-stage:refiner=exemplar+unet'.
    """
    everything = [*registry.METHODS, *PEERS]
    return [method_of(name) for name in names or everything]


def method_of(name: str) -> Method:
    """Raises LacunaError for a part that there is not, and for a value out of range."""
    plain, _, options = name.partition(":")
    if name in PEERS:
        return PEERS[name]
    backbones = [part.name for part in registry.PARTS.values() if part.role == "backbone"]
    known = dict.fromkeys(["auto", *registry.METHODS, *backbones])
    if plain not in known:
        raise SystemExit(f"there is no method '{plain}'; there are {', '.join([*known, *PEERS])}")
    method = Ours(name, plain, tuple(option_of(option) for option in options.split(",") if option))
    method.weights()  # all parts are there
    return method


def option_of(text: str) -> tuple[str, Any]:
    """'mirror=on' -> ('mirror', True). Raises LacunaError for a value out of range."""
    key, _, value = text.partition("=")
    if key in PARTS:
        return key, value
    if key not in OPTIONS:
        raise SystemExit(f"'{key}' is no setting of a method; there are {', '.join([*OPTIONS, *PARTS])}")
    setting = OPTIONS[key]
    if isinstance(setting, settings.Switch):
        return key, setting.check({"on": True, "off": False}.get(value, value))
    if isinstance(setting, settings.Whole):
        return key, setting.check(int(value) if value.lstrip("-").isdigit() else value)
    return key, setting.check(value)


@cache
def source_digest() -> str:
    """Of every source file that can change a fill."""
    digest = hashlib.sha256()
    for package in (lacuna, lacuna_client, lacuna_models, lacuna_server):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            if "metrics" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def digest_of(file: Path) -> str:
    """SHA-256, computed once as long as the file stays as it is."""
    about = file.stat()
    return _digest(file, about.st_mtime_ns, about.st_size)


@cache
def _digest(path: Path, _modified: int, _size: int) -> str:
    with path.open("rb") as file:  # not by lacuna_models.weights: that imports torch, and processes of `once` are timed
        return hashlib.file_digest(file, "sha256").hexdigest()

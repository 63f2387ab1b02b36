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
from lacuna_models import registry

from .cases import Bytes, Case
from .peers import PEERS

OPTIONS = {one.name: one for one in (settings.SEED, settings.CONTEXT, *settings.SAMPLING)}


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
    """A method of the product with some settings other than their defaults."""

    name: str
    method: str
    options: tuple[tuple[str, Any], ...] = ()

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return source_digest()

    def fill(self, case: Case) -> Bytes:
        options = dict(self.options)
        return lacuna.inpaint(case.picture, case.selection, method=self.method, grow=case.grow, feather=case.feather, **options)


def methods_of(names: Sequence[str]) -> list[Method]:
    """The named methods, or all when none is named. Ends the program for an unknown one.

    A name is that of a method of the product or of a peer; one of the product may carry settings:
    'patchmatch:mirror=on,rotate=30'.
    """
    everything = [*registry.METHODS, *PEERS]
    return [method_of(name) for name in names or everything]


def method_of(name: str) -> Method:
    plain, _, options = name.partition(":")
    if name in PEERS:
        return PEERS[name]
    if plain not in registry.METHODS and plain != "auto":
        raise SystemExit(f"there is no method '{plain}'; there are {', '.join([*registry.METHODS, *PEERS])}")
    return Ours(name, plain, tuple(option_of(option) for option in options.split(",") if option))


def option_of(text: str) -> tuple[str, Any]:
    """'mirror=on' -> ('mirror', True). Raises LacunaError for a value out of range."""
    key, _, value = text.partition("=")
    if key not in OPTIONS:
        raise SystemExit(f"'{key}' is no setting of a method; there are {', '.join(OPTIONS)}")
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

"""Every part and every method by name. Standard library only: the front lists it without importing numpy or torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any, Literal

State = Literal["ready", "experimental", "untrained", "missing"]


@dataclass(frozen=True, slots=True)
class Part:
    """A backbone or refiner: where its class is, and what may be said of it.

    Attributes:
        factory: 'module:Class', imported only when used; Class() takes no argument.
        source: paper and year.
        weights: file name -> sha256 of what it loads; empty for a method without a network.
        varies: another seed, or another call, gives another fill.
        copies: it fills with pieces of the picture, in the ways that run.sampling allows.
    """

    name: str
    role: Literal["backbone", "refiner"]
    factory: str
    source: str
    license: str
    state: State
    weights: dict[str, str] = field(default_factory=dict)
    varies: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A preset: the parts that `--method NAME` puts together."""

    name: str
    summary: str
    backbone: str | None
    refiner: str | None


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part(
            "exemplar",
            "refiner",
            "lacuna_models.exemplar.refiner:ExemplarRefiner",
            "Wexler, Shechtman and Irani 2007; Barnes et al. 2009",
            "Apache-2.0",
            "ready",
            varies=True,
            copies=True,
        ),
        Part("telea", "backbone", "lacuna_models.classical:Telea", "Telea 2004 (OpenCV)", "Apache-2.0", "ready"),
        Part(
            "navier-stokes",
            "backbone",
            "lacuna_models.classical:NavierStokes",
            "Bertalmio, Bertozzi and Sapiro 2001 (OpenCV)",
            "Apache-2.0",
            "ready",
        ),
    )
}
METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("patchmatch", "Texture and structure from this picture's own patches; no training.", None, "exemplar"),
        Method("telea", "Fast marching; for scratches and thin lines.", "telea", None),
        Method("navier-stokes", "Continues isophotes; for scratches and thin lines.", "navier-stokes", None),
    )
}
AUTO = "patchmatch"  # what measures and looks best; nothing untrained or unmeasured is ever named here


def find(name: str) -> Method:
    """The method of that name; 'auto' is AUTO. Raises KeyError."""
    return METHODS[AUTO if name == "auto" else name]


def parts_of(method: Method) -> list[Part]:
    """The parts that it puts together, in their order."""
    return [PARTS[name] for name in (method.backbone, method.refiner) if name]


def is_accelerated(name: str) -> bool:
    """Whether the method runs a network, which a GPU makes faster; the others compute on the CPU. Raises KeyError."""
    return any(part.weights for part in parts_of(find(name)))


def varies(name: str) -> bool:
    """Whether several variants of the method's fill can differ. Raises KeyError."""
    return any(part.varies for part in parts_of(find(name)))


def copies(name: str) -> bool:
    """Whether the method heeds run.sampling. Raises KeyError."""
    return any(part.copies for part in parts_of(find(name)))


def load(part_name: str) -> Any:
    """A new object of the part's class. Raises KeyError, ImportError."""
    module, _, attribute = PARTS[part_name].factory.partition(":")
    return getattr(import_module(module), attribute)()


def listing() -> list[dict[str, Any]]:
    """Plain values for `lacuna models list --json` and the wire: a method, its parts, and the worst state of them."""
    order: list[State] = ["ready", "experimental", "untrained", "missing"]
    rows = []
    for method in METHODS.values():
        parts = parts_of(method)
        state = max((part.state for part in parts), key=order.index)
        rows.append({**asdict(method), "state": state, "auto": method.name == AUTO, "parts": [asdict(part) for part in parts]})
    return rows

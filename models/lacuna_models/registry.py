"""Every part and every method by name. Standard library only: the front lists it without importing numpy or torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from . import weight_files
from .errors import WeightsMissing
from .factories import imported

State = Literal["ready", "experimental", "untrained", "missing"]


@dataclass(frozen=True, slots=True)
class Part:
    """A backbone, refiner or color solver: where its class is, and what may be said of it.

    Attributes:
        factory: 'module:Class', imported only when used; Class() takes no argument.
        source: paper and year.
        state: what may be said of it where its weights are; state_of() says whether they are.
        weights: file name -> sha256 of what it loads ('' = brought by the user); empty for a method without a network.
        obtain: how to get weights that are missing, one sentence.
        varies: another seed, or another call, gives another fill.
        copies: it fills with pieces of the picture, in the ways that run.sampling allows.
        trains: it trains a network on the picture, without weights to begin with.
        luma: it sees color and fills luma alone, so a color solver must follow.
        references: it takes colors from another picture, too.
    """

    name: str
    role: Literal["backbone", "refiner", "color"]
    factory: str
    source: str
    license: str
    state: State
    weights: dict[str, str] = field(default_factory=dict)
    obtain: str = ""
    varies: bool = False
    copies: bool = False
    trains: bool = False
    luma: bool = False
    references: bool = False

    @property
    def uses_gpu(self) -> bool:
        """Whether it runs a network, which a GPU makes faster; the others compute on the CPU."""
        return bool(self.weights) or self.trains


NONE = "none"  # instead of a part's name: do without
THEN = "+"  # between the refiners of a chain


@dataclass(frozen=True, slots=True)
class Method:
    """A preset: the parts that `--method NAME` puts together.

    Attributes:
        refiner: one, or several in their order with THEN between: 'unet+exemplar'.
        color: the color solver of the monochromic bottleneck: the parts before it complete luma alone. None: they
            complete color themselves.
    """

    name: str
    summary: str
    backbone: str | None
    refiner: str | None
    color: str | None = None

    @property
    def refiners(self) -> tuple[str, ...]:
        return tuple(self.refiner.split(THEN)) if self.refiner else ()


OWN = "These weights come with Lacuna: install it again, or train them (docs/training.md)."

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
        Part(
            "fast",
            "color",
            "lacuna_models.color.fast:FastSolver",
            "Lacuna's own, after Levin, Lischinski and Weiss 2004 and Vondrick et al. 2018",
            "Apache-2.0",
            "ready",
            references=True,
        ),
        Part(
            "pyramid",
            "color",
            "lacuna_models.color.pyramid:PyramidSolver",
            "Wang, Ouyang and Chen 2021",
            "Apache-2.0",
            "ready",
            varies=True,
            trains=True,
            references=True,
        ),
        Part(
            "pyramid-short",
            "color",
            "lacuna_models.color.pyramid:PyramidShortSolver",
            "Lacuna's own shorter preset of Wang, Ouyang and Chen 2021",
            "Apache-2.0",
            "ready",
            varies=True,
            trains=True,
            references=True,
        ),
        Part(
            "levin", "color", "lacuna_models.color.levin:LevinSolver", "Levin, Lischinski and Weiss 2004", "Apache-2.0", "ready"
        ),
        Part(
            "domain-transform",
            "color",
            "lacuna_models.color.domain_transform:DomainTransformSolver",
            "Gastal and Oliveira 2011",
            "Apache-2.0",
            "ready",
        ),
        Part(
            "zhang",
            "color",
            "lacuna_models.color.zhang:ZhangSolver",
            "Zhang et al. 2017",
            "Apache-2.0; published weights MIT",
            "experimental",
            weights={"zhang.safetensors": ""},
            obtain="Get caffemodel.pth or pytorch.pth from the paper's authors and run 'lacuna models import caffemodel.pth'.",
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
        Part(
            "light",
            "backbone",
            "lacuna_models.two_stage.coarse:LightBackbone",
            "Lacuna's own, after Hong et al. 2019",
            "Apache-2.0",
            "ready",
            weights={"light-coarse.safetensors": "5781bd9bae34871fadab3e5a41dfd3161cf8dbdfa4c45f651c2c0b83065b8261"},
            obtain=OWN,
        ),
        Part(
            "unet",
            "refiner",
            "lacuna_models.two_stage.refining:UnetRefiner",
            "Lacuna's own, after Moskalenko, Erofeev and Vatolin 2020",
            "Apache-2.0",
            "ready",
            weights={"light-refinement.safetensors": "6647decd18bab208edcf51a4d6293d5573e1c6a5fd7d4cae3069b158ce244067"},
            obtain=OWN,
        ),
        Part(
            "light-mono",
            "backbone",
            "lacuna_models.two_stage.coarse:LightMonoBackbone",
            "Lacuna's own, after Wang, Ouyang and Chen 2021",
            "Apache-2.0",
            "experimental",
            weights={"light-coarse-mono.safetensors": "d5c72f7b9816c316074945640b1b79a8f0170d76b4372b725332900574969301"},
            obtain=OWN,
            luma=True,
        ),
        Part(
            "unet-mono",
            "refiner",
            "lacuna_models.two_stage.refining:MonoUnetRefiner",
            "Lacuna's own, after Moskalenko, Erofeev and Vatolin 2020 and Wang, Ouyang and Chen 2021",
            "Apache-2.0",
            "experimental",
            weights={"light-refinement-mono.safetensors": "53143e3d7a1e39e243b80ee2c28442b66998c409314b0ae971344ebfca9ff07c"},
            obtain=OWN,
            luma=True,
        ),
        Part(
            "dfnet",
            "backbone",
            "lacuna_models.two_stage.coarse:DfnetBackbone",
            "Hong, Xiong, Li and Gong 2019",
            "Apache-2.0; published weights CC BY-NC 4.0",
            "experimental",
            weights={"dfnet.safetensors": ""},
            obtain="Get model_places2.pth from DFNet's authors and run 'lacuna models import model_places2.pth'.",
        ),
        Part(
            "unet-published",
            "refiner",
            "lacuna_models.two_stage.refining:PublishedUnetRefiner",
            "Moskalenko, Erofeev and Vatolin 2020",
            "Apache-2.0; published weights CC BY-NC 4.0",
            "experimental",
            weights={"refinement.safetensors": ""},
            obtain="Get refinement.pth from the paper's authors and run 'lacuna models import refinement.pth'.",
        ),
    )
}
SOLVER = "fast"  # the color solver where none is named: what measures and looks best in about a second
METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("patchmatch", "Texture and structure from this picture's own patches; no training.", None, "exemplar"),
        Method("telea", "Fast marching; for scratches and thin lines.", "telea", None),
        Method("navier-stokes", "Continues isophotes; for scratches and thin lines.", "navier-stokes", None),
        Method("two-stage", "A network for the structure, another for the detail.", "light", "unet"),
        Method("hybrid", "A network for the structure, this picture's own patches for the texture.", "light", "exemplar"),
        Method(
            "mono",
            "Brightness from this picture's own patches, then color from its known pixels and hints.",
            None,
            "exemplar",
            SOLVER,
        ),
        Method("dfnet", "The published two-stage networks, whose weights you import.", "dfnet", "unet-published"),
    )
}
AUTO = "patchmatch"  # what measures and looks best; nothing untrained or unmeasured is ever named here


def find(name: str) -> Method:
    """The method of that name; 'auto' is AUTO; a backbone's name is that backbone alone. Raises KeyError."""
    name = AUTO if name == "auto" else name
    if name not in METHODS and _is(name, "backbone"):
        return Method(name, PARTS[name].source, name, None)
    return METHODS[name]


def composed(method: Method, backbone: str = "", refiner: str = "", color: str = "") -> Method:
    """The method with other parts.

    Args:
        backbone: a part's name, NONE, or '' for the method's own.
        refiner: a part's name, several with THEN between, NONE, or '' for the method's own.
        color: a color solver's name, NONE, or '' for the method's own.

    Raises KeyError with the name that is no such part's.
    """
    for name in [backbone] if backbone not in ("", NONE) else []:
        if not _is(name, "backbone"):
            raise KeyError(name)
    for name in refiner.split(THEN) if refiner not in ("", NONE) else []:
        if not _is(name, "refiner"):
            raise KeyError(name)
    if color not in ("", NONE) and not _is(color, "color"):
        raise KeyError(color)
    return replace(
        method,
        backbone=_chosen(backbone, method.backbone),
        refiner=_chosen(refiner, method.refiner),
        color=_chosen(color, method.color),
    )


def _is(name: str, role: str) -> bool:
    return name in PARTS and PARTS[name].role == role


def _chosen(wanted: str, own: str | None) -> str | None:
    return {"": own, NONE: None}.get(wanted, wanted)


def parts_of(method: Method) -> list[Part]:
    """The parts that it puts together, in their order."""
    return [PARTS[name] for name in (method.backbone, *method.refiners, method.color) if name]


def is_accelerated(method: Method) -> bool:
    """Whether a part of it uses a GPU where there is one."""
    return any(part.uses_gpu for part in parts_of(method))


def varies(method: Method) -> bool:
    """Whether several variants of its fill can differ."""
    return any(part.varies for part in parts_of(method))


def fills_luma_only(method: Method) -> bool:
    """Whether a part of it fills luma alone."""
    return any(part.luma for part in parts_of(method))


def copies(method: Method) -> bool:
    """Whether it heeds run.sampling."""
    return any(part.copies for part in parts_of(method))


def sha256_for(path: Path) -> str | None:
    """What a weights file must have that lies where those lie that came with Lacuna; None = any file of a user's own."""
    if path.parent != weight_files.shipped_folder():
        return None
    return next((part.weights[path.name] or None for part in PARTS.values() if path.name in part.weights), None)


def load(part_name: str) -> Any:
    """A new object of the part's class. Raises KeyError, ImportError."""
    return imported(PARTS[part_name].factory)()


def missing_weights(part: Part) -> list[str]:
    """The names of its weights files that are not on this machine."""
    return [file for file in part.weights if not _is_here(file)]


def _is_here(file_name: str) -> bool:
    try:
        weight_files.find(file_name)
    except WeightsMissing:
        return False
    return True


def state_of(part: Part) -> State:
    """The part's state on this machine: 'missing' where its weights are not."""
    return "missing" if missing_weights(part) else part.state


def listing() -> list[dict[str, Any]]:
    """Plain values for `lacuna models list --json` and the wire: a method, its parts, and the worst state of them.

    A part's state is that on this machine; 'missing' names the weights files that are not there.
    """
    order: list[State] = ["ready", "experimental", "untrained", "missing"]
    rows = []
    for method in METHODS.values():
        parts = [_described(part) for part in parts_of(method)]
        state = max((part["state"] for part in parts), key=order.index)
        rows.append({**asdict(method), "state": state, "auto": method.name == AUTO, "parts": parts})
    return rows


def solvers() -> list[dict[str, Any]]:
    """Plain values, as a method's parts in listing(): every color solver, and whether it is the one where none is named."""
    return [{**_described(part), "auto": part.name == SOLVER} for part in PARTS.values() if part.role == "color"]


def _described(part: Part) -> dict[str, Any]:
    return {**asdict(part), "state": state_of(part), "missing": missing_weights(part)}

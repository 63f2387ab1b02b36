"""The settings of every operation, one declarative list: the dialog, the command line and the checks are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import LacunaError


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few named values."""

    name: str
    label: str
    default: str
    help: str
    choices: tuple[tuple[str, str], ...]  # (value, label)

    def check(self, value: Any) -> str:
        """Return value, or raise LacunaError 'bad_value'."""
        names = [name for name, _ in self.choices]
        if value not in names:
            raise LacunaError("bad_value", name=self.name, value=value, allowed=f"one of {', '.join(names)}")
        return str(value)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in a range, in `unit`; `automatic` is allowed too."""

    name: str
    label: str
    default: int
    help: str
    low: int
    high: int
    unit: str = ""
    automatic: int | None = None

    def check(self, value: Any) -> int:
        """Return value, or raise LacunaError 'bad_value'. A bool or a float is not a whole number."""
        if type(value) is int and value == self.automatic:
            return value
        if type(value) is not int or not self.low <= value <= self.high:
            instead = "" if self.automatic is None else f"{self.automatic} or "
            raise LacunaError(
                "bad_value", name=self.name, value=value, allowed=f"{instead}a whole number from {self.low} to {self.high}"
            )
        return value


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    name: str
    label: str
    default: bool
    help: str

    def check(self, value: Any) -> bool:
        """Return value, or raise LacunaError 'bad_value'."""
        if not isinstance(value, bool):
            raise LacunaError("bad_value", name=self.name, value=value, allowed="on or off")
        return value


Setting = Choice | Whole | Switch

METHOD = Choice(
    "method",
    "_Method",
    "auto",
    "How the selection is filled",
    (
        ("auto", "Automatic (the best for this machine)"),
        ("patchmatch", "PatchMatch (texture from this picture)"),
        ("two-stage", "Two-stage network (structure and detail learned)"),
        ("hybrid", "Hybrid (learned structure, texture from this picture)"),
        ("mono", "Mono (brightness first, then color from this picture)"),
        ("dfnet", "DFNet (published network; its weights are yours to import)"),
        ("telea", "Telea (fast, for scratches)"),
        ("navier-stokes", "Navier-Stokes (fast, for scratches)"),
    ),
)
AUTOMATIC = -1  # of GROW: in proportion to the selection (islands.usual_grow)
GROW = Whole(
    "grow",
    "_Grow",
    AUTOMATIC,
    "Grow the selection before filling, so that no rim of the object stays; -1 = in proportion to the selection",
    AUTOMATIC,
    200,
    "px",
)
FEATHER = Whole("feather", "_Feather", 4, "Width of the soft border in which the fill blends into the picture", 0, 200, "px")
CONTEXT = Whole(
    "context", "Conte_xt", 0, "How far round the selection pixels are sampled; 0 = as far as the selection is wide", 0, 8192, "px"
)
VARIANTS = Whole("variants", "_Variants", 1, "How many different fills to make, to choose from", 1, 8)
SEED = Whole("seed", "See_d", 0, "Another seed gives another fill; the same seed gives the same one", 0, 2**31 - 1)
OUTPUT = Choice(
    "output",
    "Ou_tput",
    "layer",
    "Where the fill goes",
    (("layer", "New layer"), ("in-place", "In place")),
)
MIRROR = Switch("mirror", "M_irror", False, "PatchMatch also samples the surroundings mirrored")
ROTATE = Whole("rotate", "Rot_ate", 0, "PatchMatch also samples the surroundings rotated by up to this angle", 0, 180, "degrees")
SCALE = Whole("scale", "Scal_e", 0, "PatchMatch also samples the surroundings larger and smaller by up to this much", 0, 50, "%")
SEARCH = Choice(
    "search",
    "Searc_h",
    "randomized",
    "How PatchMatch finds similar patches",
    (("randomized", "Randomized, with propagation"), ("tree", "Tree, without propagation")),
)
TILE = Whole(
    "tile",
    "_Tile",
    0,
    "Side of the tiles in which a network refines; 0 = as large as memory allows",
    64,
    4096,
    "px",
    automatic=0,
)
SAMPLE_MERGED = Switch("sample-merged", "Sam_ple merged", False, "Read what is visible of all layers, not the active layer alone")

COLOR_SOLVER = Choice(
    "color-solver",
    "Color sol_ver",
    "auto",
    "How color is found for what has none",
    (
        ("auto", "Automatic (the best in about a second)"),
        ("fast", "Fast (similar places of this picture)"),
        ("pyramid", "Pyramid (networks trained on this picture; minutes)"),
        ("levin", "Levin (spreads color along like brightness)"),
        ("domain-transform", "Domain transform (spreads color, stops at edges)"),
        ("zhang", "Zhang (published network; its weights are yours to import)"),
    ),
)
STRENGTH = Whole("strength", "Stren_gth", 100, "How much of the color change; 100 = all of it", 0, 100, "%")
TONE = Whole(
    "tone",
    "To_ne shift, 0 keeps the shading exactly",
    0,
    "How far the brightness follows the color: dark eyes become light, light hair dark",
    0,
    100,
    "%",
)
COLOR_OUTPUT = Choice(
    "output",
    "Ou_tput",
    "layer",
    "Where the color goes",
    (
        ("layer", "New layer"),
        ("color-layer", "New color-only layer (LCh Color: keeps L*, not luma)"),
        ("in-place", "In place"),
    ),
)

SAMPLING: tuple[Setting, ...] = (MIRROR, ROTATE, SCALE, SEARCH)
INPAINT: tuple[Setting, ...] = (METHOD, GROW, FEATHER, CONTEXT, SEED, VARIANTS, OUTPUT, SAMPLE_MERGED, *SAMPLING)
RECOLOR: tuple[Setting, ...] = (STRENGTH, TONE, COLOR_OUTPUT)
COLORIZE: tuple[Setting, ...] = (COLOR_SOLVER, CONTEXT, SEED, COLOR_OUTPUT)


def defaults(settings: tuple[Setting, ...] = INPAINT) -> dict[str, Any]:
    """The default of every setting, by name."""
    return {setting.name: setting.default for setting in settings}


def checked(values: Mapping[str, Any], settings: tuple[Setting, ...] = INPAINT) -> dict[str, Any]:
    """Every setting's value, checked; a missing one has its default. Raises LacunaError 'bad_value'."""
    return {setting.name: setting.check(values.get(setting.name, setting.default)) for setting in settings}

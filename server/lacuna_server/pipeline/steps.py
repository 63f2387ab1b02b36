"""The parts of a method at work on one region, in their order: stages 1 and 2 fill it, stage 3 gives color."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lacuna_models import registry
from lacuna_models.color.planes import luma_of
from lacuna_models.color.recolor import Wish, recolor
from lacuna_models.interfaces import Backbone, ColorSolver, Refiner
from lacuna_models.region import Hints, Pixels, Region
from lacuna_models.registry import PARTS, Method
from lacuna_models.run import Run

from .region import has_color, is_gray, without_gray

COARSE, FINE, COLOR, HINTS = 0.35, 0.65, 0.6, 0.1  # weights of the steps in the time; the bar moves on evenly enough

Compute = Callable[[Pixels | None, Run], Pixels]  # (the picture so far or None, run) -> the picture
Fill = Callable[[Region, Pixels | None, Run], Pixels]


@dataclass(frozen=True, slots=True)
class Step:
    """One part at work.

    Attributes:
        varies: another call gives another picture.
        stage: what its time counts as: 'coarse', 'fine' or 'color'.
        text: for the progress window.
        kept: its picture's name for --save-stages.
        weight: of its time among all steps.
    """

    compute: Compute
    varies: bool
    stage: str
    text: str
    kept: str
    weight: float


def steps_of(method: Method, region: Region) -> list[Step]:
    """What computes the region's picture.

    Where the method has a color solver, what comes before it fills luma: it is shown a gray region, or (a part made for
    that) color, and of what it fills only the luma goes on. Where it has none, hints color what is filled.
    """
    steps = []
    if method.backbone:
        backbone: Backbone = registry.load(method.backbone)
        compute = _filling(method.backbone, lambda seen, _before, run: backbone.complete(seen, run), method, region)
        steps.append(Step(compute, PARTS[method.backbone].varies, "coarse", "Completing the structure", "coarse", COARSE))
    for name in method.refiners:
        refiner: Refiner = registry.load(name)
        compute, weight = _filling(name, refiner.refine, method, region), FINE / len(method.refiners)
        steps.append(Step(compute, PARTS[name].varies, "fine", "Filling in the detail", name, weight))
    if method.color:
        compute = _coloring(method.color, region)
        steps.append(Step(compute, PARTS[method.color].varies, "color", "Restoring the color", "color", COLOR))
    elif region.hints:
        steps.append(Step(_hinting(region, region.hints), False, "color", "Coloring by the hints", "color", HINTS))
    return steps


def _filling(name: str, fill: Fill, method: Method, region: Region) -> Compute:
    """A backbone's or a refiner's computation: luma alone goes on where that is wanted, and a gray picture stays gray."""
    seen = in_gray(region) if method.color and not PARTS[name].luma else region
    gray = is_gray(region)

    def compute(before: Pixels | None, run: Run) -> Pixels:
        made = checked(fill(seen, before, run), seen, name)
        if gray:
            return made[..., [1, 1, 1, 3][: made.shape[2]]]
        return grayed(made) if method.color else made

    return compute


def _coloring(name: str, region: Region) -> Compute:
    """A color solver's computation. Without any color to learn from, the gray picture stays."""
    solver: ColorSolver = registry.load(name)
    shown = without_gray(region)
    learns = region.hints is not None or has_color(region)

    def compute(before: Pixels | None, run: Run) -> Pixels:
        if before is None:
            raise ValueError("a color solver without luma")
        return _with_opacity(solved(solver, name, shown, before[..., 0], run), before) if learns else before

    return compute


def _hinting(region: Region, hints: Hints) -> Compute:
    """Each hint recolors the thing that it sits on in the fill, whose luma stays."""

    def compute(before: Pixels | None, run: Run) -> Pixels:
        if before is None:
            raise ValueError("hints without a fill")
        return _with_opacity(recolor(before[..., :3], region.alpha, hints, Wish(None), run), before)

    return compute


def solved(solver: ColorSolver, name: str, region: Region, luma: Pixels, run: Run) -> Pixels:
    """What the solver of that name makes of the luma, when it keeps the interface's promise: H x W x 3."""
    return checked(solver.solve(region, luma, run), replace(region, image=region.image[..., :3]), name)


def in_gray(region: Region) -> Region:
    """The region as its luma shows it, in three equal channels; opacity stays."""
    return replace(region, image=grayed(region.image))


def grayed(picture: Pixels) -> Pixels:
    """H x W x C, its luma in each of the three channels of color."""
    gray = picture.copy()
    gray[..., :3] = luma_of(picture[..., :3])[..., None]
    return gray


def checked(fill: Pixels, region: Region, part: str) -> Pixels:
    """The fill, when it keeps the interface's promise; a method that breaks it must not reach the picture."""
    if fill.shape != region.image.shape or fill.dtype != np.float32 or not _finite(fill, region):
        raise RuntimeError(f"{part} returned {fill.dtype} {fill.shape} or values that are not numbers")
    return fill


def _finite(fill: Pixels, region: Region) -> bool:
    """In the hole; that all of it is, which is usual, is found faster."""
    return bool(np.isfinite(fill).all()) or bool(np.isfinite(fill[region.hole]).all())


def _with_opacity(color: Pixels, before: Pixels) -> Pixels:
    return np.concatenate([color, before[..., 3:]], axis=2)

"""Stage 1 and stage 2 on one region, as often as there are variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from lacuna_models import registry
from lacuna_models.interfaces import Backbone, Refiner
from lacuna_models.region import Pixels, Region
from lacuna_models.registry import PARTS, Method
from lacuna_models.run import Run

from .region import is_gray

COARSE_SHARE = 0.35  # of the time, where refiners follow; the bar moves on evenly enough


class Stages:
    """The parts of a method for one region. They live as long as its variants, which are to differ from each other."""

    def __init__(self, region: Region, method: Method, name: str) -> None:
        """
        Args:
            name: the island's, for --save-stages.
        """
        self._region = region
        self._name = name
        self._is_gray = is_gray(region)
        self._steps = _steps_of(method)
        self._common = list(takewhile(lambda step: not PARTS[step.part].varies, self._steps))
        self._before: Pixels | None = None  # what the common steps made

    def fill(self, run: Run, variant: int = 0, variants: int = 1) -> Pixels:
        """The next variant, from 0, of so many: H x W x C float32, gray where all that is known is.

        What comes before the first part that varies is computed once, with the first variant. Raises Cancelled,
        NothingToSample, NothingFilled, and what networks and their weights raise.
        """
        which = f" ({variant + 1} of {variants})" if variants > 1 else ""
        number = f"-{variant + 1}" if variants > 1 else ""
        if self._before is None:
            for step in self._common:
                self._before = self._after(step, self._before, run, "", "")
        fill = self._before
        for step in self._steps[len(self._common) :]:
            fill = self._after(step, fill, run, which, number)
        if fill is None:
            raise ValueError("a method without parts")
        if self._is_gray:
            fill = fill[..., [1, 1, 1, 3][: fill.shape[2]]]
        run.keep(f"{self._name}-fill{number}", fill)
        return fill

    def _after(self, step: Step, before: Pixels | None, run: Run, which: str, number: str) -> Pixels:
        """The picture after one more part."""
        with run.stage(step.stage, f"{step.text}{which}", step.start, step.end):
            picture = checked(step.compute(self._region, before, run), self._region, step.part)
        if step is not self._steps[-1] or step.stage == "coarse":
            run.keep(f"{self._name}-{step.kept}{number}", picture)
        return picture


@dataclass(frozen=True, slots=True)
class Step:
    """One part at work.

    Attributes:
        part: its name in the registry.
        compute: (region, the picture so far or None, run) -> the picture.
        stage: what its time counts as: 'coarse' or 'fine'.
        text: for the progress window.
        kept: its picture's name for --save-stages.
        start, end: its share of the time, in [0, 1].
    """

    part: str
    compute: Callable[[Region, Pixels | None, Run], Pixels]
    stage: str
    text: str
    kept: str
    start: float
    end: float


def _steps_of(method: Method) -> list[Step]:
    steps = []
    start = 0.0
    if method.backbone:
        backbone: Backbone = registry.load(method.backbone)
        start = COARSE_SHARE if method.refiners else 1.0

        def complete(region: Region, _before: Pixels | None, run: Run) -> Pixels:
            return backbone.complete(region, run)

        steps.append(Step(method.backbone, complete, "coarse", "Completing the structure", "coarse", 0.0, start))
    width = (1 - start) / max(len(method.refiners), 1)
    for name in method.refiners:
        refiner: Refiner = registry.load(name)
        steps.append(Step(name, refiner.refine, "fine", "Filling in the detail", name, start, start + width))
        start += width
    return steps


def checked(fill: Pixels, region: Region, part: str) -> Pixels:
    """The fill, when it keeps the interface's promise; a method that breaks it must not reach the picture."""
    if fill.shape != region.image.shape or fill.dtype != np.float32 or not np.isfinite(fill[region.hole]).all():
        raise RuntimeError(f"{part} returned {fill.dtype} {fill.shape} or values that are not numbers")
    return fill

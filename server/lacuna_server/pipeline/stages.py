"""Stages 1, 2 and 3 on one region, as often as there are variants."""

from __future__ import annotations

from itertools import accumulate, takewhile

from lacuna_models.region import Pixels, Region
from lacuna_models.registry import Method
from lacuna_models.run import Run

from .steps import steps_of


class Stages:
    """The parts of a method for one region. They live as long as its variants, which are to differ from each other."""

    def __init__(self, region: Region, method: Method, name: str) -> None:
        """
        Args:
            name: the island's, for --save-stages.
        """
        self._name = name
        self._steps = steps_of(method, region)
        self._ends = list(accumulate((step.weight for step in self._steps), initial=0.0))
        self._common = len(list(takewhile(lambda step: not step.varies, self._steps)))
        self._before: Pixels | None = None  # what the common steps made

    def fill(self, run: Run, variant: int = 0, variants: int = 1) -> Pixels:
        """The next variant, from 0, of so many: H x W x C float32, gray where all that is known is and no hint says otherwise.

        What comes before the first part that varies is computed once, with the first variant. Raises Cancelled,
        NothingToSample, NothingFilled, and what networks and their weights raise.
        """
        which = f" ({variant + 1} of {variants})" if variants > 1 else ""
        number = f"-{variant + 1}" if variants > 1 else ""
        if self._before is None:
            for place in range(self._common):
                self._before = self._after(place, self._before, run, "", "")
        fill = self._before
        for place in range(self._common, len(self._steps)):
            fill = self._after(place, fill, run, which, number)
        if fill is None:
            raise ValueError("a method without parts")
        run.keep(f"{self._name}-fill{number}", fill)
        return fill

    def _after(self, place: int, before: Pixels | None, run: Run, which: str, number: str) -> Pixels:
        """The picture after one more step."""
        step, whole = self._steps[place], self._ends[-1]
        with run.stage(step.stage, f"{step.text}{which}", self._ends[place] / whole, self._ends[place + 1] / whole):
            picture = step.compute(before, run)
        if place < len(self._steps) - 1 or step.stage == "coarse":
            run.keep(f"{self._name}-{step.kept}{number}", picture)
        return picture

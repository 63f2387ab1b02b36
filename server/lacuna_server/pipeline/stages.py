"""Stage 1 and stage 2 on one region, as often as there are variants."""

from __future__ import annotations

import numpy as np

from lacuna_models import registry
from lacuna_models.interfaces import Backbone, Refiner
from lacuna_models.region import Pixels, Region
from lacuna_models.registry import PARTS, Method
from lacuna_models.run import Run

from .region import is_gray


class Stages:
    """The parts of a method for one region. They live as long as its variants, which are to differ from each other."""

    def __init__(self, region: Region, method: Method, name: str) -> None:
        """
        Args:
            name: the island's, for --save-stages.
        """
        self._region = region
        self._name = name
        self._backbone: Backbone | None = registry.load(method.backbone) if method.backbone else None
        self._refiner: Refiner | None = registry.load(method.refiner) if method.refiner else None
        self._one_coarse = method.backbone is None or not PARTS[method.backbone].varies
        self._coarse: Pixels | None = None
        self._is_gray = is_gray(region)

    def fill(self, run: Run, variant: int = 0, variants: int = 1) -> Pixels:
        """The next variant, from 0, of so many: H x W x C float32, gray where all that is known is.

        Raises Cancelled, NothingToSample.
        """
        which = f" ({variant + 1} of {variants})" if variants > 1 else ""
        number = f"-{variant + 1}" if variants > 1 else ""
        fill = self._completed(run, which, number)
        if self._refiner:
            with run.stage("fine", f"Filling in the detail{which}", 0.35 if self._backbone else 0.0, 1.0):
                fill = checked(self._refiner.refine(self._region, self._coarse, run), self._region, self._refiner)
        if self._is_gray:
            fill = fill[..., [1, 1, 1, 3][: fill.shape[2]]]
        run.keep(f"{self._name}-fill{number}", fill)
        return fill

    def _completed(self, run: Run, which: str, number: str) -> Pixels:
        """Stage 1's picture, the same for all variants unless it varies; the region's own when there is no stage 1."""
        if self._backbone is None:
            return self._region.image
        if self._one_coarse:
            which = number = ""
        if self._coarse is None or not self._one_coarse:
            with run.stage("coarse", f"Completing the structure{which}", 0.0, 0.35 if self._refiner else 1.0):
                self._coarse = checked(self._backbone.complete(self._region, run), self._region, self._backbone)
            run.keep(f"{self._name}-coarse{number}", self._coarse)
        return self._coarse


def checked(fill: Pixels, region: Region, part: Backbone | Refiner) -> Pixels:
    """The fill, when it keeps the interface's promise; a method that breaks it must not reach the picture."""
    if fill.shape != region.image.shape or fill.dtype != np.float32 or not np.isfinite(fill[region.hole]).all():
        raise RuntimeError(f"{type(part).__name__} returned {fill.dtype} {fill.shape} or values that are not numbers")
    return fill

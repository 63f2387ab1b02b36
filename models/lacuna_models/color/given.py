"""The colors that a solver is given in the picture itself: those of the known pixels and the hints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..region import Mask, Region
from ..run import Run
from .planes import Planes, chroma_of


def given_chroma(region: Region) -> tuple[Mask, Planes]:
    """Which pixels' chroma is given, and that chroma: H x W bool and H x W x 2, 0 elsewhere."""
    where = region.known
    color = np.where(where[..., None], region.image[..., :3], 0)
    if region.hints is not None:
        where = where | region.hints.where
        color = np.where(region.hints.where[..., None], region.hints.color, color)
    return where, chroma_of(color)


def without_reference(region: Region, solver: str, run: Run) -> Region:
    """The region for a solver that cannot take colors from another picture; warns where one is given."""
    if region.reference is not None:
        run.warn(f"The color solver {solver} takes no colors from another picture; it used this picture's own and the hints.")
    return replace(region, reference=None)

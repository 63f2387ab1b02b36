"""The figures of the quality table, one declarative list, and their computation for one fill."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

import lacuna_models.metrics
from lacuna_models.metrics.color import chroma_error, foreign_chroma, mean_ciede2000
from lacuna_models.metrics.differences import l1_percent, psnr
from lacuna_models.metrics.gmsd import gmsd
from lacuna_models.metrics.haarpsi import haarpsi
from lacuna_models.metrics.perceptual import PerceptualDistance
from lacuna_models.metrics.repeats import longest_repeat
from lacuna_models.metrics.seam import seam
from lacuna_models.metrics.sharpness import sharpness
from lacuna_models.metrics.ssim import ssim
from lacuna_models.region import Pixels
from lacuna_server.pipeline.pixels import to_float

from .cases import Bytes, Case
from .multiscale import ms_ssim, vif

CHANCE = 20.0  # px, the repeats that untouched photographs have too
Better = Literal["higher", "lower", "nearer to 1"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of the table.

    Attributes:
        needs_truth: computed only where the picture itself is what should come back.
        indifferent: values below it are equally good.
        digits: after the point.
    """

    name: str
    better: Better
    needs_truth: bool
    digits: int
    compute: Callable[[Pixels, Case], float]
    indifferent: float = -math.inf

    def badness(self, value: float) -> float:
        """Lower is better."""
        if self.better == "nearer to 1":
            return float(abs(np.log(max(value, 1e-6))))
        return -value if self.better == "higher" else max(value, self.indifferent)


FIGURES: tuple[Figure, ...] = (
    Figure("L1 %", "lower", True, 3, lambda picture, case: l1_percent(picture, case.truth)),
    Figure("PSNR hole", "higher", True, 2, lambda picture, case: psnr(picture, case.truth, case.hole)),
    Figure("PSNR", "higher", True, 2, lambda picture, case: psnr(picture, case.truth)),
    Figure("SSIM", "higher", True, 4, lambda picture, case: ssim(picture, case.truth)),
    Figure("MS-SSIM", "higher", True, 4, lambda picture, case: ms_ssim(picture, case.truth)),
    Figure("VIF", "higher", True, 4, lambda picture, case: vif(picture, case.truth)),
    Figure("GMSD", "lower", True, 4, lambda picture, case: gmsd(picture, case.truth)),
    Figure("HaarPSI", "higher", True, 4, lambda picture, case: haarpsi(picture, case.truth)),
    Figure("CIEDE2000", "lower", True, 2, lambda picture, case: mean_ciede2000(picture, case.truth, case.hole)),
    Figure("chroma", "lower", True, 2, lambda picture, case: chroma_error(picture, case.truth, case.hole)),
    Figure("foreign %", "lower", False, 1, lambda picture, case: 100 * foreign_chroma(picture, case.hole)),
    Figure("seam", "nearer to 1", False, 2, lambda picture, case: seam(picture, case.alpha >= 0.5)),
    Figure("repeat px", "lower", False, 1, lambda picture, case: longest_repeat(picture, case.hole), CHANCE),
    Figure("sharpness", "nearer to 1", False, 2, lambda picture, case: sharpness(picture, case.hole)),
)


class Figures:
    """All figures of one run; the perceptual distance among them when the user names a network."""

    def __init__(self, features: Path | None = None, names: Sequence[str] = ()) -> None:
        """
        Args:
            features: the network's weights.
            names: only these of FIGURES; empty = all.
        """
        self.columns = tuple(one for one in FIGURES if not names or one.name in names)
        self._features = features
        if features:
            distance = PerceptualDistance(features)
            column = Figure("perceptual", "lower", True, 4, lambda picture, case: distance(picture, case.truth))
            place = sum(one.needs_truth for one in self.columns)
            self.columns = (*self.columns[:place], column, *self.columns[place:])

    @cached_property
    def version(self) -> str:
        """Changes whenever a figure may change."""
        folders = (Path(str(lacuna_models.metrics.__file__)).parent, Path(__file__).parent)
        sources = [*sorted(folders[0].glob("*.py")), folders[1] / "figures.py", folders[1] / "multiscale.py"]
        seen = b"".join(path.read_bytes() for path in sources)
        return hashlib.sha256(seen + (self._features.read_bytes() if self._features else b"")).hexdigest()[:16]

    def of(self, picture: Bytes, case: Case, besides: Container[str] = ()) -> dict[str, float]:
        """Name -> value of every figure that this case has, besides those of these names."""
        values = to_float(picture)
        wanted = [one for one in self.columns if one.name not in besides and (case.has_truth or not one.needs_truth)]
        return {one.name: one.compute(values, case) for one in wanted}

"""One thing recolored, and what is measured of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

import lacuna
from lacuna_models.color.planes import chroma_of, luma_of, rgb_of, within_gamut
from lacuna_models.metrics.cielab import lab_of
from lacuna_models.metrics.color import chroma_spread_ratio
from lacuna_server.pipeline.pixels import to_float

from .cases import Bytes, Case
from .views import window_round

PREVIEW = 400  # px, the longest side of what a dialog shows
NEAR = 0.05  # of luma: what counts as the thing's typical luma
REPEATS = 3  # the shortest time counts: the first call compiles


@dataclass(frozen=True)
class Recolored:
    """One selection in one color.

    Attributes:
        color: '#rrggbb'.
        picture: H x W x 3 u8, the result.
        seconds: of the whole picture.
        preview: s, of the selection's surroundings at PREVIEW px.
        luma_error: the largest difference of luma, in levels of 8 bits; rounding three channels alone makes 0.5.
        luma_error_16: the same of the picture in 16 bits, in levels of 16 bits.
    """

    case: Case
    color: str
    picture: Bytes
    seconds: float
    preview: float
    luma_error: float
    luma_error_16: float

    @cached_property
    def spread(self) -> float:
        """Chroma spread in the selection over the original's."""
        return chroma_spread_ratio(to_float(self.picture), self.case.truth, self.case.selection)

    @cached_property
    def to_target(self) -> float:
        """Distance in a*b* from the wish to what the thing's pixels of typical luma became on average."""
        original, result = self.case.truth[self.case.selection], to_float(self.picture)[self.case.selection]
        luma = luma_of(original)
        middle = np.asarray(np.median(luma))
        shown = lab_of(result[np.abs(luma - middle) <= NEAR])[:, 1:].mean(axis=0)
        wish = np.array([int(self.color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
        wanted = lab_of(rgb_of(middle, within_gamut(middle, chroma_of(wish))))[1:]
        return float(np.hypot(*(shown - wanted)))


def recolored(case: Case, color: str) -> Recolored:
    """Recolor it whole, in 8 and in 16 bits, and once more at the preview's size.

    Ends with RuntimeError where a pixel outside of the selection changed.
    """
    picture, seconds = timed(case.picture, case.selection, color)
    if not np.array_equal(picture[~case.selection], case.picture[~case.selection]):
        raise RuntimeError(f"pixels outside the selection of {case.name} ({case.kind}) changed")
    deep = case.picture.astype(np.uint16) * 257
    deep_picture = lacuna.recolor(deep, case.selection, color=color)
    _, preview = timed(*preview_of(case), color)
    errors = luma_error(picture, case.picture), luma_error(deep_picture, deep)
    return Recolored(case, color, picture, seconds, preview, *errors)


def timed(picture: Bytes, selection: NDArray[np.bool_], color: str) -> tuple[Bytes, float]:
    """What the product makes of it, and the shortest of REPEATS times."""
    took = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        result = lacuna.recolor(picture, selection, color=color)
        took.append(time.perf_counter() - started)
    return result, min(took)


def preview_of(case: Case) -> tuple[Bytes, NDArray[np.bool_]]:
    """The selection's surroundings and the selection at PREVIEW px or less: what a dialog sends."""
    window = window_round(case.selection)
    picture, mask = window.of(case.picture), window.of(case.selection[..., None].astype(np.uint8))[..., 0]
    scale = min(PREVIEW / max(mask.shape), 1.0)
    size = max(round(mask.shape[1] * scale), 1), max(round(mask.shape[0] * scale), 1)
    small, small_mask = (cv2.resize(values, size, interpolation=cv2.INTER_AREA) for values in (picture, mask * 255))
    return np.asarray(small, np.uint8), small_mask > 127


def luma_error(result: NDArray[np.integer], original: NDArray[np.integer]) -> float:
    """The largest, in the dtype's levels."""
    return float(np.abs(luma_of(result.astype(np.float64)) - luma_of(original.astype(np.float64))).max())

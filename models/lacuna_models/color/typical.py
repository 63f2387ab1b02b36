"""What is typical of a thing: its luma and chroma, whatever highlights, shadows and strays are among its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .planes import Planes

ROUNDS = 12  # of reweighting; settled to about 1e-3 by then
BRIGHT = 0.9  # the share of the pixels that are no reflections
LEAST_SPREAD = 0.004  # of chroma: about one step of 8 bits


@dataclass(frozen=True, slots=True)
class Typical:
    """A thing's typical pixel.

    Attributes:
        luma: Y' in [0, 1].
        chroma: (R' - Y', B' - Y').
        highlight: Y' above which a pixel is rather a reflection on the thing than the thing; in [luma, 1].
    """

    luma: float
    chroma: Planes
    highlight: float


def typical_of(luma: Planes, chroma: Planes, weight: Planes) -> Typical:
    """The robust mean (Cauchy weights about it, scaled by the median distance) of n pixels.

    Args:
        luma, chroma: n and n x 2, finite.
        weight: n, how much each pixel counts, >= 0; at least one is above 0.
    """
    weight = weight / weight.sum()
    center = np.array([_median(chroma[:, channel], weight) for channel in (0, 1)])
    counts = weight
    for _ in range(ROUNDS):
        distance = np.hypot(*(chroma - center).T)
        spread = max(_median(distance, weight), LEAST_SPREAD)
        counts = weight / (1 + (distance / spread) ** 2)
        counts = counts / counts.sum()
        center = counts @ chroma
    middle = float(counts @ luma)
    return Typical(middle, center, _highlight(luma, weight, middle))


def _highlight(luma: Planes, weight: Planes, middle: float) -> float:
    """Reflections are few and far brighter than the bright part of the thing itself."""
    bright = _quantile(luma, weight, BRIGHT)
    return min(max(2 * bright - middle, 2 * middle), 1.0)


def _median(values: Planes, weight: Planes) -> float:
    return _quantile(values, weight, 0.5)


def _quantile(values: Planes, weight: Planes, share: float) -> float:
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weight[order])
    return float(values[order[min(np.searchsorted(running, share * running[-1]), values.size - 1)]])

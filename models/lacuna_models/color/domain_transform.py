"""Colors spread by the domain transform's recursive filter (Gastal and Oliveira, SIGGRAPH 2011, sections 4 and 6).

A row (or column) of the picture is stretched where its luma changes; a recursive filter along it then runs on inside an
object and stops at its edges. Chroma and where it is given are filtered alike, and divided. Given colors are the hints and
the known pixels that touch the hole: with those behind them, too, large evenly colored surroundings outweigh all else.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, sqrt
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from ..region import Mask, Pixels, Region
from ..run import Run
from .given import given_chroma, without_reference
from .planes import Planes
from .reduced import reduced

ITERATIONS = 3  # of the filter, along rows and columns each, as published
EDGE = 0.2  # of Y', the paper's sigma_r: as far apart as the hole is long are two pixels that differ so much
MOST_PIXELS = 350_000  # that are filtered, about 0.2 s on a core
POLL = 64  # rows or columns between two looks for a cancel


class DomainTransformSolver:
    """The fastest of the classics, and the one that leaks most. It has no use for a reference picture."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver."""
        work = reduced(without_reference(region, "domain-transform", run), luma, run, most_pixels=MOST_PIXELS, context=0.0)
        with run.stage(None, "Spreading colors", 0.0, 0.7):
            chroma = _spread(work.region, work.luma, run)
        with run.stage(None, "Enlarging colors", 0.7, 1.0):
            return work.full(chroma, run)


def _spread(region: Region, luma: Pixels, run: Run) -> Planes:
    """H x W x 2: the chroma of the hole; what is given, elsewhere and at hints."""
    given, chroma = given_chroma(region)
    near = given & scipy.ndimage.binary_dilation(region.hole, np.ones((3, 3)))
    found, missing = chroma.astype(np.float64), region.hole & ~given
    sources = near if near.any() else given
    guide = np.nan_to_num(luma).astype(np.float64)
    reach = _longer_side(region.hole)
    while missing.any():  # once, but where so many edges lie between that what arrives is nothing even in float64
        planes = np.concatenate([sources[..., None], np.where(sources[..., None], found, 0)], axis=2)
        filtered = filtered_along_edges(planes, guide, reach, run)
        arrived = missing & (filtered[..., 0] > np.finfo(np.float64).tiny)
        if not arrived.any():
            reach, guide = 2 * reach, guide / 2
            continue
        found[arrived] = filtered[arrived, 1:] / filtered[arrived, :1]
        missing &= ~arrived
        sources = sources | arrived
    return found.astype(np.float32)


def filtered_along_edges(planes: Planes, luma: Planes, reach: float, run: Run) -> NDArray[np.float64]:
    """The recursive filter (section 4.2; equations 11, 14 and 21).

    Args:
        planes: H x W x N.
        luma: H x W, finite, whose edges stop it.
        reach: px, the paper's sigma_s: the standard deviation of the filter where the luma is even.

    Returns H x W x N. Raises Cancelled.
    """
    result = planes.astype(np.float64)
    stretched = [1 + reach / EDGE * np.abs(np.diff(luma, axis=axis)) for axis in (0, 1)]
    for iteration in range(ITERATIONS):
        run.progress(iteration / ITERATIONS)
        sigma = reach * sqrt(3) * 2 ** (ITERATIONS - 1 - iteration) / sqrt(4**ITERATIONS - 1)
        feedback = exp(-sqrt(2) / sigma)
        _run_along(result.swapaxes(0, 1), feedback ** stretched[1].T, run)
        _run_along(result, feedback ** stretched[0], run)
    return result


def _run_along(lines: NDArray[Any], feedback: NDArray[Any], run: Run) -> None:
    """Each line drawn towards the one before it, there and back, in place.

    Args:
        lines: L x K x N.
        feedback: L - 1 x K, how much of each line's next neighbor is taken.
    """
    work = np.ascontiguousarray(lines)
    share = np.ascontiguousarray(feedback)[..., None]
    for number, (line, before, between) in enumerate(_there_and_back(len(work))):
        if number % POLL == 0:
            run.check()
        work[line] += share[between] * (work[before] - work[line])
    lines[...] = work


def _there_and_back(count: int) -> Iterator[tuple[int, int, int]]:
    """(a line, the one that it is drawn to, the number of the gap between them)."""
    yield from ((line, line - 1, line - 1) for line in range(1, count))
    yield from ((line, line + 1, line) for line in range(count - 2, -1, -1))


def _longer_side(hole: Mask) -> float:
    return float(max((np.ptp(places) + 1 for places in np.nonzero(hole) if places.size), default=1))

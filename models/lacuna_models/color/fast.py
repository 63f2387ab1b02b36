"""Color in about a second: what spreads in from the border, and what pixels that look alike have.

First color is spread from the hole's border and the hints as Levin, Lischinski and Weiss (2004) do. Near the border that is
right; farther in, where different colors arrive, it bleeds and washes out. So each pixel of the hole then attends to known
pixels that look like it in luma and whose color is not too far from what arrived. The mean of both, by how far each is to be
believed, joins the same linear system as a data term: colors stay together where the luma does, and hints are met.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..region import Mask, Pixels, Region
from ..run import Run
from .attention import Asked, attended
from .given import given_chroma
from .levin import propagated
from .reduced import reduced
from .sources import Looks, own_sources, sources_elsewhere

CONTEXT = 2.0  # times the hole's longer side, what is seen round it
MOST_HOLE = 16_384  # pixels of the hole that are worked on; a larger hole is made smaller
MOST_PIXELS = 400_000  # of hole and context
DATA = 0.1  # weight of the data term beside the neighbors' 1
SHORT = 8.0  # px; so deep in the hole the trust in what arrived is about half of that at the border
TRUST = (29.4, 0.86)  # in what arrived at the border, and the power by which it falls with depth
# How far attention is believed against what arrived, as the logit of a share: that of depth (in e**2 px), of the variance of
# what arrived and of the variance of what is attended to (in e**-7). Found on holes in photographs, as likeness.py's weights.
BELIEF = (0.55, 0.59, -0.40)
LEAST_VARIANCE = 1e-5


class FastSolver:
    """Needs no weights. The same seed gives the same colors."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver."""
        work = reduced(region, luma, run, most_pixels=MOST_PIXELS, most_hole=MOST_HOLE, context=CONTEXT)
        chroma = _restored(work.region, np.clip(np.nan_to_num(work.luma), 0, 1), run)
        with run.stage(None, "Enlarging colors", 0.9, 1.0):
            return work.full(chroma, run)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What spread in from given pixels.

    Attributes:
        chroma: H x W x 2.
        variance: H x W, of the given colors that it is the mean of, both planes together.
        hinted: H x W in [0, 1], the share of hints in it.
    """

    chroma: Pixels
    variance: Pixels
    hinted: Pixels


def _restored(region: Region, luma: Pixels, run: Run) -> Pixels:
    """H x W x 2 float32: the chroma of the hole; what is given, elsewhere and at hints."""
    given, values = given_chroma(region)
    values = values.astype(np.float32, copy=False)
    hole = region.hole & ~given
    if not hole.any():
        return values
    with run.stage(None, "Spreading colors", 0.0, 0.3):
        arrived = _arrived(region, luma, given, values, run)
    with run.stage(None, "Looking for like pixels", 0.3, 0.6):
        target, belief = _attention(region, luma, given, values, arrived, run)
    joined = arrived.chroma.copy()
    joined[hole] += belief[:, None] * (target - arrived.chroma[hole])
    with run.stage(None, "Joining colors", 0.6, 0.9):
        data = np.full(hole.shape, DATA, np.float32)
        return propagated(luma, given, values, hole, run, confidence=data, target=joined).astype(np.float32, copy=False)


def _hinted(region: Region) -> Mask:
    return np.zeros_like(region.hole) if region.hints is None else region.hints.where


def _arrived(region: Region, luma: Pixels, given: Mask, values: Pixels, run: Run) -> _Arrived:
    planes = [values, (values**2).sum(axis=-1, keepdims=True), _hinted(region)[..., None].astype(np.float32)]
    spread = propagated(luma, given, np.concatenate(planes, axis=-1), region.hole & ~given, run)
    chroma = spread[..., :2]
    return _Arrived(chroma, np.maximum(spread[..., 2] - (chroma**2).sum(axis=-1), 0), np.clip(spread[..., 3], 0, 1))


def _attention(region: Region, luma: Pixels, given: Mask, values: Pixels, arrived: _Arrived, run: Run) -> tuple[Pixels, Pixels]:
    """For the n pixels of the hole that are no hints: n x 2 chroma, and n in [0, 1], how far to believe it."""
    hole, hinted = region.hole & ~given, _hinted(region)
    looks = Looks.of(luma)
    run.check()
    sources = own_sources(looks, given & ~hinted, hinted, values, region.hole, run.seed)
    if region.reference is not None:
        sources = sources.joined(sources_elsewhere(region.reference, max(hole.shape), run.seed))
    run.check()
    depth = _depth(hole)
    trust = TRUST[0] / (1 + depth / SHORT) ** TRUST[1] if given.any() else np.zeros_like(depth)
    asked = Asked(looks.asking(hole), arrived.chroma[hole], trust.astype(np.float32))
    target, variance = attended(asked, sources, run)
    if not given.any():
        return target, np.ones_like(depth)
    scattered = [np.log(plane + LEAST_VARIANCE) + 7 for plane in (arrived.variance[hole], variance)]
    logit = BELIEF[0] * (np.log(depth) - 2) + BELIEF[1] * scattered[0] + BELIEF[2] * scattered[1]
    belief = 1 / (1 + np.exp(-logit))
    if region.known.any():  # a hint speaks for all that it reaches, against what looks alike elsewhere
        belief = belief * (1 - arrived.hinted[hole]) ** 2
    return target, belief.astype(np.float32)


def _depth(hole: Mask) -> Pixels:
    """n: px from the nearest given pixel, for each pixel of the hole."""
    if hole.all():
        return np.full(hole.size, max(hole.shape), np.float32)
    return cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)[hole].astype(np.float32, copy=False)

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
from .attention import Asked, Sources, attended
from .given import given_chroma
from .levin import propagated
from .reduced import reduced
from .sources import Looks, hinted_sources, known_sources, sources_elsewhere

CONTEXT = 2.0  # times the hole's longer side, what is seen round it
MOST_HOLE = 16_384  # pixels of the hole that are worked on; a larger hole is made smaller
MOST_PIXELS = 400_000  # of hole and context
EXPECTED, SURPRISING = 0.2, 0.5  # of chroma: how far a hint is from what would be found there without it
SEED = 0  # of which known pixels are attended to; never the run's, so another seed gives no other colors
DATA = 0.1  # weight of the data term beside the neighbors' 1
LEAST_VARIANCE = 1e-5  # of chroma
CENTER = (2.0, -7.0)  # what the logarithms of depth (in px) and of variances are counted from
MOST_TRUST = 4.1
# Found by gradient descent on holes in photographs, with the weights of likeness.py:
UNLIKE = 0.048  # variance of chroma that goes with a variance of luma
TRUST = (2.97, -0.16, -0.46)  # in the color that arrived, as a logarithm: always, with depth, with its doubt
BELIEF = (-0.06, 0.51, 0.57, -0.54)  # in the color attended to, as a logit: always, with depth, with either color's doubt


class FastSolver:
    """Needs no weights. The same region gives the same colors, whatever the seed is."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver."""
        work = reduced(region, luma, run, most_pixels=MOST_PIXELS, most_hole=MOST_HOLE, context=CONTEXT)
        chroma = _restored(work.region, np.clip(np.nan_to_num(work.luma), 0, 1), run)
        with run.stage(None, "Enlarging colors", 0.9, 1.0):
            return work.full(chroma, run)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What spread in from given pixels, for the n pixels of the hole that are not given.

    Attributes:
        chroma: n x 2.
        doubt: n, the logarithm of the variance that is to be expected: of the given colors that were mixed, and more where
            their luma is not this pixel's.
        surprise: n in [0, 1], the share in it of hints that say what would not have been found without them.
    """

    chroma: Pixels
    doubt: Pixels
    surprise: Pixels


def _restored(region: Region, luma: Pixels, run: Run) -> Pixels:
    """H x W x 2 float32: the chroma of the hole; what is given, elsewhere and at hints."""
    given, values = given_chroma(region)
    values = values.astype(np.float32, copy=False)
    hole, hinted = region.hole & ~given, _hinted(region)
    known = given & ~hinted
    if not hole.any():
        return values
    if region.reference is None and not known.any():
        # A handful of dots says where colors are, not what looks like what: spread them, and no more.
        with run.stage(None, "Spreading colors", 0.0, 0.9):
            return propagated(luma, given, values, hole, run).astype(np.float32, copy=False)
    looks = Looks.of(luma)
    with run.stage(None, "Spreading colors", 0.0, 0.3):
        own = known_sources(looks, known, values, region.hole, SEED)
        surprise = _surprise(looks, hinted, values, own, run)
        arrived = _arrived(luma, looks.tone, given, hole, values, surprise, run)
    with run.stage(None, "Looking for like pixels", 0.3, 0.6):
        sources = own.joined(hinted_sources(looks, hinted, values))
        if region.reference is not None:
            sources = sources.joined(sources_elsewhere(region.reference, max(hole.shape), SEED))
        chroma, belief = _attended(looks, hole, sources, arrived, run, anything_given=bool(given.any()))
    joined = np.zeros_like(values)
    joined[hole] = arrived.chroma + belief[:, None] * (chroma - arrived.chroma)
    with run.stage(None, "Joining colors", 0.6, 0.9):
        data = np.full(hole.shape, DATA, np.float32)
        return propagated(luma, given, values, hole, run, confidence=data, target=joined).astype(np.float32, copy=False)


def _hinted(region: Region) -> Mask:
    return np.zeros_like(region.hole) if region.hints is None else region.hints.where


def _surprise(looks: Looks, hinted: Mask, values: Pixels, known: Sources, run: Run) -> Pixels:
    """H x W in [0, 1]: at hints, how little their color is what known pixels that look alike have; else 0.

    A hint that says what would have been found anyway need not be heard farther than any known pixel; one that says
    something else is meant for the thing that it sits on, against what looks alike elsewhere.
    """
    surprise = np.zeros(hinted.shape, np.float32)
    if not hinted.any() or not known.weight.size:
        return surprise
    nothing = np.zeros((np.count_nonzero(hinted), 2), np.float32)
    found, _ = attended(Asked(looks.asking(hinted), nothing, nothing[:, 0]), known, run)
    away = np.linalg.norm(values[hinted] - found, axis=1)
    surprise[hinted] = np.clip((away - EXPECTED) / (SURPRISING - EXPECTED), 0, 1)
    return surprise


def _arrived(luma: Pixels, tone: Pixels, given: Mask, hole: Mask, values: Pixels, surprise: Pixels, run: Run) -> _Arrived:
    """tone: H x W, the luma without its noise."""
    planes = np.stack([*np.moveaxis(values, -1, 0), (values**2).sum(axis=-1), tone, tone**2, surprise], axis=-1)
    spread = propagated(luma, given, planes.astype(np.float64), hole, run)[hole]
    chroma, own = spread[:, :2], tone[hole]
    mixed = np.maximum(spread[:, 2] - (chroma**2).sum(axis=-1), 0)
    unlike = np.maximum(spread[:, 4] - 2 * own * spread[:, 3] + own**2, 0)
    doubt = np.log(mixed + UNLIKE * unlike + LEAST_VARIANCE)
    return _Arrived(chroma.astype(np.float32), doubt.astype(np.float32), np.clip(spread[:, 5], 0, 1).astype(np.float32))


def _attended(
    looks: Looks, hole: Mask, sources: Sources, arrived: _Arrived, run: Run, *, anything_given: bool
) -> tuple[Pixels, Pixels]:
    """For the n pixels of the hole that are not given: n x 2 chroma, and n in [0, 1], how far to believe it."""
    run.check()
    depth = np.log(_depth(hole)) - CENTER[0]
    doubt = arrived.doubt - CENTER[1]
    trust = np.exp(np.minimum(TRUST[0] + TRUST[1] * depth + TRUST[2] * doubt, MOST_TRUST)) * anything_given
    asked = Asked(looks.asking(hole), arrived.chroma, trust.astype(np.float32))
    chroma, variance = attended(asked, sources, run)
    if not anything_given:
        return chroma, np.ones_like(depth)
    scattered = np.log(variance + LEAST_VARIANCE) - CENTER[1]
    belief = 1 / (1 + np.exp(-(BELIEF[0] + BELIEF[1] * depth + BELIEF[2] * doubt + BELIEF[3] * scattered)))
    return chroma, (belief * (1 - arrived.surprise) ** 2).astype(np.float32)


def _depth(hole: Mask) -> Pixels:
    """n: px from the nearest given pixel, for each pixel of the hole."""
    if hole.all():
        return np.full(hole.size, max(hole.shape), np.float32)
    return cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)[hole].astype(np.float32, copy=False)

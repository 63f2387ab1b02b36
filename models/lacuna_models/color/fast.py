"""Color in about a second: what hole pixels attend to among the known ones, joined with what spreads in from the border.

First color is spread from the hole's border and the hints as Levin, Lischinski and Weiss (2004) do. Near the border that is
right; farther in it bleeds and washes out. So each hole pixel then attends to known pixels that look like it in luma and
whose color is not too far from the first guess, and the answer joins the same linear system as a data term.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import NothingToSample
from ..region import Mask, Pixels, Region
from ..run import Run
from .attention import Asked, Sources, attended
from .levin import propagated
from .likeness import features, places
from .planes import chroma_of, luma_of, rgb_of, within_gamut

MOST_SOURCES = 4096  # known pixels that are attended to
NEAR = 16.0  # px; at that distance from the hole a known pixel is half as likely to be a source as at its border
DATA = 0.02  # weight of the data term beside the neighbors' 1
TRUST = (29.4, 0.86, 0.125)  # of the first guess at the border, the power by which it falls, and the depth that halves it
HINT_WEIGHT = 16.0  # known pixels that a hint's pixel counts for


class FastSolver:
    """Needs no weights; deterministic by the run's seed."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """As ColorSolver.solve says."""
        result = region.image[..., :3].copy()
        if not region.hole.any():
            return result
        chroma = restored(region, luma, run)
        inside = region.hole
        result[inside] = rgb_of(luma[inside], within_gamut(luma[inside], chroma[inside]))
        return result


def restored(region: Region, luma: Pixels, run: Run) -> Pixels:
    """H x W x 2 chroma; in the hole what is found, met at the hints. Raises Cancelled, NothingToSample."""
    given, values = _given(region, luma)
    if not given.any() and region.reference is None:
        raise NothingToSample
    hole = region.hole & ~given
    inside = np.clip(np.nan_to_num(luma), 0, 1)
    hinted = np.zeros_like(given) if region.hints is None else region.hints.where
    columns = np.concatenate([values, hinted[..., None].astype(np.float32)], axis=-1)
    with run.stage(None, "Spreading colors", 0.0, 0.3):
        spread = propagated(inside, given, columns, hole, run)
    guess, influence = spread[..., :2], spread[..., 2]
    if not hole.any():
        return guess
    with run.stage(None, "Looking for like pixels", 0.3, 0.7):
        target, confidence = _data(region, inside, given, values, guess, influence, run)
    with run.stage(None, "Joining colors", 0.7, 1.0):
        return propagated(inside, given, values, hole, run, confidence=confidence, target=target)


def _given(region: Region, luma: Pixels) -> tuple[Mask, Pixels]:
    """Where color is given in the region itself, and H x W x 2, that color."""
    rgb = region.image[..., :3]
    given = region.known & np.isfinite(rgb).all(axis=-1)
    values = np.zeros((*given.shape, 2), np.float32)
    values[given] = chroma_of(rgb[given])
    if region.hints is not None:
        where = region.hints.where
        given = given | where
        values[where] = within_gamut(luma[where], chroma_of(region.hints.color[where]))
    return given, values


def _data(
    region: Region, luma: Pixels, given: Mask, values: Pixels, guess: Pixels, influence: Pixels, run: Run
) -> tuple[Pixels, Pixels]:
    """H x W x 2 and H x W: the colors of like pixels and how much they are to be believed."""
    hole = region.hole & ~given
    where = places(*luma.shape)
    everywhere = np.concatenate([features(luma), where, np.zeros_like(where[..., :1])], axis=-1)
    sources = _sources(region, everywhere, given, values, run.seed)
    depth = cv2.distanceTransform(np.pad(hole.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1][hole]
    at_border, power, half = TRUST
    trust = at_border / (1 + depth / (half * NEAR)) ** power if given.any() else np.zeros_like(depth)
    looks = everywhere[hole]
    looks[:, -1] = (where[hole] ** 2).sum(axis=1) / 2  # so that a pixel elsewhere is at the distance 1 of every place
    asked = Asked(looks, guess[hole], trust.astype(np.float32))
    target, confidence = np.zeros_like(guess), np.zeros(hole.shape, np.float32)
    target[hole], _ = attended(asked, sources, run)
    confidence[hole] = DATA * (1 - np.clip(influence[hole], 0, 1)) ** 2 if given.any() else 1.0
    return target, confidence


def _sources(region: Region, everywhere: Pixels, given: Mask, values: Pixels, seed: int) -> Sources:
    hinted = np.zeros_like(given) if region.hints is None else region.hints.where
    chosen = _sampled(given & ~hinted, region.hole, MOST_SOURCES, seed)
    hints = _thinned(np.flatnonzero(hinted), MOST_SOURCES // 4)
    at = np.concatenate([chosen, hints])
    weight = np.repeat(np.array([1, HINT_WEIGHT], np.float32), [chosen.size, hints.size])
    own = Sources(everywhere.reshape(-1, everywhere.shape[-1])[at], values.reshape(-1, 2)[at], weight)
    return own if region.reference is None else own.joined(_of_another(region.reference, max(given.shape), seed))


def _of_another(picture: Pixels, side: int, seed: int) -> Sources:
    """Another picture's pixels, at about the scale of the region; where they are says nothing."""
    scale = min(side / max(picture.shape[:2]), 1.0)
    size = [max(round(length * scale), 1) for length in picture.shape[1::-1]]
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    rgb = np.clip(np.nan_to_num(resized), 0, 1)
    looks = features(luma_of(rgb))
    looks = np.concatenate(
        [looks, np.zeros((*looks.shape[:2], 2), np.float32), np.ones((*looks.shape[:2], 1), np.float32)], axis=-1
    )
    at = np.random.default_rng(seed).permutation(looks.shape[0] * looks.shape[1])[:MOST_SOURCES]
    return Sources(looks.reshape(-1, looks.shape[-1])[at], chroma_of(rgb).reshape(-1, 2)[at], np.ones(at.size, np.float32))


def _sampled(given: Mask, hole: Mask, most: int, seed: int) -> NDArray[np.intp]:
    """Flat indices of at most so many of the given pixels, the likelier the nearer they are to the hole."""
    candidates = np.flatnonzero(given)
    if candidates.size <= most:
        return candidates
    away = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5).ravel()[candidates]
    # The largest of random**(1 / weight) are a sample without replacement (Efraimidis and Spirakis 2006).
    rank = np.log(np.random.default_rng(seed).random(candidates.size)) * (1 + away / NEAR)
    return candidates[np.sort(np.argpartition(-rank, most)[:most])]


def _thinned(indices: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return indices[:: -(-indices.size // most)] if indices.size else indices

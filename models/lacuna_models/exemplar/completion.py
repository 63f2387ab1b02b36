"""Completion by expectation and maximization over a pyramid (Wexler, Shechtman and Irani 2007, section 3).

At each scale two steps alternate: every patch that touches the hole is matched to the most similar known patch (the
randomized search of Barnes et al. 2009), and every pixel of the hole becomes the weighted mean of what the matches of
the patches over it say. With d a patch's sum of squared differences, c its confidence and s a scale that is fixed for
the level, both steps lower the energy

    E = sum over patches of c * s * (1 - exp(-d / s)),

a robust sum of distances: the vote's weights are c * exp(-d / s), the slope of E (iteratively reweighted least
squares), so that patches that found no good match do not blur what the others agree on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import NothingToSample
from ..region import Mask, Pixels
from ..scaling import power_of_two
from .blending import blend
from .field import Field
from .pyramid import Level, patch_centers, pyramid
from .roughness import roughness

RADIUS = 3  # px: patches of 7 x 7
FINEST_PASSES = 4  # at full size; twice as many at each coarser scale, where they cost a quarter
COARSEST_PASSES = 20
FALLING = 0.9  # a pass that leaves less of the energy than this is followed by another, whatever the number
SETTLED = 0.01  # share of the targets with a new match below which a scale is done
SWEEPS = 2  # of the search in one pass: forward and backward
PEEL_SWEEPS = 4
SCALE_QUANTILE = 0.75  # of the distances, which sets the energy's scale (Wexler et al. 2007, section 3.1)
FINAL_SHARPNESS = 10  # by which the last vote divides that scale
LEAST_SCALE = 1e-6  # per value compared, in a picture within [-1, 1]: a thousandth, which nobody sees
GUIDE_WEIGHT = 0.5  # of the guide's distance against the fill's own


@dataclass(frozen=True, slots=True)
class LevelTrace:
    """What happened at one scale: its size, how many patches were matched, and the energy after each pass's search."""

    height: int
    width: int
    targets: int
    energies: list[float]


def complete(
    image: Pixels,
    hole: Mask,
    known: Mask,
    *,
    guide: Pixels | None = None,
    seed: int = 0,
    cancel_flag: NDArray[np.uint8] | None = None,
    trace: list[LevelTrace] | None = None,
    on_progress: Callable[[float], None] = lambda _: None,
    on_picture: Callable[[str, Pixels], None] = lambda _name, _picture: None,
) -> Pixels:
    """Fill the hole from known pixels.

    Args:
        image: H x W x C float32, C from 1 to 4; not changed. A fourth channel is opacity, by which colors are multiplied.
        hole: H x W bool, what to fill.
        known: H x W bool, what may be sampled; disjoint from the hole. A pixel that is not finite is not known.
        guide: H x W x C float32, finite in the hole: what the fill should look like.
        seed: the same seed gives the same bits.
        cancel_flag: uint8[1], polled about each millisecond.
        trace: filled with one entry a level, coarse to fine.
        on_progress: called with the share of the work done, in [0, 1].
        on_picture: called with 'initial' and 'level', and the picture at that scale; at full size before the blending.

    Returns H x W x C float32, outside the hole the bits of `image`.
    Raises Cancelled, NothingToSample.
    """
    filled = image.copy()
    if not hole.any():
        return filled
    if guide is not None and not np.isfinite(guide[hole]).all():
        raise ValueError("the guide is not finite in the hole")
    known = known & np.isfinite(image).all(axis=2)
    radius = fitting_radius(hole.shape, known)
    scale = power_of_two(image, known)
    flag = np.zeros(1, np.uint8) if cancel_flag is None else cancel_flag
    levels = _levels(image / scale, hole, known, None if guide is None else guide / scale, radius, flag)
    solver = _Solver(radius, seed, flag, [] if trace is None else trace, _Progress(levels, on_progress))
    picture, field = solver.first(levels[-1])
    on_picture("initial", picture[..., : image.shape[2]] * scale)
    solver.solve(levels[-1], field, picture, len(levels) - 1)
    for number in reversed(range(len(levels) - 1)):
        on_picture("level", picture[..., : image.shape[2]] * scale)
        picture, field = solver.finer(levels[number], field)
        solver.solve(levels[number], field, picture, number)
    weights = solver.sharpen(field, picture)
    on_picture("level", picture[..., : image.shape[2]] * scale)
    full_opacity = 1 / float(scale) if image.shape[2] == 4 else None
    blend(picture, hole, levels[0].known, field, weights, flag, full_opacity=full_opacity)
    filled[hole] = picture[hole][:, : image.shape[2]] * scale
    return filled


def fitting_radius(size: tuple[int, ...], known: Mask) -> int:
    """The largest patch radius up to RADIUS for which the frame holds a patch and one is wholly known. Raises NothingToSample."""
    for radius in range(min(RADIUS, (min(size) - 1) // 2), -1, -1):
        if patch_centers(known, radius, all_of=True).any():
            return radius
    raise NothingToSample


def usual_passes(number: int) -> int:
    """How often search and vote alternate at a level, if they do not settle before; 0 is the finest."""
    return min(FINEST_PASSES << number, COARSEST_PASSES)


class _Solver:
    """The alternation at one level after another, with what all levels share."""

    def __init__(self, radius: int, seed: int, flag: NDArray[np.uint8], trace: list[LevelTrace], progress: _Progress) -> None:
        self.radius = radius
        self.flag = flag
        self.trace = trace
        self.progress = progress
        self._random = np.random.default_rng(seed)

    def first(self, level: Level) -> tuple[Pixels, Field]:
        """The coarsest level with its hole filled by the guide, else layer by layer from its edge.

        The layers are those of Newson et al. 2014, section 3.5.
        """
        picture, field = level.image.copy(), Field.random(level, self.radius, self._random)
        if level.guide is not None:
            picture[level.hole] = level.guide[level.hole]
            return picture, field
        present, left = level.known.copy(), level.hole.copy()
        while left.any():
            front = left & (cv2.dilate(present.view(np.uint8), np.ones((3, 3), np.uint8)) != 0)
            if not front.any():  # this part of the hole has no known neighbor, so any patch is as good as another
                front = left
            subset = field.index[patch_centers(front, self.radius, all_of=False) != 0]
            for sweep in range(PEEL_SWEEPS):
                field.search(picture, level.image, present, self.flag, forward=sweep % 2 == 0, key=self._key(), subset=subset)
            field.vote(picture, field.confidence, self.flag, pixels=front)
            present |= front
            left &= ~front
        return picture, field

    def finer(self, level: Level, coarser: Field) -> tuple[Pixels, Field]:
        """A level with its hole filled by the matches of the next coarser one, which bring back the detail that it lacks."""
        picture, field = level.image.copy(), Field.random(level, self.radius, self._random)
        field.take_over(coarser)
        field.vote(picture, field.confidence, self.flag)
        return picture, field

    def solve(self, level: Level, field: Field, picture: Pixels, number: int) -> None:
        """Alternate search and vote until few matches change; picture's hole is rewritten."""
        present = level.hole | level.known
        energies: list[float] = []
        height, width = level.hole.shape
        self.trace.append(LevelTrace(height, width, len(field.rows), energies))
        scale = 0.0
        while len(energies) < usual_passes(number) or energies[-1] < FALLING * energies[-2]:
            before = field.source_rows.copy(), field.source_columns.copy()
            target = picture if level.guide is None else _pulled(picture, level.guide)
            for sweep in range(SWEEPS):
                field.search(target, picture, present, self.flag, forward=sweep % 2 == 0, key=self._key())
            scale = scale or self._scale_of(field)
            exponents = -field.distances / np.float32(scale)
            energies.append(scale * abs(float(np.sum(field.confidence * np.expm1(exponents), dtype=np.float64))))
            field.vote(picture, field.confidence * np.exp(exponents), self.flag)
            changed = np.mean((before[0] != field.source_rows) | (before[1] != field.source_columns))
            self.progress.passed(number)
            if changed < SETTLED:
                break
        self.progress.finished(number)

    def sharpen(self, field: Field, picture: Pixels) -> Pixels:
        """A last vote in which hardly more than the best match speaks, so that a seam blends and all else stays crisp.

        Returns the vote's weights, N float32.
        """
        exponents = -FINAL_SHARPNESS * field.distances / np.float32(self._scale_of(field))
        weights: Pixels = field.confidence * np.exp(exponents)
        field.vote(picture, weights, self.flag)
        return weights

    def _scale_of(self, field: Field) -> float:
        """The energy's scale s, a squared distance between patches."""
        least = LEAST_SCALE * 4 * (2 * self.radius + 1) ** 2
        return max(float(np.quantile(field.distances, SCALE_QUANTILE)), least)

    def _key(self) -> int:
        return int(self._random.integers(1 << 63))


class _Progress:
    """How much of the work is done: passes weighted by the hole's size at their level."""

    def __init__(self, levels: list[Level], on_progress: Callable[[float], None]) -> None:
        passes = [usual_passes(number) for number in range(len(levels))]
        costs = [float(np.count_nonzero(level.hole)) * count for level, count in zip(levels, passes, strict=True)]
        self._shares = [cost / sum(costs) for cost in costs]
        self._passes = passes
        self._done = [0] * len(levels)
        self._report = on_progress

    def passed(self, number: int) -> None:
        self._done[number] = min(self._done[number] + 1, self._passes[number])
        self._tell()

    def finished(self, number: int) -> None:
        """The level needs no more passes, be it that it settled before."""
        self._done[number] = self._passes[number]
        self._tell()

    def _tell(self) -> None:
        self._report(sum(share * done / count for share, done, count in zip(self._shares, self._done, self._passes, strict=True)))


def _pulled(picture: Pixels, guide: Pixels) -> Pixels:
    """What to compare instead of the picture, so that the distance to a source S gains GUIDE_WEIGHT * |guide - S|^2.

    |P - S|^2 + w |G - S|^2 is (1 + w) |(P + w G) / (1 + w) - S|^2 and a term without S.
    """
    weight = np.float32(GUIDE_WEIGHT)
    return ((picture + weight * guide) / (1 + weight)).astype(np.float32, copy=False)


def _levels(image: Pixels, hole: Mask, known: Mask, guide: Pixels | None, radius: int, flag: NDArray[np.uint8]) -> list[Level]:
    """The pyramid, fine to coarse. The fourth channel is the image's, or else roughness, which a guide makes needless."""
    base = Level(_four_channels(image, known), hole, known, None if guide is None else _four_channels(guide, hole | known))
    if image.shape[2] == 4 or guide is not None:
        return pyramid(base, radius, flag)
    base.image[..., 3] = roughness(base.image[..., :3], known)
    levels = pyramid(base, radius, flag)
    base.image[..., 3] = 0  # at full size the texture is there to see, and what matches exactly has distance zero
    return levels


def _four_channels(image: Pixels, wanted: Mask) -> Pixels:
    """H x W x 4 float32: the wanted pixels' values; zero elsewhere and in the channels that are lacking."""
    padded = np.zeros((*image.shape[:2], 4), np.float32)
    np.copyto(padded[..., : image.shape[2]], image, where=wanted[..., None])
    return padded

"""Search and vote in turn, at one level after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Pixels
from .crowding import NOBODY, Crowd
from .field import Field
from .guidance import pulled
from .matching import Matching, Strategy, look_at_all
from .pyramid import Level, patch_centers

PASSES = (4, 6, 8, 12)  # at full size, half, a quarter, and all coarser scales, where they cost less and less
FALLING = 0.9  # a pass that leaves less of the energy than this is followed by another, whatever the number
SETTLED = 0.01  # share of the targets with a new match below which a scale is done
CROWDED = 16384  # targets, up to which a level is sketched, and repeats and distance cost: finer levels only follow
SCALE_QUANTILE = 0.75  # of the distances, which sets the energy's scale (Wexler et al. 2007, section 3.1)
FINAL_SHARPNESS = 10  # by which the last vote divides that scale
LEAST_SCALE = 1e-6  # per value compared, in a picture within [-1, 1]: a thousandth, which nobody sees


@dataclass(frozen=True, slots=True)
class LevelTrace:
    """What happened at one scale: its size, how many patches were matched, and the energy after each pass's search."""

    height: int
    width: int
    targets: int
    energies: list[float]


@dataclass(slots=True)
class State:
    """A fill that is being made: the level it has come to.

    Attributes:
        picture: H x W x 4 float32, the level's image with its hole filled.
        matches: the level's.
        traces: one entry a level, coarse to fine.
    """

    picture: Pixels
    matches: Field
    traces: list[LevelTrace] = field(default_factory=list)


def usual_passes(number: int) -> int:
    """How often search and vote alternate at a level, if they do not settle before; 0 is the finest."""
    return PASSES[min(number, len(PASSES) - 1)]


class Solver:
    """The alternation, with what all levels share.

    Args:
        levels: fine to coarse.
        last_sketched: the finest level at which repeats and remoteness cost.
        used: from that level on; V x U float32, for how many copies of each place earlier variants count, or none.
        thin: whether the border rules at every scale (holes.is_stroke).
        strategy: made for each level anew.
        channels: how many of the four a guide has too.
        random: of all that is drawn.
        cancel_flag: uint8[1].
    """

    def __init__(
        self,
        levels: list[Level],
        last_sketched: int,
        used: list[Pixels],
        thin: bool,
        strategy: Callable[[Matching], Strategy],
        channels: int,
        random: np.random.Generator,
        cancel_flag: NDArray[np.uint8],
    ) -> None:
        self._levels = levels
        self._last_sketched = last_sketched
        self._used = used
        self._thin = thin
        self._strategy = strategy
        self._channels = channels
        self._random = random
        self._flag = cancel_flag

    def first(self, radius: int) -> State:
        """The coarsest level with its hole filled by the guide, else layer by layer from its edge. Raises Cancelled.

        The layers are those of Newson et al. 2014, section 3.5.
        """
        level = self._levels[-1]
        coarsest = len(self._levels) - 1
        matches = Field.unmatched(level, radius, self._flag, anchored=self._anchored(coarsest))
        matches.draw(self._random)
        state = State(level.image.copy(), matches)
        if level.guide is not None:
            state.picture[level.hole] = level.guide[level.hole]
            return state
        present, left = level.known.copy(), level.hole.copy()
        matching = self._matching(coarsest, state.matches, NOBODY)
        while left.any():
            front = left & (cv2.dilate(present.view(np.uint8), np.ones((3, 3), np.uint8)) != 0)
            if not front.any():  # this part of the hole has no known neighbor, so any patch is as good as another
                front = left
            subset = state.matches.index[patch_centers(front, radius, all_of=False) != 0]
            look_at_all(matching, state.picture, present, subset)
            state.matches.vote(state.picture, level.stock.image, state.matches.confidence, self._flag, pixels=front)
            present |= front
            left &= ~front
        return state

    def finer(self, state: State, number: int) -> State:
        """That level with its hole filled by the matches of the coarser one, which bring back the detail that it lacks."""
        level = self._levels[number]
        finer = Field.unmatched(level, state.matches.radius, self._flag, anchored=self._anchored(number))
        finer.take_over(state.matches, self._random)
        picture = level.image.copy()
        finer.vote(picture, level.stock.image, finer.confidence, self._flag)
        return State(picture, finer, state.traces)

    def solve(self, state: State, number: int, on_pass: Callable[[], None] = lambda: None) -> None:
        """Alternate search and vote at that level until few matches change. Raises Cancelled.

        With d a patch's sum of squared differences, c its confidence and s a scale that is fixed for the level, both steps
        lower the energy

            E = sum over patches of c * s * (1 - exp(-d / s)),

        a robust sum of distances: the vote's weights are c * exp(-d / s), the slope of E (iteratively reweighted least
        squares), so that patches that found no good match do not blur what the others agree on.
        """
        level, matches, picture = self._levels[number], state.matches, state.picture
        energies: list[float] = []
        height, width = level.hole.shape
        state.traces.append(LevelTrace(height, width, len(matches.rows), energies))
        strategy = self._strategy(self._matching(number, matches, self._crowd(number, matches)))
        scale = 0.0
        while len(energies) < usual_passes(number) or energies[-1] < FALLING * energies[-2]:
            before = matches.source_rows.copy(), matches.source_columns.copy()
            strategy.improve(picture if level.guide is None else pulled(picture, level.guide, self._channels))
            scale = scale or scale_of(matches)
            energies.append(energy(matches, scale))
            weights = matches.confidence * np.exp(-matches.distances / np.float32(scale))
            matches.vote(picture, level.stock.image, weights, self._flag)
            on_pass()
            if np.mean((before[0] != matches.source_rows) | (before[1] != matches.source_columns)) < SETTLED:
                break

    def sharpen(self, state: State, number: int) -> Pixels:
        """A last vote in which hardly more than the best match speaks, so that a seam blends and all else stays crisp.

        Returns the vote's weights, N float32.
        """
        exponents = -FINAL_SHARPNESS * state.matches.distances / np.float32(scale_of(state.matches))
        weights: Pixels = state.matches.confidence * np.exp(exponents)
        state.matches.vote(state.picture, self._levels[number].stock.image, weights, self._flag)
        return weights

    def _anchored(self, number: int) -> bool:
        guided = self._levels[number].guide is not None  # then that says what the border should become
        return not guided and (number == 0 or self._thin)

    def _crowd(self, number: int, matches: Field) -> Crowd:
        if number < self._last_sketched or len(matches.rows) > CROWDED:
            return NOBODY
        used = self._used[number - self._last_sketched] if self._used else None
        return Crowd.of(matches, scale_of(matches), self._levels[number], used)

    def _matching(self, number: int, matches: Field, crowd: Crowd) -> Matching:
        level = self._levels[number]
        coarsest = number == len(self._levels) - 1
        return Matching(matches, level.stock.image, level.hole | level.known, crowd, coarsest, self._random, self._flag)


def energy(matches: Field, scale: float) -> float:
    """E of Solver.solve with s = scale."""
    return scale * abs(float(np.sum(matches.confidence * np.expm1(-matches.distances / np.float32(scale)), dtype=np.float64)))


def scale_of(matches: Field) -> float:
    """The energy's scale s, a squared distance between patches."""
    least = LEAST_SCALE * 4 * (2 * matches.radius + 1) ** 2
    found = matches.distances[np.isfinite(matches.distances)]
    return max(float(np.quantile(found, SCALE_QUANTILE)), least) if len(found) else least

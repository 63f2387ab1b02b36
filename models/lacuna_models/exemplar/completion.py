"""Completion by expectation and maximization over a pyramid (Wexler, Shechtman and Irani 2007, section 3).

At each scale two steps alternate (solver.py): every patch that touches the hole is matched to the most similar known patch,
and every pixel of the hole becomes the weighted mean of what the matches of the patches over it say. What goes where is
decided at the coarse scales, and partly by chance; they cost little, so several sketches are made there and the one with the
least energy is carried out at the fine ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import NothingToSample
from ..holes import is_stroke
from ..region import Mask, Pixels
from ..sampling import UNCHANGED, Sampling
from ..scaling import largest, power_of_two
from .atlas import atlas_of
from .blending import blend
from .crowding import matches_at
from .guidance import heard
from .pyramid import Level, Stock, halved_plane, patch_centers, pyramid
from .roughness import roughness
from .rows import rows_of
from .solver import CROWDED, LevelTrace, Solver, State, energy, scale_of, usual_passes
from .strategies import STRATEGIES
from .threads import side_by_side

RADIUS = 3  # px: patches of 7 x 7
AVOIDANCE = (0.25, 0.5, 1.0, 2.0)  # of each sketch for a further variant: for how many copies one in an earlier variant counts
SKETCHES = len(AVOIDANCE)
DIFFERENT = 0.5  # of the largest difference among the sketches, from which one is another variant
MOST_SHOWN = 2048  # px

ShowProgress = Callable[[float], None]
ShowPicture = Callable[[str, Pixels], None]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A fill at the coarse levels: where it stands, the solver that goes on with it, and the pictures on the way."""

    state: State
    solver: Solver
    pictures: list[Pixels]


class Completion:
    """A hole to fill, as often as variants are wanted: each fill avoids what those before it copied."""

    def __init__(
        self,
        image: Pixels,
        hole: Mask,
        known: Mask,
        *,
        visible: Mask | None = None,
        guide: Pixels | None = None,
        sampling: Sampling = UNCHANGED,
        cancel_flag: NDArray[np.uint8] | None = None,
    ) -> None:
        """
        Args:
            image: H x W x C float32, C from 1 to 4; not changed. A fourth channel is opacity, by which colors are multiplied.
            hole: H x W bool, what to fill.
            known: H x W bool, what may be sampled; disjoint from the hole. A pixel that is not finite is not known.
            visible: H x W bool, disjoint from the hole: the known pixels and those that the fill fits in with but is not made
                of; None = the known ones.
            guide: H x W x C float32, finite in the hole: what the fill should look like.
            sampling: what may be done to the known pixels, and how they are searched.
            cancel_flag: uint8[1], polled about each millisecond.

        Raises Cancelled, NothingToSample.
        """
        if guide is not None and not np.isfinite(guide[hole]).all():
            raise ValueError("the guide is not finite in the hole")
        self._image, self._hole = image, hole
        self._flag = flag = np.zeros(1, np.uint8) if cancel_flag is None else cancel_flag
        self._strategy = STRATEGIES[sampling.search]
        self._levels: list[Level] = []
        self.left_out = 0  # transformed pages, for which there was no room
        if hole.any():
            finite = np.concatenate([np.isfinite(image[rows]).all(axis=2) for rows in rows_of(len(image), flag)])
            known, visible = known & finite, (known if visible is None else visible) & finite
            self._radius = fitting_radius(hole.shape, known)
            self._scale = power_of_two(max(largest(image[rows], visible[rows]) for rows in rows_of(len(image), flag)))
            base = self._base(known, visible, guide, sampling)
            self._levels = heard(pyramid(base, self._radius, flag), image.shape[2])
            self._thin = is_stroke(hole)
            self._last_sketched = _last_sketched(self._levels, self._radius)
            if image.shape[2] < 4:  # at full size the texture is there to see, and what matches exactly has distance zero
                base.image[..., 3] = 0
                base.stock.image[..., 3] = 0
        self._used: list[Pixels] = []
        self._shown: list[Pixels] = []  # the hole's pixels in the sketches that became fills

    def fill(
        self,
        seed: int,
        *,
        trace: list[LevelTrace] | None = None,
        on_progress: ShowProgress = lambda _: None,
        on_picture: ShowPicture = lambda _name, _picture: None,
    ) -> Pixels:
        """One more fill.

        Args:
            seed: the same seed gives the same bits after the same number of fills, on any number of cores.
            trace: gets one entry a level, coarse to fine.
            on_progress: called with the share of the work done, in [0, 1].
            on_picture: called with 'initial' and 'level', and the picture at that scale, at last at full size before the
                blending; of a large one every so many rows and columns, that neither side is above MOST_SHOWN.

        Returns H x W x C float32, outside the hole the bits of the image. Raises Cancelled.
        """
        filled = self._image.copy()
        if not self._levels:
            return filled
        channels = self._image.shape[2]

        def show(name: str, picture: Pixels) -> None:
            step = -(-max(picture.shape) // MOST_SHOWN)
            on_picture(name, picture[::step, ::step, :channels] * self._scale)

        progress = _Progress(self._levels, self._last_sketched, on_progress)
        sketch = self._best_sketch(seed, progress, show)
        state, solver = sketch.state, sketch.solver
        for number in reversed(range(self._last_sketched)):
            state = solver.finer(state, number)
            show("level", state.picture)
            solver.solve(state, number, partial(progress.passed, number))
        weights = solver.sharpen(state, 0)
        show("level", state.picture)
        self._blend(state, weights)
        self._remember(state)
        if trace is not None:
            trace.extend(state.traces)
        progress.finished()
        for rows in rows_of(len(filled), self._flag):
            np.copyto(filled[rows], state.picture[rows, :, :channels] * self._scale, where=self._hole[rows, :, None])
        return filled

    def _base(self, known: Mask, visible: Mask, guide: Pixels | None, sampling: Sampling) -> Level:
        """The finest level. The fourth channel is the image's, or else roughness."""
        pixels = self._four_channels(self._image, visible)
        if self._image.shape[2] < 4:
            pixels[..., 3] = roughness(pixels, visible, self._flag)
        atlas = atlas_of(pixels, known, sampling, self._flag, opacity=self._image.shape[2] == 4)
        stock = None
        if atlas is not None:
            stock, self.left_out = atlas.stock, atlas.left_out
        elif not np.array_equal(known, visible):
            stock = Stock(pixels, known)
        four_guide = None if guide is None else self._four_channels(guide, self._hole | visible)
        return Level(pixels, self._hole, visible, four_guide, stock)

    def _four_channels(self, image: Pixels, wanted: Mask) -> Pixels:
        """H x W x 4 float32 within [-1, 1]: the wanted pixels' values; zero elsewhere and in the channels that are lacking."""
        padded = np.zeros((*image.shape[:2], 4), np.float32)
        channels = image.shape[2]
        for rows in rows_of(len(image), self._flag):
            np.divide(image[rows], self._scale, out=padded[rows, :, :channels])
            padded[rows][~wanted[rows]] = 0
        return padded

    def _best_sketch(self, seed: int, progress: _Progress, show: ShowPicture) -> Sketch:
        guided = self._levels[-1].guide is not None  # the guide decides what goes where
        count = 1 if guided or len(self._levels) == 1 else SKETCHES
        sketches = []
        for sketch in side_by_side(lambda number: self._sketch(seed, number), count):
            sketches.append(sketch)
            progress.sketched(len(sketches) / count)
            if sketch is sketches[0]:
                for number, picture in enumerate(sketch.pictures):
                    show("level" if number else "initial", picture)
        best = self._chosen(sketches)
        self._shown.append(self._in_hole(best))
        if best is not sketches[0]:
            show("level", best.pictures[-1])
        return best

    def _chosen(self, sketches: list[Sketch]) -> Sketch:
        """The one of least energy, among those that differ from all that has been shown."""
        apart = [min((_apart(self._in_hole(sketch), one) for one in self._shown), default=1.0) for sketch in sketches]
        far = [sketch for sketch, distance in zip(sketches, apart, strict=True) if distance >= DIFFERENT * max(apart)]
        scale = scale_of(sketches[0].state.matches)
        return min(far, key=lambda sketch: energy(sketch.state.matches, scale))

    def _in_hole(self, sketch: Sketch) -> Pixels:
        return sketch.pictures[-1][self._levels[self._last_sketched].hole]

    def _sketch(self, seed: int, number: int) -> Sketch:
        """From the coarsest level to the last that is sketched."""
        used = [np.float32(AVOIDANCE[number]) * np.minimum(plane, 1) for plane in self._used]
        random = np.random.default_rng((seed, number))
        solver = Solver(
            self._levels, self._last_sketched, used, self._thin, self._strategy, self._image.shape[2], random, self._flag
        )
        coarsest = len(self._levels) - 1
        state = solver.first(self._radius)
        pictures = [state.picture.copy()]
        solver.solve(state, coarsest)
        for number in reversed(range(self._last_sketched, coarsest)):
            pictures.append(state.picture)
            state = solver.finer(state, number)
            solver.solve(state, number)
        return Sketch(state, solver, [*pictures, state.picture.copy()])

    def _blend(self, state: State, weights: Pixels) -> None:
        base = self._levels[0]
        full_opacity = 1 / float(self._scale) if self._image.shape[2] == 4 else None
        blend(state.picture, base.stock, self._hole, base.known, state.matches, weights, self._flag, full_opacity=full_opacity)

    def _remember(self, state: State) -> None:
        """What this fill copied, at every level that is sketched, for the next one to avoid."""
        used = [matches_at(state.matches)]
        for _ in self._levels[1:]:
            used.append(halved_plane(used[-1]))
        used = used[self._last_sketched :]
        self._used = [old + new for old, new in zip(self._used, used, strict=True)] if self._used else used


def complete(
    image: Pixels,
    hole: Mask,
    known: Mask,
    *,
    visible: Mask | None = None,
    guide: Pixels | None = None,
    seed: int = 0,
    sampling: Sampling = UNCHANGED,
    cancel_flag: NDArray[np.uint8] | None = None,
    trace: list[LevelTrace] | None = None,
    on_progress: ShowProgress = lambda _: None,
    on_picture: ShowPicture = lambda _name, _picture: None,
) -> Pixels:
    """Fill the hole once: Completion(...).fill(...). Raises Cancelled, NothingToSample."""
    completion = Completion(image, hole, known, visible=visible, guide=guide, sampling=sampling, cancel_flag=cancel_flag)
    return completion.fill(seed, trace=trace, on_progress=on_progress, on_picture=on_picture)


def fitting_radius(size: tuple[int, ...], known: Mask) -> int:
    """The largest patch radius up to RADIUS for which the frame holds a patch and one is wholly known. Raises NothingToSample."""
    for radius in range(min(RADIUS, (min(size) - 1) // 2), -1, -1):
        if patch_centers(known, radius, all_of=True).any():
            return radius
    raise NothingToSample


def _last_sketched(levels: list[Level], radius: int) -> int:
    """The finest level, but for full size, with few enough targets to be tried several times; at least the coarsest."""
    for number, level in enumerate(levels[:-1]):
        if number > 0 and np.count_nonzero(patch_centers(level.hole, radius, all_of=False)) <= CROWDED:
            return number
    return len(levels) - 1


def _apart(one: Pixels, other: Pixels) -> float:
    """The mean absolute difference of two fills' pixels."""
    return float(np.abs(one - other).mean())


class _Progress:
    """How much of the work is done: passes weighted by the hole's size at their level, those of the sketches together."""

    def __init__(self, levels: list[Level], last_sketched: int, on_progress: ShowProgress) -> None:
        costs = [float(np.count_nonzero(level.hole)) * usual_passes(number) for number, level in enumerate(levels)]
        total = sum(costs[:last_sketched]) + SKETCHES * sum(costs[last_sketched:])
        self._sketches = SKETCHES * sum(costs[last_sketched:]) / total
        self._shares = [cost / total for cost in costs]
        self._passes = [0] * len(levels)
        self._report = on_progress

    def sketched(self, share: float) -> None:
        """Of all sketches that share is there."""
        self._report(share * self._sketches)

    def passed(self, number: int) -> None:
        """One more pass at a level finer than the sketches."""
        self._passes[number] = min(self._passes[number] + 1, usual_passes(number))
        shares = [share * done / usual_passes(n) for n, (share, done) in enumerate(zip(self._shares, self._passes, strict=True))]
        self._report(self._sketches + sum(shares))

    def finished(self) -> None:
        """Some passes may not have been needed."""
        self._report(1.0)

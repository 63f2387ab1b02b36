"""Color restored by what one picture teaches: the internal stage of Wang, Ouyang and Chen (CVPR 2021, section 3.3).

A pyramid of small generators, each learned from scratch on the known pixels of this picture and the artist's hints alone: the
coarsest maps luma to color, every finer one luma and the coarser color. As published: three levels, each half the size of
the next (fewer for pictures so small that the lowest had less than LEAST_SIDE pixels a side); max-pooled masks; 401 steps of
Adam a level (1,001 where there is but one) on the mean squared error of the known pixels, at the rates of the authors'
program. Where paper and program differ:

- The coarser color is enlarged bilinearly and unrounded, as in the paper; the program rounds it to 8 bits and takes Lanczos.
- Pictures are made smaller without what lies in the hole: the program's bicubic filter takes it along.

Where a result has to fit into a picture, beyond the paper: the answer's chroma is put on the luma that is given and into the
hole alone (the program returns the generator's whole picture, whose luma is near the given one but not the same). Hints,
which the paper treats as known pixels, get a weight and a size that one dot is heard by, and are met exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, sqrt

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..networks.pyramid_generator import BLOCKS, WIDTH, PyramidGenerator
from ..region import Hints, Mask, Pixels, Region
from ..run import Run
from .cells import cell_means
from .internal_learning import Example, answered, learned
from .levels import Level, levels_of, sheet_of
from .levin import propagated
from .planes import chroma_of, luma_of, within_gamut
from .reduced import reduced

RATES = {  # of Adam, by the count of levels, coarsest first
    1: (0.01,),
    2: (0.01, 0.003),
    3: (0.01, 0.005, 0.003),
    4: (0.02, 0.01, 0.005, 0.002),
    5: (0.04, 0.02, 0.01, 0.005, 0.002),
}
LEVELS = 3
ITERATIONS = 401
ITERATIONS_ALONE = 1001  # where there is one level only
LEAST_SIDE = 32  # px, of the coarsest level
LEAST_PICTURE = 8  # px, of the finest: what is smaller is made so large
MOST_PIXELS = 512 * 640  # the largest pictures of the paper
NO_COLOR = 2.0**-17  # from luma, what float32 leaves of a gray pixel: half a step of 16 bits
LEARNING = "Learning this picture's colors"
CONTEXT = 1.0  # what larger pictures are cut to, round the hole: times its longer side


class PyramidSolver:
    """The published pyramid: about ten minutes of one core at 256 x 320 px; its authors name half a minute on a GPU."""

    def __init__(
        self,
        *,
        levels: int = LEVELS,
        iterations: int = ITERATIONS,
        alone: int = ITERATIONS_ALONE,
        width: int = WIDTH,
        blocks: int = BLOCKS,
        most_pixels: int = MOST_PIXELS,
    ) -> None:
        """
        Args:
            levels: 1 to 5, at most.
            iterations: of each level.
            alone: iterations where there is one level only.
            width, blocks: of the generators.
            most_pixels: that the finest level has; the color of larger pictures is found at a smaller size and enlarged
                along the luma.
        """
        self._levels, self._iterations, self._alone = levels, iterations, alone
        self._width, self._blocks = width, blocks
        self._most_pixels = most_pixels

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver. Raises NotFinite too, where learning fails at every rate."""
        whole = region.hole.size <= self._most_pixels
        work = reduced(region, luma, run, most_pixels=self._most_pixels, context=max(luma.shape) if whole else CONTEXT)
        if not region.hole.any():
            return work.full(np.zeros((*work.luma.shape, 2), np.float32), run)
        with run.stage(None, LEARNING, 0.0, 0.98):
            chroma = within_gamut(work.luma, self._restored(work.region, work.luma, run))
        if work.region.hints is not None:
            chroma = _meeting(work.region.hints, work.region.hole, work.luma, chroma, run)
        with run.stage(None, "Enlarging the color", 0.98, 1.0):
            return work.full(chroma, run)

    def _restored(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """H x W x 2: the chroma of the picture that the finest generator makes."""
        count = self._count(luma.shape)
        multiple = max(LEAST_PICTURE, 2 ** (count - 1))
        sheets = [sheet_of(luma, region.image, region.known, region.hints, multiple)]
        if region.reference is not None:
            other = cell_means(region.reference, ceil(sqrt(max(region.reference[..., 0].size / self._most_pixels, 1))))
            sheets.append(sheet_of(luma_of(other), other, np.ones(other.shape[:2], bool), None, multiple))
        if not any(bool((sheet.away.abs() > NO_COLOR).any()) for sheet in sheets):
            return np.zeros((*luma.shape, 2), np.float32)  # all that is known is gray
        pictures = [levels_of(sheet, count) for sheet in sheets]
        picture = _picture_of(self._climbed(pictures, run))
        return np.asarray(chroma_of(picture[: luma.shape[0], : luma.shape[1]]))

    def _count(self, size: Sequence[int]) -> int:
        count = self._levels
        while count > 1 and min(size) >> (count - 1) < LEAST_SIDE:
            count -= 1
        return count

    def _climbed(self, pictures: list[list[Level]], run: Run) -> Tensor:
        """From the coarsest level to the finest: 1 x 3 x H x W for the first picture.

        Args:
            pictures: that one and those that are learned from besides, each with as many levels.
        """
        levels = [step for step in zip(*pictures, strict=True) if any(bool(one.weight.any()) for one in step)]
        steps = self._alone if len(levels) == 1 else self._iterations
        ends = np.cumsum([0, *(sum(one.luma.numel() for one in step) for step in levels)])
        below: list[Tensor] = []
        for number, (step, rate) in enumerate(zip(levels, RATES[len(levels)], strict=True)):
            text = f"{LEARNING} ({number + 1} of {len(levels)})"
            with run.stage(None, text, ends[number] / ends[-1], ends[number + 1] / ends[-1]):
                examples = [_example(one, below[index] if below else None, run.device) for index, one in enumerate(step)]
                heard = [one for one in examples if bool(one.weight.any())]
                generator = learned(self._maker(len(below) > 0, number, run), heard, rate, steps, run)
                below = [answered(generator, one.given, run) for one in examples]
            run.preview(_picture_of(below[0]))
        return below[0]

    def _maker(self, colored: bool, number: int, run: Run) -> Callable[[], PyramidGenerator]:
        """Of new generators for a level, all the same."""

        def make() -> PyramidGenerator:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(run.seed * len(RATES) + number)
                generator = PyramidGenerator(4 if colored else 1, self._width, self._blocks)
            generator.to(device=run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's types leave the format out
            return generator

        return make


class PyramidShortSolver(PyramidSolver):
    """A preset of our own that takes seconds instead of minutes: a pyramid of a quarter of the side, half the width, half the
    depth and fewer steps, its chroma enlarged along the luma."""

    def __init__(self) -> None:
        super().__init__(iterations=150, alone=300, width=16, blocks=4, most_pixels=128 * 160)


def _example(level: Level, below: Tensor | None, device: str) -> Example:
    given = level.luma.to(device)
    if below is not None:
        larger = functional.interpolate(below, given.shape[2:], mode="bilinear")
        given = torch.cat([given, larger], dim=1)
    return Example(given.contiguous(memory_format=torch.channels_last), level.color.to(device), level.weight.to(device))


def _picture_of(answer: Tensor) -> Pixels:
    """1 x 3 x H x W -> H x W x 3."""
    return np.asarray(answer[0].permute(1, 2, 0).cpu().numpy())


def _meeting(hints: Hints, hole: Mask, luma: Pixels, chroma: Pixels, run: Run) -> Pixels:
    """The chroma with its last difference from the hints spread over what they lie on, nothing of it beyond the hole."""
    missing = np.where(hints.where[..., None], chroma_of(hints.color) - chroma, 0)
    return np.asarray(chroma + propagated(luma, hints.where | ~hole, missing, hole & ~hints.where, run), np.float32)

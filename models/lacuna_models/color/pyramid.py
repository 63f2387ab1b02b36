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

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..errors import NothingToSample
from ..networks.pyramid_generator import BLOCKS, WIDTH, PyramidGenerator
from ..region import Pixels, Region
from ..run import Run
from .internal_learning import Example, answered, learned
from .levels import Level, levels_of, sheet_of
from .levin import propagated
from .planes import chroma_of, luma_of, rgb_of, within_gamut

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


class PyramidSolver:
    """The published pyramid. It learns for minutes on a CPU and for half a minute or so on a GPU."""

    def __init__(
        self,
        *,
        levels: int = LEVELS,
        iterations: int = ITERATIONS,
        alone: int = ITERATIONS_ALONE,
        width: int = WIDTH,
        blocks: int = BLOCKS,
    ) -> None:
        """
        Args:
            levels: 1 to 5, at most.
            iterations: of each level.
            alone: iterations where there is one level only.
            width, blocks: of the generators.
        """
        self._levels, self._iterations, self._alone = levels, iterations, alone
        self._width, self._blocks = width, blocks

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver. Raises NotFinite too, where learning fails at every rate."""
        rgb = region.image[..., :3]
        if not region.known.any() and region.hints is None and region.reference is None:
            raise NothingToSample
        if not region.hole.any():
            return rgb.copy()
        chroma = within_gamut(luma, self._restored(region, luma, run))
        if region.hints is not None:
            chroma = within_gamut(luma, _meeting(region, luma, chroma, run))
        run.progress(1.0)
        return np.where(region.hole[..., None], rgb_of(luma, chroma), rgb).astype(np.float32)

    def _restored(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """H x W x 2: the chroma of the picture that the finest generator makes."""
        count = self._count(luma.shape)
        multiple = max(LEAST_PICTURE, 2 ** (count - 1))
        sheets = [sheet_of(luma, region.image, region.known, region.hints, multiple)]
        if region.reference is not None:
            other = region.reference
            sheets.append(sheet_of(luma_of(other), other, np.ones(other.shape[:2], bool), None, multiple))
        answer = self._climbed([levels_of(sheet, count) for sheet in sheets], run)
        picture = answer[0].permute(1, 2, 0).cpu().numpy()[: luma.shape[0], : luma.shape[1]]
        return np.asarray(chroma_of(picture))

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
            name = f"Learning this picture's colors ({number + 1} of {len(levels)})"
            with run.stage(None, name, ends[number] / ends[-1], ends[number + 1] / ends[-1]):
                examples = [_example(one, below[index] if below else None, run.device) for index, one in enumerate(step)]
                heard = [one for one in examples if bool(one.weight.any())]
                generator = learned(self._maker(len(below) > 0, number, run), heard, rate, steps, run)
                below = [answered(generator, one.given, run) for one in examples]
        return below[0]

    def _maker(self, colored: bool, number: int, run: Run) -> Callable[[], PyramidGenerator]:
        """Of new generators for a level, all the same."""

        def make() -> PyramidGenerator:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(run.seed * len(RATES) + number)
                generator = PyramidGenerator(4 if colored else 1, self._width, self._blocks)
            generator.to(device=run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            return generator

        return make


def _example(level: Level, below: Tensor | None, device: str) -> Example:
    given = level.luma.to(device)
    if below is not None:
        larger = functional.interpolate(below, given.shape[2:], mode="bilinear")
        given = torch.cat([given, larger], dim=1)
    return Example(given.contiguous(memory_format=torch.channels_last), level.color.to(device), level.weight.to(device))


def _meeting(region: Region, luma: Pixels, chroma: Pixels, run: Run) -> Pixels:
    """The chroma with its last difference from the hints spread over what they lie on, nothing of it beyond the hole."""
    assert region.hints is not None
    where = region.hints.where
    wanted = chroma_of(region.hints.color)
    fixed = where | ~region.hole
    missing = np.where(where[..., None], wanted - chroma, 0)
    return np.asarray(chroma + propagated(luma, fixed, missing, region.hole & ~where, run), np.float32)

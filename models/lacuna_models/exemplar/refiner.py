"""The 'exemplar' refiner: PatchMatch completion behind the pipeline's interface."""

from __future__ import annotations

import numpy as np

from ..region import Pixels, Region
from ..run import Run
from .completion import Completion

LEFT_OUT = (
    "The region is large, so it was searched with fewer angles and sizes than asked for. A smaller context leaves room for more."
)


class ExemplarRefiner:
    """Fills from the region's own patches; with a coarse result it follows that, without one it is a whole fill."""

    def __init__(self) -> None:
        self._region: Region | None = None
        self._coarse: Pixels | None = None
        self._run: Run | None = None
        self._completion: Completion | None = None

    def refine(self, region: Region, coarse: Pixels | None, run: Run) -> Pixels:
        """Return H x W x C float32, outside the hole the bits of region.image. Raises Cancelled, NothingToSample.

        Called again with the same region, coarse result and run, it avoids what its fills before copied.
        """

        def show(name: str, picture: Pixels) -> None:
            straight = _straight(picture)
            if name == "initial":
                run.keep(name, straight)
            run.preview(straight)

        filled = self._of(region, coarse, run).fill(run.seed, on_progress=run.progress, on_picture=show)
        result = region.image.copy()
        result[region.hole] = _straight(filled)[region.hole]
        return result

    def _of(self, region: Region, coarse: Pixels | None, run: Run) -> Completion:
        """The completion that has made the fills of this region before, or a new one."""
        known = self._region is region and self._coarse is coarse and self._run is run
        if self._completion is None or not known:
            self._completion = Completion(
                _premultiplied(region.image),
                region.hole,
                region.known,
                visible=region.visible,
                guide=None if coarse is None else _premultiplied(coarse),
                sampling=run.sampling,
                cancel_flag=run.cancel_flag,
            )
            self._region, self._coarse, self._run = region, coarse, run
            if self._completion.left_out:
                run.warnings.append(LEFT_OUT)
        return self._completion


def _premultiplied(image: Pixels) -> Pixels:
    """Color times opacity: a nearly transparent pixel's color says nothing and must not decide which patches match."""
    if image.shape[2] < 4:
        return image
    return np.concatenate([image[..., :3] * image[..., 3:], image[..., 3:]], axis=2)


def _straight(image: Pixels) -> Pixels:
    """Undo _premultiplied; the color of a wholly transparent pixel is black."""
    if image.shape[2] < 4:
        return image
    opacity = image[..., 3:]
    color = np.divide(image[..., :3], opacity, out=np.zeros_like(image[..., :3]), where=opacity > 0)
    return np.concatenate([color, opacity], axis=2)

"""Colors by the network of Zhang et al. 2017, which knows what things of the world look like; given ones are its hints."""

from __future__ import annotations

import numpy as np
import torch

from ..memory import is_out_of_memory
from ..networks.lab import lab_of, rgb_of
from ..region import Pixels, Region
from ..run import Run
from ..two_stage.inference import infer
from ..two_stage.loading import Ready, ready
from ..two_stage.resizing import padded
from ..two_stage.tensors import batch, picture_of
from . import planes
from .given import given_chroma, without_reference
from .levin import propagated
from .planes import Planes, chroma_of, within_gamut
from .reduced import reduced

NETWORK = "zhang"
CONTEXT = 0.5  # of the hole's side: with more, the hole itself becomes small at the size that the network works at
PULL = 0.006  # of what the given colors are missed by, away from them: it is halved every 6 px or so
ON_THE_CPU = "The GPU's memory was not enough for the colors, so the CPU computed them."


class ZhangSolver:
    """At the size that the weights were trained for. It has no use for a reference picture."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver. Raises NotFinite and WeightsError, too; MemoryError when not even the CPU's memory is enough."""
        region = without_reference(region, NETWORK, run)
        try:
            return _solved(region, luma, ready(NETWORK, run.device, run), run.device, run)
        except Exception as error:
            if run.device == "cpu" or not is_out_of_memory(error):
                raise
        torch.cuda.empty_cache()
        run.warn(ON_THE_CPU)
        return _solved(region, luma, ready(NETWORK, "cpu", run), "cpu", run)


def _solved(region: Region, luma: Pixels, loaded: Ready, device: str, run: Run) -> Pixels:
    work = reduced(region, luma, run, most_pixels=loaded.size**2, context=CONTEXT)
    where, given = given_chroma(work.region)
    with run.stage(None, "Coloring", 0.0, 0.8):
        found = _colored(np.nan_to_num(work.luma), where[..., None].astype(np.float32), given, loaded, device, run)
    missed = np.where(where[..., None], given - found, 0)
    with run.stage(None, "Joining colors", 0.8, 0.9):
        pull = np.full(where.shape, PULL)
        found = found + propagated(work.luma, where, missed, work.region.hole, run, confidence=pull, target=np.zeros_like(missed))
    with run.stage(None, "Enlarging colors", 0.9, 1.0):
        return work.full(found, run)


def _colored(luma: Pixels, mask: Pixels, given: Planes, loaded: Ready, device: str, run: Run) -> Planes:
    """H x W x 2: the chroma of the whole picture.

    Args:
        luma: H x W, finite.
        mask: H x W x 1, 1 where a color is given, else 0.
        given: H x W x 2, its chroma.
    """
    seen = padded(np.concatenate([_rgb(luma, given), mask], axis=2), loaded.multiple)
    gray = padded(np.repeat(luma[..., None], 3, axis=2), loaded.multiple)
    lightness = lab_of(batch(gray))[:, :1]
    inputs = lightness, lab_of(batch(seen[..., :3]))[:, 1:], batch(seen[..., 3:])
    found = infer(loaded.network, inputs, device, run)
    made = picture_of(rgb_of(torch.cat([lightness, found], dim=1)))
    return chroma_of(made[: luma.shape[0], : luma.shape[1]])


def _rgb(luma: Pixels, chroma: Planes) -> Pixels:
    """What exists of those colors, as float32."""
    return planes.rgb_of(luma, within_gamut(luma, chroma)).astype(np.float32)

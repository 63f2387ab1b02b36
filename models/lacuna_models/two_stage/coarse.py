"""Stage 1: a network completes the structure at a small size."""

from __future__ import annotations

import numpy as np
import torch

from ..color.planes import luma_of
from ..memory import is_out_of_memory
from ..region import Pixels, Region
from ..run import Run
from .inference import infer
from .loading import Ready, ready
from .resizing import Small, enlarged, fitting_side, padded, shrunk, thinned, working_size
from .sight import layers_of
from .tensors import batch, picture_of

VISIBLE = 1e-3  # opacity; a pixel of less has no color that could be seen
ON_THE_CPU = "The GPU's memory was not enough for the first stage, so the CPU computed it."


class _NetworkBackbone:
    """Shrinks the region, completes it with a network, enlarges the result."""

    network: str
    luma = False

    def complete(self, region: Region, run: Run) -> Pixels:
        """Return H x W x C float32, outside the hole the bits of region.image.

        Raises Cancelled, NothingToSample, NotFinite, WeightsError; MemoryError when not even the CPU's memory is enough.
        """
        result = region.image.copy()
        if not region.hole.any():
            return result
        layers = list(layers_of(region))
        for number, layer in enumerate(layers):
            run.progress(number / len(layers))
            made = self._somewhere(layer.seen(region.image), layer.trust, run)
            layer.put(made, result, region.hole)
        run.preview(thinned(result))
        run.progress(1.0)
        return result

    def _somewhere(self, picture: Pixels, trust: Pixels, run: Run) -> Pixels:
        """On the run's device, or on the CPU when that one's memory is not enough."""
        try:
            return self._completed(picture, trust, ready(self.network, run.device, run, luma=self.luma), run.device, run)
        except Exception as error:
            if run.device == "cpu" or not is_out_of_memory(error):
                raise
        torch.cuda.empty_cache()
        run.warn(ON_THE_CPU)
        return self._completed(picture, trust, ready(self.network, "cpu", run, luma=self.luma), "cpu", run)

    def _completed(self, picture: Pixels, trust: Pixels, loaded: Ready, device: str, run: Run) -> Pixels:
        """H x W x 3; of a pixel that is partly known at the small size, that part is kept."""
        raise NotImplementedError


class LightBackbone(_NetworkBackbone):
    """Lacuna's own coarse network (networks/light_coarse.py), at the size that fits the hole, never above the region's."""

    network = "light-coarse"

    def __init__(self, longest: int | None = None) -> None:
        """
        Args:
            longest: px, to work at no more than that.
        """
        self._longest = longest

    def _completed(self, picture: Pixels, trust: Pixels, loaded: Ready, device: str, run: Run) -> Pixels:
        fitting = fitting_side(trust <= VISIBLE, loaded.size)
        small = shrunk(picture, trust, working_size(trust.shape, min(fitting, self._longest or fitting)))
        multiple = loaded.multiple
        inputs = batch(padded(small.color, multiple)), batch(1 - padded(small.trust, multiple)[..., None])
        made = picture_of(infer(loaded.network, inputs, device, run))
        return enlarged(composed(self._meant(small), made), trust.shape)

    def _meant(self, small: Small) -> Small:
        """Of what it sees, what it is to complete."""
        return small


class LightMonoBackbone(LightBackbone):
    """The same for luma alone: it sees color and fills gray, which a color solver is to color."""

    luma = True

    def _meant(self, small: Small) -> Small:
        gray = np.repeat(luma_of(small.color)[..., None], 3, axis=2)
        return Small(np.asarray(gray, np.float32), small.trust)


class DfnetBackbone(_NetworkBackbone):
    """DFNet (Hong et al. 2019) as Moskalenko et al. 2020 run it: in the middle of 512 x 512 px, with black bars.

    Better than published where its weights allow it: the picture is shrunk by areas, not by single pixels, and a pixel of
    which any part is hole counts as hole. A partly transparent pixel is known: its opacity only weighs its color.
    """

    network = "dfnet"
    side = 512  # px

    def _completed(self, picture: Pixels, trust: Pixels, loaded: Ready, device: str, run: Run) -> Pixels:
        size = working_size(trust.shape, self.side, enlarge=True)
        known = shrunk(picture, (trust > VISIBLE).astype(np.float32), size).trust
        small = Small(shrunk(picture, trust, size).color, np.floor(known + np.float32(1e-4)))
        height, width = small.trust.shape
        top, left = (self.side - height) // 2, (self.side - width) // 2
        middle = np.s_[top : top + height, left : left + width]
        color = np.zeros((self.side, self.side, 3), np.float32)
        unknown = np.zeros((self.side, self.side, 1), np.float32)
        color[middle], unknown[middle] = small.color, 1 - small.trust[..., None]
        made = picture_of(infer(loaded.network, (batch(color), batch(unknown)), device, run))
        return enlarged(composed(small, made[middle]), trust.shape)


def composed(small: Small, made: Pixels) -> Pixels:
    """What is known, and what the network made (its bottom and right may have been padded) where it is not.

    Args:
        made: h x w x 3, or x 1 of gray.
    """
    share = small.trust[..., None]
    return share * small.color + (1 - share) * made[: share.shape[0], : share.shape[1]]

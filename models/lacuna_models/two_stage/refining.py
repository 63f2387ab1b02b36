"""Stage 2 by network: detail at full resolution, tile by tile where the hole is."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from ..color.planes import luma_of
from ..errors import NothingFilled
from ..networks.prefill import push_pull
from ..networks.shifts import Shifts
from ..region import Mask, Pixels, Region
from ..run import Run
from .layout import Tile
from .resizing import enlarged, padded, shrunk, thinned, working_size
from .shifting import best_shifts, published_shifts
from .sight import Layer, layers_of
from .stacking import stack_of
from .tensors import batch, picture_of
from .tiling import Tiling

GUESSED_AT = 256  # px, the long side at which what is neither known nor filled is guessed


class UnetRefiner:
    """Lacuna's own refinement network (networks/light_refinement.py), with shifts chosen for the hole."""

    network = "light-refinement"
    luma = False
    pixel_bytes = 850  # see Tiling; measured

    def refine(self, region: Region, coarse: Pixels | None, run: Run) -> Pixels:
        """Return H x W x C float32, outside the hole the bits of region.image.

        Raises Cancelled, NothingToSample, NothingFilled without a coarse result, NotFinite, WeightsError; MemoryError when
        not even small tiles on the CPU fit.
        """
        if coarse is None:
            raise NothingFilled
        result = region.image.copy()
        if not region.hole.any():
            return result
        layers = list(layers_of(region))
        tiling = Tiling(self.network, self.pixel_bytes, run, luma=self.luma)
        shifts = self._shifts(region.hole, region.known)
        for number, layer in enumerate(layers):
            with run.stage(None, "Filling in the detail", number / len(layers), (number + 1) / len(layers)):
                self._refine_layer(region, coarse, layer, shifts, tiling, result, run)
        return result

    def _shifts(self, hole: Mask, known: Mask) -> Shifts:
        return best_shifts(hole, known)

    def _refine_layer(
        self, region: Region, coarse: Pixels, layer: Layer, shifts: Shifts, tiling: Tiling, result: Pixels, run: Run
    ) -> None:
        filled = picture_of_all(region, coarse, layer)
        main = padded(luma_of(filled)[..., None] if self.luma else filled, tiling.multiple)
        mask = padded((layer.trust == 0).astype(np.float32), tiling.multiple)

        def stack(window: Tile) -> Tensor:
            return stack_of(main, mask, shifts, window)

        total, done = int(np.count_nonzero(region.hole)), 0
        for tile, made in tiling.over(region.hole, stack):
            hole = region.hole[tile.part]
            layer.put(made, result[tile.part], hole)
            done += int(np.count_nonzero(hole))
            run.progress(done / total)
            run.preview(thinned(result))


class MonoUnetRefiner(UnetRefiner):
    """The same for luma alone: it fills gray, which a color solver is to color."""

    luma = True


class PublishedUnetRefiner(UnetRefiner):
    """The refinement network of Moskalenko et al. 2020 (networks/refinement.py), with the published shifts."""

    network = "refinement"
    pixel_bytes = 1450

    def _shifts(self, hole: Mask, known: Mask) -> Shifts:
        del known  # the published shifts do not depend on it
        return published_shifts(hole.shape)


def picture_of_all(region: Region, filled: Pixels, layer: Layer) -> Pixels:
    """The layer of the filled region, with a smooth guess for what is neither known nor filled: H x W x 3.

    So nothing of what may not be sampled gets in, and transparent pixels are not black.
    """
    seen = layer.seen(filled)
    certain = np.where(region.hole, np.float32(1), layer.trust)
    if bool((certain == 1).all()):
        return seen
    small = shrunk(seen, certain, working_size(certain.shape, GUESSED_AT))
    guess = picture_of(push_pull(batch(small.color), batch(1 - small.trust[..., None])))
    share = certain[..., None]
    mixed: Pixels = np.where(share > 0, seen, np.float32(0)) * share + enlarged(guess, certain.shape) * (1 - share)
    return mixed

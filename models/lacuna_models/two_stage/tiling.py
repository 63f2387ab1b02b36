"""A network that works tile by tile, and gives way when memory runs out: smaller tiles, then the CPU."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from ..memory import is_out_of_memory
from ..region import Mask, Pixels
from ..run import Run
from .inference import infer
from .layout import Tile, split, tiles_of
from .loading import ready
from .tensors import picture_of

CPU_BYTES = 1 << 30  # what a tile may take on the CPU
GPU_SHARE = 0.5  # of a GPU's free memory that it may take there
LARGEST = 1024  # px, the side of the largest tile: larger ones save little of the surroundings that neighbors share
SMALLEST = 64  # px; below, nearly all work is surroundings
SMALLER_TILES = "There was not enough memory, so the detail was computed in smaller tiles."
ON_THE_CPU = "The GPU's memory was not enough for the detail, so the CPU computed it."


class Tiling:
    """A refinement network on a device, and how large the tiles are that it gets."""

    def __init__(self, network: str, pixel_bytes: int, run: Run, *, luma: bool = False) -> None:
        """
        Args:
            pixel_bytes: what a pixel of a tile takes while the network runs, with its weights apart.
            luma: the network for luma alone.

        Raises WeightsError, MemoryError.
        """
        self._network, self._pixel_bytes, self._run, self._luma = network, pixel_bytes, run, luma
        self._device = run.device
        try:
            self._loaded = ready(network, run.device, run, luma=luma)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            self._onto_the_cpu()
        self.multiple, self._halo = self._loaded.multiple, self._loaded.halo
        self._asked = self._up(run.tile)
        self._side = self._fitting()

    def over(self, hole: Mask, stack_of: Callable[[Tile], Tensor]) -> Iterator[tuple[Tile, Pixels]]:
        """Every tile that touches the hole with the network's picture of it, cut at the frame: h x w x 3 float32 (of luma x 1).

        Args:
            hole: H x W.
            stack_of: the network's input for a window whose sides are multiples of the network's.

        Raises Cancelled, NotFinite; MemoryError when not even small tiles on the CPU fit.
        """
        frame = self._up(hole.shape[0]), self._up(hole.shape[1])
        if self._asked and any(tile.side > self._side for tile in tiles_of(hole, self._asked, self.multiple)):
            self._run.warn(SMALLER_TILES)
        pending = list(tiles_of(hole, self._side, self.multiple))[::-1]
        while pending:
            tile = pending.pop()
            if tile.side > self._side:
                pending += list(split(hole, tile, self._side, self.multiple))[::-1]
                continue
            window = tile.with_halo(self._halo, frame)
            made = self._try(stack_of, window)
            if made is None:
                pending.append(tile)
                continue
            yield tile, made[tile.within(window)][: hole.shape[0] - tile.top, : hole.shape[1] - tile.left]

    def _try(self, stack_of: Callable[[Tile], Tensor], window: Tile) -> Pixels | None:
        """The network's picture, or None when memory ran out and it is to be tried again in another way."""
        try:
            made = infer(self._loaded.network, [stack_of(window)], self._device, self._run)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        else:
            return picture_of(made)
        self._give_way()  # out here, where the failure no longer holds its tensors
        return None

    def _give_way(self) -> None:
        """Tiles of half the side, down to SMALLEST; then the CPU instead of a GPU; then MemoryError."""
        if self._device != "cpu":
            torch.cuda.empty_cache()
        if self._side > max(SMALLEST, self.multiple):
            self._side = self._up(self._side // 2)
            self._run.warn(SMALLER_TILES)
        elif self._device != "cpu":
            self._onto_the_cpu()
            self._side = self._fitting()
        else:
            raise MemoryError(f"a tile of {self._side} px does not fit")

    def _onto_the_cpu(self) -> None:
        """Raises MemoryError on the CPU already."""
        if self._device == "cpu":
            raise MemoryError(f"the network '{self._network}' does not fit")
        self._run.warn(ON_THE_CPU)
        self._device = "cpu"
        self._loaded = ready(self._network, "cpu", self._run, luma=self._luma)

    def _fitting(self) -> int:
        """The side of the tiles: what the run asks for, else LARGEST, unless that does not fit with its surroundings."""
        room = CPU_BYTES if self._device == "cpu" else torch.cuda.mem_get_info(self._device)[0] * GPU_SHARE
        side = math.isqrt(int(room / self._pixel_bytes)) - 2 * self._halo
        return self._up(min(max(side // self.multiple * self.multiple, SMALLEST), self._asked or LARGEST))

    def _up(self, value: int) -> int:
        return -(-value // self.multiple) * self.multiple

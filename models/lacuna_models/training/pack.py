"""What the refinement network learns from: pictures, their holes, and what stage 1 made of them, computed once.

The paper does the same (Moskalenko, Erofeev and Vatolin 2020, section 3.3): stage 1 is frozen, its results are precomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
KINDS = ("pictures", "holes", "fills")  # also of the files


@dataclass(frozen=True, slots=True)
class Pack:
    """
    Attributes:
        pictures: N x S x S x 3.
        holes: N x S x S, 255 = hole, 0 = known.
        fills: N x S x S x 3, equal to the pictures outside the holes.
    """

    pictures: Bytes
    holes: Bytes
    fills: Bytes

    @classmethod
    def begun(cls, folder: Path, name: str, count: int, side: int) -> Pack:
        """Arrays of `count` rows that lie in files of the folder: those of a run that was stopped, else new ones, all 0.

        What is written into them is kept, also when the process is killed. Raises OSError, ValueError.
        """
        folder.mkdir(parents=True, exist_ok=True)
        arrays = []
        for kind, more in zip(KINDS, ((3,), (), (3,)), strict=True):
            path, shape = folder / f"{name}-{kind}.partial.npy", (count, side, side, *more)
            if not path.exists():
                fresh = path.with_suffix(".new")
                np.lib.format.open_memmap(fresh, "w+", np.uint8, shape).flush()
                fresh.replace(path)
            arrays.append(np.lib.format.open_memmap(path, "r+"))
            if arrays[-1].shape != shape:
                raise ValueError(f"{path} is of another size; delete it")
        return cls(*arrays)

    @staticmethod
    def finish(folder: Path, begun: str, name: str) -> None:
        """Put the files of begun() in the place of NAME-pictures.npy and so on. Raises OSError."""
        for kind in KINDS:
            (folder / f"{begun}-{kind}.partial.npy").replace(folder / f"{name}-{kind}.npy")

    @classmethod
    def load(cls, folder: Path, name: str) -> Pack:
        """What finish() left, mapped: nothing is read before it is used.

        Raises OSError, ValueError when the arrays do not belong together.
        """
        made = cls(*(np.load(folder / f"{name}-{kind}.npy", mmap_mode="c") for kind in KINDS))
        if not made.pictures.shape == made.fills.shape == (*made.holes.shape, 3):
            raise ValueError(f"the arrays of {folder}/{name}-*.npy are not of one size")
        return made

    def __add__(self, other: Pack) -> Pack:
        """Both, one after the other. Raises ValueError when their pictures are not of one size."""
        sides = [pack.pictures.shape[1] for pack in (self, other)]
        if sides[0] != sides[1]:
            raise ValueError(f"the packs are of different sizes: {sides[0]} and {sides[1]} px")
        return Pack(*(np.concatenate((getattr(self, kind), getattr(other, kind))) for kind in KINDS))

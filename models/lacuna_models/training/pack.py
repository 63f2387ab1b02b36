"""What the refinement network learns from: pictures, their holes, and what stage 1 made of them, computed once.

The paper does the same (Moskalenko, Erofeev and Vatolin 2020, section 3.3): stage 1 is frozen, its results are precomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


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

    def save(self, folder: Path, name: str) -> None:
        """As NAME-pictures.npy and so on; raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind in ("pictures", "holes", "fills"):
            partial = folder / f"{name}-{kind}.partial.npy"
            np.save(partial, getattr(self, kind))
            partial.replace(folder / f"{name}-{kind}.npy")

    @classmethod
    def load(cls, folder: Path, name: str) -> Pack:
        """What save() wrote. Raises OSError, ValueError when the arrays do not belong together."""
        made = cls(*(np.load(folder / f"{name}-{kind}.npy") for kind in ("pictures", "holes", "fills")))
        if not made.pictures.shape == made.fills.shape == (*made.holes.shape, 3):
            raise ValueError(f"the arrays of {folder}/{name}-*.npy are not of one size")
        return made

    def __add__(self, other: Pack) -> Pack:
        """Both, one after the other."""
        pairs = ((getattr(self, kind), getattr(other, kind)) for kind in ("pictures", "holes", "fills"))
        return Pack(*(np.concatenate(pair) for pair in pairs))

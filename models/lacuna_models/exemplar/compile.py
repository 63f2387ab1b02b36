"""Compile every kernel and keep the code on disk: `python -m lacuna_models.exemplar.compile`, run once by the installer."""

from __future__ import annotations

import numpy as np

from .completion import complete


def warm_up() -> None:
    """Run a tiny fill. Importing the kernels compiled them (or read them from Numba's cache); the fill proves that they run."""
    image = np.indices((24, 24, 3)).sum(axis=0).astype(np.float32)
    hole = np.zeros((24, 24), np.bool_)
    hole[10:13, 10:13] = True
    complete(image, hole, ~hole)


if __name__ == "__main__":
    warm_up()

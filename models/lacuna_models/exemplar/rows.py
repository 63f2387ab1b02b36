"""Large pictures a few rows at a time: little memory, and a cancel is heard between any two."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled

BAND = 64  # rows


def rows_of(height: int, cancel_flag: NDArray[np.uint8]) -> Iterator[slice]:
    """All rows, BAND at a time. Raises Cancelled."""
    for start in range(0, height, BAND):
        if cancel_flag[0]:
            raise Cancelled
        yield slice(start, min(start + BAND, height))

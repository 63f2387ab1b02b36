"""Work on all cores. What is computed does not depend on their number: that decides nothing but the speed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from ..errors import Cancelled

BAND = 4096  # items: some milliseconds of work

Result = TypeVar("Result")


def in_bands(work: Callable[[int, int], int], count: int, band: int = BAND, *, alone: bool = False) -> None:
    """Call work(first, end) for bands of about so many items, side by side; they must release the GIL.

    Args:
        work: returns how many of the items it did: fewer than all only after a cancel.
        alone: all items are one band, for work that counts as it goes.

    Raises Cancelled.
    """
    bands = 1 if alone else max(count // band, 1)
    edges = [count * number // bands for number in range(bands + 1)]
    done = work(0, count) if bands == 1 else sum(_pool("band").map(work, edges[:-1], edges[1:]))
    if done < count:
        raise Cancelled


def side_by_side(work: Callable[[int], Result], count: int) -> Iterator[Result]:
    """work(0), work(1) ... work(count - 1), computed side by side; the work may itself be in bands."""
    return _pool("whole").map(work, range(count))


@cache
def _pool(kind: str) -> ThreadPoolExecutor:
    """One for bands and one for what waits for bands, which would else wait for itself."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ThreadPoolExecutor(cores, f"exemplar-{kind}")

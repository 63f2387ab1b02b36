"""From an island and what its hole becomes to the patch that is sent: the bounding box of what alpha blends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect
from lacuna_client.result import Patch
from lacuna_models.bands import bands
from lacuna_models.region import Pixels
from lacuna_models.run import Run

from .blend import Alpha, reach
from .composite import spans_of
from .island import Island
from .pixels import buffer_of

BAND = 1 << 16  # pixels blended at once: float64 is never held for the whole hole, and stays in the processor's cache

Blend = Callable[[NDArray[Any], Pixels, Alpha], NDArray[Any]]  # (original, fill, alpha) -> pixels in the original's dtype


def patch_of(island: Island, fill: Pixels, alpha: Alpha, blend: Blend, run: Run, variant: int = 0) -> Patch:
    """The blended pixels of the bounding box of alpha > 0, and its spans.

    Raises LacunaError 'empty_selection', Cancelled.
    """
    part = reach(alpha)
    if part is None:
        raise LacunaError("empty_selection")
    rows, columns = part
    rect = Rect(island.rect.x + columns.start, island.rect.y + rows.start, columns.stop - columns.start, rows.stop - rows.start)
    image, fill, alpha = island.image[part], fill[part], alpha[part]
    pixels = np.empty_like(image, order="C")
    for band in bands(alpha.shape, BAND):
        run.progress(band.start / rect.height)
        pixels[band] = blend(image[band], fill[band], alpha[band])
    number = f"{island.number}-{variant}"
    spans = buffer_of(f"spans{number}", spans_of(alpha), "spans")
    return Patch(rect, buffer_of(f"pixels{number}", pixels, "R'G'B'A"), spans, variant)

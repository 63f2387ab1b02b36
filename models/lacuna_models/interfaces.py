"""What a backbone and a refiner are: the two interfaces that the pipeline composes."""

from __future__ import annotations

from typing import Protocol

from .region import Pixels, Region
from .run import Run


class Backbone(Protocol):
    """Stage 1: completes the structure."""

    def complete(self, region: Region, run: Run) -> Pixels:
        """Return H x W x C float32; outside the hole it equals region.image. Raises Cancelled, NothingToSample."""
        ...


class Refiner(Protocol):
    """Stage 2: full-resolution detail."""

    def refine(self, region: Region, coarse: Pixels | None, run: Run) -> Pixels:
        """Return H x W x C float32; outside the hole it equals region.image.

        Called again on the same object with the same region, for another variant, it returns a fill that differs from
        those before as far as the part can (registry.Part.varies).

        Args:
            coarse: stage 1's result at the region's size, or None when there is no stage 1.

        Raises Cancelled, NothingToSample.
        """
        ...

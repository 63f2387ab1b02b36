"""What a backbone, a refiner and a color solver are: the interfaces that the pipeline composes."""

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


class ColorSolver(Protocol):
    """Stage 3: color for a given luma, from this picture's known colors and the artist's hints alone."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """Return H x W x 3 float32: in the hole `luma` with restored color, elsewhere region.image's first three channels.

        Colors are known at region.known, at region.hints (which are met in chroma) and in region.reference. What the image
        holds in the hole is not to be used.

        Args:
            luma: H x W float32, Y' (lacuna_models.color.planes); outside the hole it is the image's own.

        Raises Cancelled, and NothingToSample where no color is known anywhere.
        """
        ...

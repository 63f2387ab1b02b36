"""REGION: a box's pixels and its alpha -> the Region that the methods see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_models.bands import bands
from lacuna_models.color.planes import luma_of
from lacuna_models.errors import NothingToSample
from lacuna_models.region import Hints, Mask, Pixels, Region
from lacuna_models.run import Run

from .blend import Alpha
from .pixels import to_float

NEARLY_GRAY = 2 / 255  # the difference of R', G' and B' up to which a picture counts as gray


def region_of(
    image: NDArray[Any],
    alpha: Alpha,
    *,
    keep_alpha: bool,
    sources: NDArray[np.bool_] | None = None,
    hints: Hints | None = None,
) -> Region:
    """The region of one box.

    Transparent pixels and the hole hold 0 in it, whatever they held before: nothing can leak from there into the fill.
    Visible pixels outside the sources hold their values (0 where these are no numbers) and are 'excluded'.
    It has 4 channels when known pixels are partly transparent (the fill then gets an opacity of its own), unless the
    opacity is kept anyway.

    Args:
        image: H x W x 4 u8, u16 or f32, R'G'B' with straight alpha.
        alpha: H x W; above 0 is the hole.
        sources: H x W, where the artist lets it be sampled; None = everywhere.

    Raises:
        LacunaError: 'bad_pixels' for NaN or infinity where it would be sampled; 'no_sources' when only the sources are to
            blame that nothing is known.
        NothingToSample: no visible pixel outside the hole.
    """
    seen = _Seen.of(to_float(image), alpha > 0, sources)
    if not seen.visible.any():
        raise NothingToSample
    if not seen.known.any():
        raise LacunaError("no_sources")
    seen.blank()
    channels = 4 if not keep_alpha and bool((seen.values[..., 3][seen.known] < 1).any()) else 3
    image = np.ascontiguousarray(seen.values[..., :channels])
    return Region(image, seen.hole, alpha, seen.known, seen.excluded, hints)


def color_region_of(
    image: NDArray[Any],
    alpha: Alpha,
    run: Run,
    *,
    sources: NDArray[np.bool_] | None = None,
    hints: Hints | None = None,
    reference: Pixels | None = None,
) -> tuple[Region, Pixels]:
    """The region of one box for a color solver, and the box's luma: H x W float32, the original's in the hole too.

    Where all that is known is gray and there are hints or a reference, the known pixels become excluded ones: gray round a
    gray picture is a lack of color and not a color to be spread. Otherwise as region_of, with three channels; a region
    without any known pixel is none of its errors.

    Args:
        alpha: H x W; 0 where the image is transparent.

    Raises LacunaError 'bad_pixels', for the hole's pixels too; Cancelled.
    """
    color, luma, known = np.empty((*alpha.shape, 3), np.float32), np.empty_like(alpha), np.empty(alpha.shape, np.bool_)
    excluded = None if sources is None else np.empty_like(known)
    for rows in bands(alpha.shape):
        run.check()
        seen = _Seen.of(to_float(image[rows]), alpha[rows] > 0, None if sources is None else sources[rows])
        if not np.isfinite(seen.values[seen.hole]).all():
            raise LacunaError("bad_pixels", detail="a selected pixel is not finite")
        luma[rows] = np.where(seen.hole | seen.shown, luma_of(seen.values[..., :3]), np.float32(0))
        seen.blank()
        color[rows], known[rows] = seen.values[..., :3], seen.known
        if excluded is not None:
            excluded[rows] = seen.excluded
    return without_gray(Region(color, alpha > 0, alpha, known, excluded, hints, reference)), luma


def without_gray(region: Region) -> Region:
    """The region for a color solver: see color_region_of about what is gray."""
    if (region.hints is None and region.reference is None) or has_color(region):
        return region
    return replace(region, known=np.zeros_like(region.known), excluded=region.visible)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A box's pixels in [0, 1], and which of them may be seen and sampled.

    Attributes:
        values: H x W x 4 float32.
        visible: H x W, opaque enough to be seen and not hole.
        known, excluded: as Region has them.
    """

    values: Pixels
    hole: Mask
    visible: Mask
    known: Mask
    excluded: Mask | None

    @classmethod
    def of(cls, values: Pixels, hole: Mask, sources: NDArray[np.bool_] | None) -> _Seen:
        """Raises LacunaError 'bad_pixels' for an opacity that is not finite."""
        opacity = values[..., 3]
        if not np.isfinite(opacity[~hole]).all():
            raise LacunaError("bad_pixels", detail="the alpha channel is not finite")
        visible = ~hole & (opacity > 0)
        if sources is None:
            return cls(values, hole, visible, visible, None)
        return cls(values, hole, visible, visible & sources, visible & ~sources & np.isfinite(values).all(axis=2))

    @property
    def shown(self) -> Mask:
        """H x W: known or excluded."""
        return self.known if self.excluded is None else self.known | self.excluded

    def blank(self) -> None:
        """Put 0 into what is not shown. Raises LacunaError 'bad_pixels' for a shown pixel that is not finite."""
        self.values[~self.shown] = 0.0
        if not np.isfinite(self.values).all():
            raise LacunaError("bad_pixels", detail="a visible pixel is not finite")


def has_color(region: Region) -> bool:
    """Whether any known pixel is other than gray, but for what a JPEG makes of gray."""
    return any(_any_color(region.image[rows], region.known[rows]) for rows in bands(region.known.shape))


def _any_color(image: Pixels, known: Mask) -> bool:
    if not known.any():
        return False
    red, green, blue = (image[..., channel] for channel in range(3))  # two at a time: numpy is slow along an axis of three
    high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return bool((known & (high - low > NEARLY_GRAY)).any())


def is_gray(region: Region) -> bool:
    """Whether all known pixels have R' = G' = B'; a fill of it must be gray too, to the last bit."""
    red, green, blue = (region.image[..., i] for i in range(3))
    return bool((((red == green) & (green == blue)) | ~region.known).all())

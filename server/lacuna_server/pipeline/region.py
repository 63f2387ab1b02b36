"""REGION: a box's pixels and its alpha -> the Region that the methods see."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_models.errors import NothingToSample
from lacuna_models.region import Region

from .blend import Alpha
from .pixels import to_float


def region_of(image: NDArray[Any], alpha: Alpha, *, keep_alpha: bool, sources: NDArray[np.bool_] | None = None) -> Region:
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
    values, hole = to_float(image), alpha > 0
    opacity = values[..., 3]
    if not np.isfinite(opacity[~hole]).all():
        raise LacunaError("bad_pixels", detail="the alpha channel is not finite")
    visible = ~hole & (opacity > 0)
    if not visible.any():
        raise NothingToSample
    known, excluded = visible, None
    if sources is not None:
        known, excluded = visible & sources, visible & ~sources & np.isfinite(values).all(axis=2)
        if not known.any():
            raise LacunaError("no_sources")
    values[~known if excluded is None else ~(known | excluded)] = 0.0
    if not np.isfinite(values).all():
        raise LacunaError("bad_pixels", detail="a visible pixel is not finite")
    channels = 4 if not keep_alpha and bool((opacity[known] < 1).any()) else 3
    return Region(np.ascontiguousarray(values[..., :channels]), hole, alpha, known, excluded)


def is_gray(region: Region) -> bool:
    """Whether all known pixels have R' = G' = B'; a fill of it must be gray too, to the last bit."""
    red, green, blue = (region.image[..., i] for i in range(3))
    return bool((((red == green) & (green == blue)) | ~region.known).all())

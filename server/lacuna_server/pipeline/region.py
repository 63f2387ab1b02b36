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


def region_of(image: NDArray[Any], alpha: Alpha, *, keep_alpha: bool) -> Region:
    """The region of one box.

    Transparent pixels and the hole hold 0 in it, whatever they held before: nothing can leak from there into the fill.
    It has 4 channels when known pixels are partly transparent (the fill then gets an opacity of its own), unless the
    opacity is kept anyway.

    Args:
        image: H x W x 4 u8, u16 or f32, R'G'B' with straight alpha.
        alpha: H x W; above 0 is the hole.

    Raises:
        LacunaError: 'bad_pixels' for NaN or infinity where it would be sampled.
        NothingToSample: no known pixel.
    """
    values, hole = to_float(image), alpha > 0
    opacity = values[..., 3]
    if not np.isfinite(opacity[~hole]).all():
        raise LacunaError("bad_pixels", detail="the alpha channel is not finite")
    known = ~hole & (opacity > 0)
    if not known.any():
        raise NothingToSample
    values[~known] = 0.0
    if not np.isfinite(values).all():
        raise LacunaError("bad_pixels", detail="a visible pixel is not finite")
    channels = 4 if not keep_alpha and bool((opacity[known] < 1).any()) else 3
    return Region(np.ascontiguousarray(values[..., :channels]), hole, alpha, known)


def is_gray(region: Region) -> bool:
    """Whether all known pixels have R' = G' = B'; a fill of it must be gray too, to the last bit."""
    red, green, blue = (region.image[..., i] for i in range(3))
    return bool((red == green).all() and (green == blue).all())  # what is not known is 0 in all channels

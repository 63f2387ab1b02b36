"""What a color reference shows: pixels of another place, layer or picture whose colors are taken."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError
from lacuna_models.region import Pixels

from .blend import reach
from .pixels import array_of, to_float


def shown_by(reference: Buffer | None) -> Pixels | None:
    """h x w x 3 float32: the visible part's bounding box, what is transparent in it filled with the nearest visible pixel.

    So its texture stays where it was, and no color comes in that is not seen. None where nothing is visible.

    Args:
        reference: see ColorRequest.

    Raises LacunaError 'bad_pixels' for visible values that are not numbers.
    """
    if reference is None:
        return None
    values = to_float(array_of(reference))
    if not np.isfinite(values[..., 3]).all():
        raise LacunaError("bad_pixels", detail="the reference's alpha channel is not finite")
    part = reach(values[..., 3])
    if part is None:
        return None
    color, visible = values[part][..., :3], values[part][..., 3] > 0
    if not np.isfinite(color[visible]).all():
        raise LacunaError("bad_pixels", detail="a visible pixel of the reference is not finite")
    if not visible.all():
        nearest = ndimage.distance_transform_edt(~visible, return_distances=False, return_indices=True)
        color = color[tuple(nearest)]
    return np.ascontiguousarray(color)


def typical_color(reference: Pixels) -> tuple[float, float, float]:
    """The median of each channel: what a reference says where one color is wanted."""
    red, green, blue = (float(value) for value in np.median(reference.reshape(-1, 3), axis=0))
    return red, green, blue

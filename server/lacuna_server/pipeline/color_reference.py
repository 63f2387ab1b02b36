"""What a color reference shows: pixels of another place, layer or picture whose colors are taken."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError
from lacuna_models.color.modes import groups_of
from lacuna_models.color.things import looks_of
from lacuna_models.region import Pixels

from .blend import reach
from .pixels import array_of, to_float

TRANSPARENT = "The reference is transparent all over, so no color comes from it."
SAMPLES = 10_000  # of a reference, for its typical color


def shown_by(reference: Buffer | None) -> Pixels | None:
    """h x w x 3 float32: the visible part's bounding box, what is transparent in it filled with the nearest visible pixel.

    So its texture stays where it was, and no color comes in that is not seen. None where nothing is visible.

    Args:
        reference: see ColorRequest.

    Raises LacunaError 'bad_pixels' for visible values that are not numbers.
    """
    seen = _seen(reference)
    if seen is None:
        return None
    color, visible = seen[0], seen[1] > 0
    if not visible.all():
        nearest = ndimage.distance_transform_edt(~visible, return_distances=False, return_indices=True)
        color = color[tuple(nearest)]
    return np.ascontiguousarray(color)


def typical_color(reference: Buffer | None) -> tuple[float, float, float] | None:
    """What a reference says where one color is wanted: the color of a pixel of it, the middle one of the most frequent kind.

    A pixel counts as much as it is opaque. None where nothing is visible.

    Args:
        reference: see ColorRequest.

    Raises LacunaError 'bad_pixels' for visible values that are not numbers.
    """
    seen = _seen(reference)
    if seen is None:
        return None
    color, opacity = seen[0][seen[1] > 0], np.cumsum(seen[1][seen[1] > 0], dtype=np.float64)
    samples = color[np.searchsorted(opacity, (np.arange(SAMPLES) + 0.5) / SAMPLES * opacity[-1])]
    looks = looks_of(samples)
    centers, group = groups_of(looks)
    of = group[cKDTree(centers).query(looks)[1]]
    kind = of == np.bincount(of).argmax()
    middle = np.abs(looks[kind] - np.median(looks[kind], axis=0)).sum(axis=1).argmin()
    red, green, blue = (float(value) for value in samples[kind][middle])
    return red, green, blue


def _seen(reference: Buffer | None) -> tuple[Pixels, Pixels] | None:
    """h x w x 3 colors and h x w opacity of the visible part's bounding box; None where nothing is visible.

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
    color, opacity = values[part][..., :3], values[part][..., 3]
    if not np.isfinite(color[opacity > 0]).all():
        raise LacunaError("bad_pixels", detail="a visible pixel of the reference is not finite")
    return color, opacity

"""How near colors are to the truth, how much they vary, and which ones come from nowhere."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.planes import chroma_of, luma_of, rgb_of, within_gamut
from ..region import Hints, Mask, Pixels
from .cielab import ciede2000, lab_of

REACH = 4.0  # units of a*b* beyond every known color that make a color a foreign one
RARE = 1e-4  # of the known pixels: colors of fewer than that are noise
LIMIT = 128  # a* and b* of sRGB lie within


def mean_ciede2000(picture: Pixels, truth: Pixels, where: Mask) -> float:
    """Mean Delta E 00 over the pixels of `where`; 0 for equal pictures, about 1 is just seen."""
    return float(ciede2000(lab_of(picture[where]), lab_of(truth[where])).mean())


def chroma_error(picture: Pixels, truth: Pixels, where: Mask) -> float:
    """Mean distance in (a*, b*) over the pixels of `where`; unlike mean_ciede2000 it is blind to lightness."""
    return float(np.hypot(*(_ab(picture[where]) - _ab(truth[where])).T).mean())


def chroma_spread(picture: Pixels, where: Mask) -> float:
    """Standard deviation of (a*, b*) over the pixels of `where`, both axes together."""
    return float(np.sqrt(_ab(picture[where]).var(axis=0).sum()))


def chroma_spread_ratio(picture: Pixels, original: Pixels, where: Mask) -> float:
    """The picture's chroma spread over the original's: 0 = a flat tint, 1 = as varied; nan where the original has none."""
    spread = chroma_spread(original, where)
    return chroma_spread(picture, where) / spread if spread else math.nan


def hint_error(picture: Pixels, hints: Hints) -> float:
    """Mean distance in (a*, b*) between the picture and its hints, whose colors are taken as they exist at the picture's luma.

    nan without a hint.
    """
    if not hints.where.any():
        return math.nan
    shown = picture[hints.where]
    luma = luma_of(shown)
    wanted = rgb_of(luma, within_gamut(luma, chroma_of(hints.color[hints.where])))
    return float(np.hypot(*(_ab(shown) - _ab(wanted)).T).mean())


def foreign_chroma(picture: Pixels, hole: Mask) -> float:
    """The share of the hole's pixels whose (a*, b*) is further than REACH from that of every known pixel near the hole.

    Near is within half of the longer side of the hole's bounding box. What mixes two colors, or lets one bleed into another,
    makes such pixels; so does a color that the surroundings truly do not have: compare with the untouched picture's own share.
    nan where nothing is known.
    """
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    band = max(int(rows[-1] - rows[0]), int(columns[-1] - columns[0])) / 2 + 1
    near = ~hole & (cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5) <= band)
    if not near.any():
        return math.nan
    known = np.zeros((2 * LIMIT + 1, 2 * LIMIT + 1), np.int64)
    np.add.at(known, _bins(picture[near]), 1)
    absent = (known <= RARE * np.count_nonzero(near)).astype(np.uint8)
    distance = cv2.distanceTransform(absent, cv2.DIST_L2, 5)
    return float((distance[_bins(picture[hole])] > REACH).mean())


def _ab(rgb: Pixels) -> NDArray[np.float64]:
    return lab_of(rgb)[..., 1:]


def _bins(rgb: Pixels) -> tuple[NDArray[np.intp], ...]:
    """n x 3 -> their places in a table of (a*, b*) with steps of 1."""
    return tuple(np.rint(_ab(rgb)).astype(np.intp).T + LIMIT)

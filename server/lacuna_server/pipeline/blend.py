"""alpha = feather(grow(selection)): how the fill is blended into the picture; where it is above 0 is the hole."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError

from .pixels import to_float

Alpha = NDArray[np.float32]

DISC = 12  # px, the largest disc that a soft selection is dilated by at once
SIGMAS = 2.5  # the Gaussian is cut off at so many standard deviations, at `feather` px
ROUNDING = 1e-3  # px, the slack in comparing distances; distances between pixels differ by more up to 500 px


def weights(selection: NDArray[Any]) -> Alpha:
    """H x W u8, u16 or f32 -> [0, 1]. Raises LacunaError 'bad_request' on NaN."""
    values = to_float(selection)
    if selection.dtype.kind != "f":
        return values
    if bool(np.isnan(values).any()):
        raise LacunaError("bad_request", detail="the selection holds NaN")
    return np.clip(values, 0.0, 1.0)


def alpha_of(selection: Alpha, grow_px: int, feather_px: int) -> Alpha:
    """H x W in [0, 1]. With both 0 it is the selection itself; only the part that can be above 0 is worked on."""
    part = reach(selection, grow_px + feather_px)
    if part is None:
        return np.zeros_like(selection)
    alpha = np.zeros_like(selection)
    alpha[part] = feather(grow(selection[part], grow_px), feather_px)
    return alpha


def reach(values: NDArray[Any], margin: int = 0) -> tuple[slice, slice] | None:
    """Rows and columns of the bounding box of what is above 0, with a margin, inside the frame; None when all is 0."""
    above = values > 0
    rows, columns = np.flatnonzero(above.any(axis=1)), np.flatnonzero(above.any(axis=0))
    if not rows.size:
        return None
    top, left = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    return slice(top, int(rows[-1]) + margin + 1), slice(left, int(columns[-1]) + margin + 1)


def grow(selection: Alpha, px: int) -> Alpha:
    """The maximum of the selection over a disc of radius px (gray dilation), soft values kept.

    A selection of 0 and 1 only is grown exactly, by distance. A soft one is dilated by discs of at most DISC px one
    after the other: exact up to DISC px, then by a polygon that lies inside the disc, at most a few percent of px short.
    """
    if px == 0:
        return selection
    if bool(np.isin(selection, (0.0, 1.0)).all()):
        return (distance_to(selection > 0) <= px + ROUNDING).astype(np.float32)
    grown = selection
    for start in range(0, px, DISC):
        grown = np.asarray(cv2.dilate(grown, disc(min(DISC, px - start)), borderType=cv2.BORDER_REPLICATE), np.float32)
    return grown


def feather(selection: Alpha, px: int) -> Alpha:
    """A Gaussian blur of finite support: exactly 0 farther than px outside, exactly what it was deeper than px inside.

    The frame's border is continued outward, so a selection that ends with the picture does not fade there.
    """
    if px == 0:
        return selection
    blurred = cv2.GaussianBlur(selection, (2 * px + 1, 2 * px + 1), px / SIGMAS, borderType=cv2.BORDER_REPLICATE)
    blurred = np.clip(blurred, 0.0, 1.0)
    blurred[distance_to(selection > 0) > px + ROUNDING] = 0.0
    blurred[distance_to(selection < 1) > px + ROUNDING] = 1.0
    return np.asarray(blurred)


def distance_to(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each pixel's exact Euclidean distance, in px, to the nearest True; infinite when there is none."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE))


def disc(radius: int) -> NDArray[np.uint8]:
    """1 within `radius` px of the center, in a square of 2 radius + 1."""
    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(x * x + y * y <= radius * radius, np.uint8)

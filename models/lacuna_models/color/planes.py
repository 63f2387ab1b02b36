"""Luma and chroma, and the way back: the two halves that the monochromic bottleneck separates.

Luma is Y' (BT.709 weights on R'G'B'), chroma the color differences (R' - Y', B' - Y'). Both are linear in R'G'B', so a
picture is its luma and its chroma to the last bit of the arithmetic, in any float dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..bt709 import LUMA

Planes = NDArray[np.floating[Any]]


def luma_of(rgb: Planes) -> Planes:
    """... x 3 R'G'B' -> ... Y', in the dtype that came."""
    red, green, blue = (rgb[..., channel] * rgb.dtype.type(weight) for channel, weight in enumerate(LUMA))
    total: Planes = red + green + blue
    return total


def chroma_of(rgb: Planes) -> Planes:
    """... x 3 R'G'B' -> ... x 2: (R' - Y', B' - Y'); 0 where it is gray."""
    luma = luma_of(rgb)
    return np.stack([rgb[..., 0] - luma, rgb[..., 2] - luma], axis=-1)


def rgb_of(luma: Planes, chroma: Planes) -> Planes:
    """... Y' and ... x 2 chroma -> ... x 3 R'G'B' of exactly that luma; not clipped."""
    return luma[..., None] + differences(chroma)


def differences(chroma: Planes) -> Planes:
    """... x 2 -> ... x 3: (R' - Y', G' - Y', B' - Y')."""
    red, blue = chroma[..., 0], chroma[..., 1]
    green = -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    return np.stack([red, green.astype(chroma.dtype), blue], axis=-1)


def within_gamut(luma: Planes, chroma: Planes, low: float = 0.0, high: float = 1.0) -> Planes:
    """The chroma, less of it (at the same hue) where no color from low to high has that much at that luma.

    Args:
        luma: ... Y'; where it is itself beyond low or high the chroma becomes 0.
        chroma: ... x 2.
    """
    away = differences(chroma)
    luma = np.clip(luma, low, high)[..., None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        room = np.where(away > 0, (high - luma) / away, np.where(away < 0, (low - luma) / away, np.inf))
    least = np.minimum(np.minimum(room[..., 0], room[..., 1]), room[..., 2])  # numpy is slow along an axis of three
    share = np.minimum(least, 1.0).astype(chroma.dtype)
    less: Planes = chroma * share[..., None]
    return less

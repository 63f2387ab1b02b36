"""Color on a luma that stays the picture's own: the last projection in float64, and a rounding that keeps Y'."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_models.bt709 import LUMA
from lacuna_models.color.planes import chroma_of, luma_of, rgb_of, within_gamut
from lacuna_models.region import Pixels

from .blend import Alpha
from .pixels import from_float, full_scale

Rows = NDArray[np.float64]  # N x 3 colors in [0, 1], beyond where the picture goes beyond
Limits = tuple[float, float]
GRAY = 2.0**-22  # of the largest of R', G', B': they are one value but for float32's rounding up to this difference


def limits_of(image: NDArray[Any], where: NDArray[np.bool_]) -> Limits:
    """The least and the greatest value that a color may get: 0 and 1, in a float picture also its own where it goes beyond.

    Args:
        image: H x W x 4 u8, u16 or f32.
        where: H x W, the pixels that count; finite there.
    """
    if image.dtype.kind != "f":
        return 0.0, 1.0
    values = image[where, :3]
    return float(values.min(initial=0.0)), float(values.max(initial=1.0))


def color_layer(original: NDArray[Any], fill: Pixels, alpha: Alpha, limits: Limits, *, keep_luma: bool) -> NDArray[Any]:
    """The color alone, on the original's luma, with alpha as its alpha channel; all 0 where alpha or the original's is.

    Clipped to what lies below it (GIMP's composite mode) it gives what recomposed() gives, and opacity stays.

    Args:
        original: H x W x 4 u8, u16 or f32, straight alpha; finite where alpha is above 0 and it is visible.
        fill: H x W x 3 float32, a color solver's.
        alpha: H x W in [0, 1].
        limits: see limits_of.
        keep_luma: only the fill's chroma is used; else its luma too.
    """
    out = np.zeros_like(original)
    where = (alpha > 0) & (original[..., 3] > 0)
    before = original[where, :3].astype(np.float64) / full_scale(original.dtype)
    out[where, :3] = rounded(projected(before, fill[where], limits, keep_luma=keep_luma), original.dtype)
    out[where, 3] = from_float(alpha[where].astype(np.float64), original.dtype)
    return out


def recomposed(original: NDArray[Any], fill: Pixels, alpha: Alpha, limits: Limits, *, keep_luma: bool) -> NDArray[Any]:
    """The original with its color blended into the fill's (arguments as for color_layer); where alpha is 0 its bits.

    Both have the original's luma, so the blend has it too. Opacity stays, and what is transparent does not change.
    """
    out = original.copy()
    where = (alpha > 0) & (original[..., 3] > 0)
    before = original[where, :3].astype(np.float64) / full_scale(original.dtype)
    color = projected(before, fill[where], limits, keep_luma=keep_luma)
    share = alpha[where, None].astype(np.float64)
    out[where, :3] = rounded(np.where(share == 1.0, color, before + share * (color - before)), original.dtype)
    return out


def projected(before: Rows, fill: NDArray[np.float32], limits: Limits, *, keep_luma: bool) -> Rows:
    """N x 3: the fill's chroma, as much of it as there is at the luma of what was before; without keep_luma the fill itself."""
    wanted = fill.astype(np.float64)
    if not keep_luma:
        return np.clip(wanted, *limits)
    luma = luma_of(before)
    chroma = chroma_of(wanted)
    chroma[_is_gray(wanted)] = 0.0
    return np.asarray(rgb_of(luma, within_gamut(luma, chroma, *limits)), np.float64)


def rounded(color: Rows, dtype: np.dtype[Any]) -> NDArray[Any]:
    """N x 3 colors -> u8, u16 or f32 whose luma is nearest to theirs, within half a step of integers.

    R' and B' are rounded by themselves and G', which weighs most, makes up for them: luma is off by at most 0.36 of a
    step (half of G's weight). A gray color is rounded as a whole, so that it stays gray.
    """
    scale = full_scale(dtype)
    color = color if dtype.kind == "f" else np.clip(color, 0.0, 1.0) * scale
    luma = np.asarray(luma_of(color), np.float64)
    out = _nearest(color, dtype)
    red, blue = out[:, 0].astype(np.float64), out[:, 2].astype(np.float64)
    green = (luma - LUMA[0] * red - LUMA[2] * blue) / LUMA[1]
    out[:, 1] = _nearest(green, dtype)
    gray = _is_gray(color)
    out[gray] = _nearest(luma[gray], dtype)[:, None]
    return out


def _nearest(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype.kind == "f":
        return values.astype(dtype)
    whole: NDArray[Any] = np.rint(np.clip(values, 0.0, full_scale(dtype))).astype(dtype)
    return whole


def _is_gray(color: Rows) -> NDArray[np.bool_]:
    red, green, blue = color.T  # two at a time: numpy is slow along an axis of three
    high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    gray: NDArray[np.bool_] = high - low <= GRAY * np.maximum(high, -low)
    return gray

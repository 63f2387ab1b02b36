"""COMPOSITE: original + alpha * (fill - original), back in the box's own precision, and the runs that may change."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_models.region import Pixels

from .blend import Alpha
from .pixels import from_float, full_scale

Spans = NDArray[np.int32]
Rows = NDArray[np.float64]  # N x 3 colors or N opacities, of the N pixels of a hole


def layer(original: NDArray[Any], fill: Pixels, alpha: Alpha, *, keep_alpha: bool) -> NDArray[Any]:
    """The raw fill with alpha times its own opacity as alpha channel; all 0 outside the hole.

    Args:
        original: H x W x 4 u8, u16 or f32, straight alpha.
        fill: H x W x 3 or 4 float32; with 3 channels it is opaque.
        alpha: H x W in [0, 1].
        keep_alpha: the fill is as opaque as the original is.
    """
    hole = alpha > 0
    color, opacity = _fill_of(fill, hole)
    if keep_alpha:
        opacity = _opacity_of(original[hole])
    out = np.zeros_like(original)
    out[hole, :3] = from_float(color, original.dtype)
    out[hole, 3] = from_float(alpha[hole] * opacity, original.dtype)
    return out


def composite(original: NDArray[Any], fill: Pixels, alpha: Alpha, *, keep_alpha: bool) -> NDArray[Any]:
    """The original blended with the fill (arguments as for `layer`); where alpha is 0 the original's bits.

    Colors are weighted by their opacities, so what is transparent lends no color. With keep_alpha colors are
    blended as they are and opacities stay. Where the original is NaN or infinite the fill replaces it whole.
    """
    out = original.copy()
    changed = (alpha > 0) & (original[..., 3] != 0) if keep_alpha else alpha > 0
    before, share = original[changed], alpha[changed].astype(np.float64)
    share[~np.isfinite(before).all(axis=1)] = 1.0
    color, opacity = _fill_of(fill, changed)
    old_color, old_opacity = before[:, :3].astype(np.float64) / full_scale(original.dtype), _opacity_of(before)
    if keep_alpha:
        out[changed, :3] = from_float(_lerp(old_color, color, share[:, None]), original.dtype)
        return out
    blended = _lerp(old_opacity, opacity, share)
    weight = np.divide(share * opacity, blended, out=share.copy(), where=blended > 0)
    out[changed, :3] = from_float(_lerp(old_color, color, weight[:, None]), original.dtype)
    out[changed, 3] = from_float(blended, original.dtype)
    return out


def spans_of(alpha: Alpha) -> Spans:
    """Every run of alpha > 0 as (row, start, end), end exclusive, in reading order: N x 3 int32."""
    padded = np.zeros((alpha.shape[0], alpha.shape[1] + 2), np.int8)
    padded[:, 1:-1] = alpha > 0
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    return np.stack([rows, starts, ends], axis=1).astype(np.int32)


def _fill_of(fill: Pixels, where: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    chosen = fill[where].astype(np.float64)
    return chosen[:, :3], np.clip(chosen[:, 3], 0.0, 1.0) if chosen.shape[1] == 4 else np.ones(len(chosen))


def _opacity_of(pixels: NDArray[Any]) -> Rows:
    opacity = pixels[:, 3].astype(np.float64) / full_scale(pixels.dtype)
    return np.clip(np.nan_to_num(opacity, nan=0.0), 0.0, 1.0)


def _lerp(old: Rows, new: Rows, share: Rows) -> Rows:
    """old + share * (new - old), exactly `new` at 1, whatever `old` is (NaN too)."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(share == 1.0, new, old + share * (new - old))

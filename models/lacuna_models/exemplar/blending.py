"""The finish of a fill: steps of brightness at its seams and border are spread until nobody sees them.

The fill keeps the differences between neighbors that its sources have, and a smooth correction is added so that it meets
the known pixels (Perez, Gangnet and Blake 2003, section 3; voting on gradients: Darabi et al. 2012). What the
classical form gets wrong is guarded against: a structure that does not fit, such as a dark rim along the hole, is no step of
brightness and must not color the whole fill. So a mismatch is believed the less, the more those near it scatter round their
mean, and not at all where that mean is as large as structures are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled
from ..region import Mask, Pixels
from . import membrane, seams
from .field import Field
from .pyramid import Stock
from .rows import BAND, rows_of
from .threads import in_bands

WINDOW = 7  # px, a patch's width, over which mismatches are averaged and a seam's step is spread
SCATTER = 0.03  # of the mismatches' variance, which counts against their mean; higher, and seams in fine grain stay
LARGEST = 1.0  # of the known pixels' standard deviation (all channels together): a larger step is a structure's
REACH = 100.0  # px, over which a correction fades


def blend(
    picture: Pixels,
    stock: Stock,
    hole: Mask,
    known: Mask,
    field: Field,
    weights: Pixels,
    cancel_flag: NDArray[np.uint8],
    *,
    full_opacity: float | None = None,
) -> None:
    """Correct the hole of `picture` in place.

    Args:
        picture: H x W x 4 float32, within [-1, 1], the vote of `field` with `weights` (N) in its hole.
        stock: what the field's matches are sampled from, within [-1, 1] too.
        known: H x W bool, what the fill meets.
        full_opacity: given where the fourth channel is opacity, by which colors are multiplied: its largest value. It is left
            alone, colors are corrected in its proportion, and where opacities do not fit no color's mismatch is believed.

    Raises Cancelled.
    """
    window = _window(hole)
    inside = np.ascontiguousarray(hole[window])
    _, deviation = cv2.meanStdDev(picture, mask=known.view(np.uint8))
    largest = LARGEST * float(np.linalg.norm(deviation))
    if largest == 0:
        return
    rim = np.ascontiguousarray(known[window]) & (cv2.dilate(inside.view(np.uint8), np.ones((3, 3), np.uint8)) != 0)
    matches = field.index, field.source_rows, field.source_columns, weights, field.radius, window[0].start, window[1].start
    believed = np.empty((*inside.shape, 1), np.float32)
    steps = [np.zeros((*inside.shape, 4), np.float32) for _ in range(2)]
    for axis in (0, 1):
        seen = steps[axis], picture, stock.image, inside.view(np.uint8), *matches, axis
        _in_rows(partial(seams.missing_steps, *seen), len(inside), cancel_flag)
        for band, _, belief in _judged(steps[axis], inside, largest / WINDOW, cancel_flag):
            believed[band] = belief
        steps[axis] *= believed
    heights = np.zeros_like(steps[0])
    met = heights, picture, stock.image, rim.view(np.uint8), *matches
    _in_rows(partial(seams.misfits, *met), len(rim), cancel_flag)
    misfits = heights.copy()
    for band, mean, belief in _judged(misfits, rim, largest, cancel_flag):
        heights[band] = mean * belief
    border, pull = _right_side(inside, rim, heights, steps, cancel_flag)
    correction = membrane.solve(inside, border, pull, 1 / REACH**2, cancel_flag)
    limits = _limits(stock, full_opacity, cancel_flag)
    for band in rows_of(len(inside), cancel_flag):
        _add(picture[window][band], inside[band], correction[band], limits, full_opacity)


def _in_rows(kernel: Callable[[int, int, NDArray[np.uint8]], int], count: int, cancel_flag: NDArray[np.uint8]) -> None:
    """The kernel on all rows, in bands side by side. Raises Cancelled."""
    in_bands(lambda first, end: kernel(first, end, cancel_flag), count, BAND)


def _window(hole: Mask) -> tuple[slice, slice]:
    """The hole's bounding box and one pixel round it, within the frame."""
    rows, columns = (np.flatnonzero(hole.any(axis=axis)) for axis in (1, 0))
    return slice(max(int(rows[0]) - 1, 0), int(rows[-1]) + 2), slice(max(int(columns[0]) - 1, 0), int(columns[-1]) + 2)


def _judged(
    mismatch: Pixels, counted: Mask, largest: float, cancel_flag: NDArray[np.uint8]
) -> Iterator[tuple[slice, Pixels, Pixels]]:
    """_mean_and_belief, band by band. Raises Cancelled."""
    reach = WINDOW // 2
    for band in rows_of(len(mismatch), cancel_flag):
        first = max(band.start - reach, 0)
        mean, belief = _mean_and_belief(mismatch[first : band.stop + reach], counted[first : band.stop + reach], largest)
        rows = slice(band.start - first, band.stop - first)
        yield band, mean[rows], belief[rows]


def _mean_and_belief(mismatch: Pixels, counted: Mask, largest: float) -> tuple[Pixels, Pixels]:
    """The local mean of the counted mismatches, H x W x 4, and how far it is believed, H x W x 1 in [0, 1] for all channels.

    The belief is that in a signal under noise (Wiener) times Tukey's biweight, which is 0 beyond `largest`.
    """
    count: Pixels = np.maximum(_window_mean(counted.astype(np.float32)), np.float32(1e-6))
    mean: Pixels = _window_mean(mismatch) / count[..., None]
    square = _window_mean(np.sum(mismatch * mismatch, axis=2)) / count
    signal = np.sum(mean * mean, axis=2)
    noise = np.float32(SCATTER) * np.maximum(square - signal, 0)
    fits = np.maximum(1 - signal / np.float32(largest**2), 0)
    trust: Pixels = np.divide(signal, signal + noise, out=np.zeros_like(signal), where=signal + noise > 0)
    return mean, (trust * fits * fits)[..., None]


def _window_mean(plane: Pixels) -> Pixels:
    return cv2.boxFilter(plane, -1, (WINDOW, WINDOW), borderType=cv2.BORDER_CONSTANT).astype(np.float32, copy=False)


def _right_side(
    inside: Mask, rim: Mask, heights: Pixels, steps: list[Pixels], cancel_flag: NDArray[np.uint8]
) -> tuple[Pixels, Pixels]:
    """How many neighbors on the rim each pixel of the hole has, and the sum of the heights and steps that they ask for.

    Raises Cancelled.
    """
    border, pull = np.zeros(inside.shape, np.float32), np.zeros(heights.shape, np.float32)
    for axis in (0, 1):
        low = tuple(slice(None, -1) if one == axis else slice(None) for one in (0, 1))
        high = tuple(slice(1, None) if one == axis else slice(None) for one in (0, 1))
        wished = steps[axis][low] * (inside[low] & inside[high])[..., None]
        pull[low] -= wished
        pull[high] += wished
        for here, there in ((low, high), (high, low)):
            if cancel_flag[0]:
                raise Cancelled
            meets = inside[here] & rim[there]
            border[here] += meets
            pull[here] += heights[there] * meets[..., None]
    return border, pull


def _limits(stock: Stock, full_opacity: float | None, cancel_flag: NDArray[np.uint8]) -> tuple[Pixels, Pixels]:
    """The least and greatest sampled value of each channel (4 float32 each), of colors before opacity multiplies them.

    Raises Cancelled.
    """
    extremes = []
    for rows in rows_of(len(stock.known), cancel_flag):
        pixels = stock.image[rows][stock.known[rows]]
        if full_opacity is not None:
            pixels = pixels[pixels[:, 3] > 0]
            pixels = pixels / (pixels[:, 3:] / np.float32(full_opacity))
        if len(pixels):
            extremes += [pixels.min(axis=0), pixels.max(axis=0)]
    return np.min(extremes, axis=0), np.max(extremes, axis=0)


def _add(part: Pixels, inside: Mask, correction: Pixels, limits: tuple[Pixels, Pixels], full_opacity: float | None) -> None:
    """Add the correction to the hole of that part of the picture, within the limits."""
    opacity = np.ones((*inside.shape, 1), np.float32)
    colors = 4
    if full_opacity is not None:
        opacity, colors = part[..., 3:] / np.float32(full_opacity), 3
    corrected = np.clip(part + correction * opacity, limits[0] * opacity, limits[1] * opacity)
    np.copyto(part[..., :colors], corrected[..., :colors], where=inside[..., None])

"""Recoloring in place: a selected thing gets another color, its shading and its natural variation kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..region import Hints, Mask, Pixels
from ..run import Run
from . import noise
from .planes import Planes, chroma_of, luma_of, rgb_of, within_gamut
from .tone import Tone
from .transfer import Transfer
from .typical import Typical, typical_of

MOST_SAMPLES = 100_000  # pixels that a thing's statistics are taken from
STRIP = 1 << 20  # pixels worked on at a time


@dataclass(frozen=True, slots=True)
class Wish:
    """What the artist asks for.

    Attributes:
        color: R'G'B' in [0, 1] for the whole selection, or None: hints alone say.
        strength: in [0, 1], how much of the change.
        tone: in [0, 1], how far the thing's luma goes to the color's; at 0 luma is kept exactly.
    """

    color: tuple[float, float, float] | None
    strength: float = 1.0
    tone: float = 0.0


def recolor(image: Pixels, selection: Pixels, hints: Hints | None, wish: Wish, run: Run) -> Pixels:
    """The image with the selected thing in another color.

    Args:
        image: H x W x 3 float32 R'G'B', of any range; pixels that are not finite stay as they are.
        selection: H x W float32 in [0, 1]; a pixel counts for what is typical as much as it is selected. Where it is above 0
            the result has the whole change: blending is the caller's.
        hints: colors of things inside the selection; without any, wish.color is for the whole selection.

    Returns H x W x 3 float32: outside the selection the image's own values, inside the image's luma (to float32's rounding,
    unless there is a tone) and colors that exist at it. The same image where strength is 0.

    Raises Cancelled.
    """
    result: Pixels = image.copy()
    inside = (selection > 0) & np.isfinite(image).all(axis=-1)
    color = wish.color if hints is None else hints.color[hints.where].mean(axis=0)
    if wish.strength == 0 or color is None or not inside.any():
        return result
    box = _box(inside)
    plan = _Plan.of(image[box], selection[box] * inside[box], np.array(color), wish)
    for rows in _strips(inside[box]):
        run.progress(rows.start / inside.shape[0])
        _recolor_rows(image[box], inside[box], rows, plan, result[box])
    return result


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done to the pixels of one thing."""

    transfer: Transfer
    tone: Tone
    strength: float

    @classmethod
    def of(cls, image: Pixels, weight: Pixels, color: Planes, wish: Wish) -> _Plan:
        typical = _typical(image, weight)
        tone = Tone.between(typical.luma, float(luma_of(color)), wish.tone * wish.strength)
        new = float(tone(np.array(typical.luma)))
        return cls(Transfer.to(chroma_of(color), typical, new), tone, wish.strength)


def _typical(image: Pixels, weight: Pixels) -> Typical:
    places = np.flatnonzero(weight)
    places = places[:: -(-places.size // MOST_SAMPLES)]
    pixels = image.reshape(-1, 3)[places].astype(np.float64)
    pixels /= _excess(pixels)[:, None]
    return typical_of(luma_of(pixels), chroma_of(pixels), weight.ravel()[places].astype(np.float64))


def _excess(pixels: Planes) -> Planes:
    """... x 3 -> ...: what a pixel brighter than white is to be divided by to be none."""
    brightest: Planes = np.maximum(pixels.max(axis=-1), 1)
    return brightest


def _recolor_rows(image: Pixels, inside: Mask, rows: slice, plan: _Plan, result: Pixels) -> None:
    """Write those rows of the result; the rows of the image about them say what is noise."""
    top = max(rows.start - 2 * noise.RADIUS, 0)
    seen = image[top : rows.stop + 2 * noise.RADIUS]
    seen = np.where(np.isfinite(seen).all(axis=-1, keepdims=True), seen, np.float32(0))
    excess = _excess(seen)
    seen = (seen / excess[..., None]).astype(np.float32)
    luma, chroma = luma_of(seen), chroma_of(seen)
    calm = noise.calmed(luma, chroma, 1 / plan.transfer.gain) if plan.transfer.gain > 1 else chroma
    inner = slice(rows.start - top, rows.stop - top)
    luma, chroma, calm, excess = luma[inner], chroma[inner], calm[inner], excess[inner]
    new = plan.tone(luma)
    changed = chroma + np.float32(plan.strength) * (plan.transfer(luma, calm) - chroma)
    recolored = rgb_of(new, within_gamut(new, changed)) * excess[..., None]
    result[rows][inside[rows]] = recolored[inside[rows]]


def _box(inside: Mask) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _strips(inside: Mask) -> Iterator[slice]:
    height = max(STRIP // inside.shape[1], 1)
    for start in range(0, inside.shape[0], height):
        yield slice(start, min(start + height, inside.shape[0]))

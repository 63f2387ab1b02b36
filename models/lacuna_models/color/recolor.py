"""Recoloring in place: a selected thing gets another color, its shading and its natural variation kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..bands import bands
from ..metrics.cielab import lab_of
from ..region import Hints, Mask, Pixels
from ..run import Run
from . import noise
from .influence import Influence, around
from .planes import Planes, chroma_of, luma_of, rgb_of, within_gamut
from .tone import Tone
from .transfer import Transfer
from .typical import Typical, typical_of

MOST_SAMPLES = 10_000  # pixels that a thing's statistics are taken from
STRIP = 1 << 18  # pixels worked on at a time
PIECE = 1 << 15  # pixels of hints worked on at a time
MET = 1.5  # units of a*, b*: no hint is missed by more; half of what shows, since a layer of 8 bits rounds beside it


@dataclass(frozen=True, slots=True)
class Wish:
    """What the artist asks for.

    Attributes:
        color: R'G'B' in [0, 1] for the whole selection, or for what no hint reaches; None: hints alone say.
        strength: in [0, 1], how much of the change.
        tone: in [0, 1], how far a thing's luma goes to its new color's; at 0 luma is kept exactly.
    """

    color: tuple[float, float, float] | None
    strength: float = 1.0
    tone: float = 0.0


def recolor(image: Pixels, selection: Pixels, hints: Hints | None, wish: Wish, run: Run) -> Pixels:
    """The image with the selected thing, or the things that hints pin, in other colors.

    Args:
        image: H x W x 3 float32 R'G'B', of any range; pixels that are not finite stay as they are.
        selection: H x W float32 in [0, 1]; a pixel counts for what is typical as much as it is selected. Where it is above 0
            the result has the whole change: blending is the caller's.
        hints: colors of things inside the selection. Each takes the thing it sits on; where hints disagree on one thing the
            colors pass into each other. At a hint its color is met within MET, as far as it exists at the luma there.

    Returns H x W x 3 float32: outside the selection the image's own values, inside the image's luma (to float32's rounding,
    unless there is a tone) and colors that exist at it. The same image where strength is 0.

    Raises Cancelled.
    """
    run.check()
    result: Pixels = image.copy()
    run.check()
    inside = (selection > 0) & _finite(image)
    run.check()
    pinned = None if hints is None else Hints(hints.where & inside, hints.color)
    if pinned is not None and not pinned.where.any():
        pinned = None
    if wish.strength == 0 or not inside.any() or (wish.color is None and pinned is None):
        return result
    run.check()
    box = around(inside)
    plan = _Plan.of(image[box], selection[box] * inside[box], None if pinned is None else pinned.part(box), wish, run)
    for rows in _strips(inside[box]):
        run.progress(rows.start / inside[box].shape[0])
        _recolor_rows(image[box], inside[box], rows, plan, result[box], run)
    return result


@dataclass(frozen=True, slots=True)
class _Change:
    """What is done to the pixels of one thing."""

    transfer: Transfer
    tone: Tone

    @classmethod
    def to(cls, color: Planes, typical: Typical, wish: Wish) -> _Change:
        tone = Tone.between(typical.luma, float(luma_of(color)), wish.tone * wish.strength)
        return cls(Transfer.to(chroma_of(color), typical, float(tone(np.array(typical.luma)))), tone)


@dataclass(frozen=True, slots=True)
class _Pins:
    """What hints ask for: where each thing is, its change, and the hints themselves."""

    influence: Influence
    changes: list[_Change]
    hints: Hints

    @classmethod
    def of(cls, image: Pixels, weight: Pixels, hints: Hints, wish: Wish, run: Run) -> _Pins:
        influence = Influence.of(_all_shown(image, run), weight, hints, run)
        changes = []
        for thing, color in enumerate(influence.colors):
            run.check()
            changes.append(_Change.to(color, _typical(influence.small, influence.weights[..., thing]), wish))
        return cls(influence, changes, hints)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done to all pixels: each pinned thing's change where it is, and elsewhere the rest's, or nothing."""

    pins: _Pins | None
    rest: _Change | None
    strength: np.float32

    @classmethod
    def of(cls, image: Pixels, weight: Pixels, hints: Hints | None, wish: Wish, run: Run) -> _Plan:
        pins = None if hints is None else _Pins.of(image, weight, hints, wish, run)
        rest = None if wish.color is None else _Change.to(np.array(wish.color), _typical(image, weight), wish)
        return cls(pins, rest, np.float32(wish.strength))

    @property
    def gain(self) -> float:
        """How many times larger small differences in chroma become, at most."""
        changes = [*(self.pins.changes if self.pins else []), *([self.rest] if self.rest else [])]
        return max(change.transfer.gain for change in changes)

    def parts(self, shown: Pixels, top: int) -> list[tuple[_Change, Pixels]]:
        """The changes with their shares of each pixel in some rows of the picture, from the row `top` on."""
        parts, left = [], np.ones((1, 1), np.float32)
        if self.pins is not None:
            weights = self.pins.influence.rows(shown, top)
            parts = [(change, weights[..., thing]) for thing, change in enumerate(self.pins.changes)]
            left = left - weights.sum(axis=-1)
        return parts if self.rest is None else [*parts, (self.rest, left)]


def _typical(image: Pixels, weight: Pixels) -> Typical:
    places = np.flatnonzero(weight)
    places = places[:: -(-places.size // MOST_SAMPLES)]
    pixels = _shown(image.reshape(-1, 3)[places])[0].astype(np.float64)
    return typical_of(luma_of(pixels), chroma_of(pixels), weight.ravel()[places].astype(np.float64))


def _shown(image: Pixels) -> tuple[Pixels, Pixels]:
    """... x 3 of any range -> the colors as a screen shows them, 0 where they are not finite; and ...: by what the pixels
    brighter than white were divided for it."""
    finite: Pixels = np.where(_finite(image)[..., None], image, np.float32(0))
    size = np.abs(finite)
    excess: Pixels = np.maximum(np.maximum(np.maximum(size[..., 0], size[..., 1]), size[..., 2]), np.float32(1))
    return finite / excess[..., None], excess


def _all_shown(image: Pixels, run: Run) -> Pixels:
    """H x W x 3 of any range -> the colors as a screen shows them."""
    shown = np.empty_like(image)
    for rows in bands(image.shape, STRIP):
        run.check()
        shown[rows] = _shown(image[rows])[0]
    return shown


def _finite(image: Pixels) -> Mask:
    """... x 3 -> ...: whether all three are numbers."""
    finite = np.isfinite(image)
    every: Mask = finite[..., 0] & finite[..., 1] & finite[..., 2]
    return every


def _recolor_rows(image: Pixels, inside: Mask, rows: slice, plan: _Plan, result: Pixels, run: Run) -> None:
    """Write those rows of the result; the rows of the image about them say what is noise."""
    top = max(rows.start - 2 * noise.RADIUS, 0)
    inner = slice(rows.start - top, rows.stop - top)
    shown, excess = _shown(image[top : rows.stop + 2 * noise.RADIUS])
    luma, chroma = luma_of(shown), chroma_of(shown)
    calm = noise.calmed(luma, chroma, 1 / plan.gain)[inner] if plan.gain > 1 else chroma[inner]
    luma, chroma, shown, excess = luma[inner], chroma[inner], shown[inner], excess[inner]
    new, moved = luma, chroma
    for change, weight in plan.parts(shown, rows.start):
        run.check()
        new = new + weight * (change.tone(luma) - luma)
        moved = moved + weight[..., None] * (change.transfer(luma, calm) - chroma)
    if plan.pins is not None:
        moved = _met(new, moved, plan.pins.hints.part(rows), run)
    mixed = within_gamut(new, chroma + plan.strength * (moved - chroma))
    where = inside[rows]
    result[rows][where] = (rgb_of(new, mixed) * excess[..., None])[where]


def _met(luma: Planes, chroma: Planes, hints: Hints, run: Run) -> Planes:
    """The chroma, at the hints no further from theirs than MET."""
    met = chroma.copy()
    places = np.flatnonzero(hints.where)
    for start in range(0, places.size, PIECE):
        run.check()
        at = places[start : start + PIECE]
        y = luma.ravel()[at].astype(np.float64)
        asked = within_gamut(y, chroma_of(hints.color.reshape(-1, 3)[at]).astype(np.float64))
        met.reshape(-1, 2)[at] = _nearer(y, within_gamut(y, chroma.reshape(-1, 2)[at].astype(np.float64)), asked)
    return met


def _nearer(luma: Planes, chroma: Planes, asked: Planes) -> Planes:
    """n x 2 chroma, no further from the asked one than MET."""
    goal, near = lab_of(rgb_of(luma, asked)), chroma.copy()
    far = np.arange(luma.size)
    for _ in range(3):  # a*, b* are not quite linear in chroma
        missed = np.hypot(*(lab_of(rgb_of(luma[far], near[far])) - goal[far])[:, 1:].T)
        far, missed = far[missed > MET], missed[missed > MET]
        near[far] = asked[far] + (near[far] - asked[far]) * (MET / missed)[:, None]
    return near


def _strips(inside: Mask) -> Iterator[slice]:
    """The rows in strips of about STRIP pixels, without those where nothing is selected."""
    used = np.flatnonzero(inside.any(axis=1))
    first, last = int(used[0]), int(used[-1])
    for rows in bands((last + 1 - first, inside.shape[1]), STRIP):
        yield slice(first + rows.start, first + rows.stop)

"""How far each hint reaches: over the thing it sits on, up to its edges, and beside other hints a fair share of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..bands import bands
from ..metrics.cielab import lab_of
from ..region import Hints, Mask, Pixels
from ..run import Run
from .joint import Joint
from .things import Places, belonging, looks_of

MOST_PIXELS = 25_000  # of the size at which influence is computed
MOST_THINGS = 12  # more different hints than that are taken together where they are most alike
SHADE = 63  # hints whose R'G'B' differ by less than 1 / SHADE at one place are one
PIECE = 1 << 16  # hints compared at a time
SAME_COLOR, SAME_THING = 4.0, 3.0  # units of a*, b* and of unlikeness: hints nearer than both pin the same
TRACE = 1e-3
KNEE = 0.15  # shares of a thing below this are none, above 1 - KNEE all

Colors = NDArray[np.float64]  # n x 3 R'G'B'


@dataclass(frozen=True, slots=True)
class Influence:
    """For every thing that hints pin: where it is, and its hints' color.

    Attributes:
        colors: things x 3 float64 R'G'B', the mean of each thing's hints.
        small: h x w x 3, the picture at the size at which influence is computed.
        weights: h x w x things, how much each pixel counts for what is typical of a thing: 0 outside the selection, and
            somewhere above it.
        height: of the full picture.
    """

    colors: Colors
    small: Pixels
    weights: Pixels
    joint: Joint
    height: int

    @classmethod
    def of(cls, image: Pixels, selection: Pixels, hints: Hints, run: Run) -> Influence:
        """
        Args:
            image: H x W x 3 R'G'B' in [0, 1], finite, with what is round the selection.
            selection: H x W in [0, 1].
            hints: at least one.
        """
        height, width = selection.shape
        scale = min(1.0, (MOST_PIXELS / selection.size) ** 0.5)
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        small: Pixels = cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 3).astype(np.float32)
        selected = cv2.resize(selection, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0])
        pins, color, count = _gathered(hints, size, run)
        thing = _grouped(color, looks_of(small.reshape(-1, 3))[pins], run)
        things = int(thing.max()) + 1
        places = [np.unique(pins[thing == number]) for number in range(things)]
        run.check()
        sure = belonging(small, selected > 0, places, run)
        joint = Joint.of(small, _shared(sure, places))
        weights = _sharpened(joint.rows(small, 0, size[1])) * (selected > 0)[..., None]
        for number, at in enumerate(places):  # a thing that has no pixel of its own is like its hints
            weights.reshape(-1, things)[at, number] += TRACE
        colors = np.stack([np.average(color[of], axis=0, weights=count[of]) for of in thing == np.arange(things)[:, None]])
        return cls(colors, small, weights, joint, height)

    def rows(self, image: Pixels, top: int) -> Pixels:
        """Some rows of the full picture, rows x W x 3 -> rows x W x things: the weights there."""
        return _sharpened(self.joint.rows(image, top, self.height))


def _gathered(hints: Hints, size: tuple[int, int], run: Run) -> tuple[Places, Colors, NDArray[np.float64]]:
    """The hints as n entries, of each place in the small picture and each shade one: where, the mean color, how many pixels.

    Args:
        size: width and height of the small picture.
    """
    height, width = hints.where.shape
    found = []
    for band in bands(hints.where.shape):
        run.check()
        rows, columns = np.nonzero(hints.where[band])
        rows += band.start
        pins = (rows * size[1] // height) * size[0] + columns * size[0] // width
        color = hints.color[rows, columns].astype(np.float64)
        red, green, blue = np.rint(np.clip(color, 0, 1) * SHADE).astype(np.int64).T
        found.append(_merged(pins << 18 | red << 12 | green << 6 | blue, color, np.ones(rows.size)))
    key, total, count = _merged(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    return key >> 18, total / count[:, None], count


def _merged(key: Places, total: Colors, count: NDArray[np.float64]) -> tuple[Places, Colors, NDArray[np.float64]]:
    """Those of one key added up."""
    found, back = np.unique(key, return_inverse=True)
    sums = [np.bincount(back, total[:, channel], found.size) for channel in range(3)]
    return found, np.stack(sums, axis=1), np.bincount(back, count, found.size).astype(np.float64)


def _grouped(colors: Colors, looks: Pixels, run: Run) -> Places:
    """n hints -> n: which thing each pins, numbered from 0. Hints are of one thing where they agree in color and look alike."""
    keys = []
    for start in range(0, len(colors), PIECE):
        run.check()
        part = slice(start, start + PIECE)
        color, look = lab_of(colors[part])[:, 1:] / SAME_COLOR, looks[part] * np.array([0.5, 1, 1]) / SAME_THING
        steps = np.rint(np.concatenate([color, look], axis=1) * 2).astype(np.int64) + 512
        keys.append(steps @ (1 << np.arange(0, 50, 10)))
    found, back = np.unique(np.concatenate(keys), return_inverse=True)
    signs = ((found[:, None] >> np.arange(0, 50, 10) & 1023) - 512) / 2
    radius = 1.0
    while True:
        run.check()
        group = _led(signs, radius)
        if group.max() < MOST_THINGS:
            return group[back]
        radius *= 1.5


def _led(signs: NDArray[np.float64], radius: float) -> Places:
    """n x d -> n: the group of each; the first one that is further than the radius from every leader leads a new group."""
    group = np.full(len(signs), -1, np.intp)
    for number in range(MOST_THINGS + 1):
        free = np.flatnonzero(group < 0)
        if not free.size:
            break
        near = free[np.hypot.reduce(signs[free] - signs[free[0]], axis=1) <= radius]
        group[near] = number
    group[group < 0] = MOST_THINGS
    return group


def _shared(sure: Pixels, places: list[Places]) -> Pixels:
    """h x w x things, sum <= 1: where several things claim a pixel, the nearest hints have most of it."""
    near = np.empty_like(sure)
    for number, at in enumerate(places):
        away = np.ones(sure.shape[:2], np.uint8)
        away.ravel()[at] = 0
        near[..., number] = 1 / (1 + cv2.distanceTransform(away, cv2.DIST_L2, 5) ** 2)
    claims = sure**4 * near
    total = claims.sum(axis=-1, keepdims=True)
    shares: Pixels = sure.max(axis=-1, keepdims=True) * claims / np.maximum(total, 1e-12)
    return shares


def _sharpened(weights: Pixels) -> Pixels:
    """Weights in [0, 1] whose sum is at most 1; what is nearly none or nearly all becomes so."""
    weights = np.maximum(weights, 0)
    total = weights.sum(axis=-1, keepdims=True)
    sharp = np.clip((total - KNEE) / (1 - 2 * KNEE), 0, 1)
    sharpened: Pixels = weights * (sharp / np.maximum(total, 1e-6))
    return sharpened


def around(inside: Mask) -> tuple[slice, slice]:
    """The selection's box with enough round it to see what is beside the things."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    margin = 4 + max(rows[-1] - rows[0], columns[-1] - columns[0]) // 10
    first, last = (rows[0], columns[0]), (rows[-1], columns[-1])
    top, left = (max(int(value - margin), 0) for value in first)
    return slice(top, int(last[0] + margin + 1)), slice(left, int(last[1] + margin + 1))

"""How far each hint reaches: over the thing it sits on, up to its edges, and beside other hints a fair share of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..metrics.cielab import lab_of
from ..region import Hints, Mask, Pixels
from ..run import Run
from .joint import Joint
from .things import Places, belonging, looks_of

MOST_PIXELS = 25_000  # of the size at which influence is computed
MOST_THINGS = 12  # more different hints than that are taken together where they are most alike
SAME_COLOR, SAME_THING = 4.0, 3.0  # units of a*, b* and of unlikeness: hints nearer than both pin the same
TRACE = 1e-3
KNEE = 0.15  # shares of a thing below this are none, above 1 - KNEE all


@dataclass(frozen=True, slots=True)
class Influence:
    """For every thing that hints pin: where it is, and its hints.

    Attributes:
        hints: for every thing the indices of its hints in the full picture.
        small: h x w x 3, the picture at the size at which influence is computed.
        weights: h x w x things, how much each pixel counts for what is typical of a thing: 0 outside the selection, and
            somewhere above it.
        height: of the full picture.
    """

    hints: list[Places]
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
        rows, columns = np.nonzero(hints.where)
        pins = (rows * size[1] // height) * size[0] + columns * size[0] // width
        thing = _grouped(hints.color[rows, columns], looks_of(small.reshape(-1, 3)[pins]))
        count = int(thing.max()) + 1
        places = [np.unique(pins[thing == number]) for number in range(count)]
        run.check()
        sure = belonging(small, selected > 0, places, run)
        joint = Joint.of(small, _shared(sure, places))
        weights = _sharpened(joint.rows(small, 0, size[1])) * (selected > 0)[..., None]
        for number, at in enumerate(places):  # a thing that has no pixel of its own is like its hints
            weights.reshape(-1, count)[at, number] += TRACE
        where = np.flatnonzero(hints.where)
        return cls([where[thing == number] for number in range(count)], small, weights, joint, height)

    def rows(self, image: Pixels, top: int) -> Pixels:
        """Some rows of the full picture, rows x W x 3 -> rows x W x things: the weights there."""
        return _sharpened(self.joint.rows(image, top, self.height))


def _grouped(colors: Pixels, looks: Pixels) -> Places:
    """n hints -> n: which thing each pins, numbered from 0. Hints are of one thing where they agree in color and look alike."""
    signs = np.concatenate([lab_of(colors)[:, 1:] / SAME_COLOR, looks * np.array([0.5, 1, 1]) / SAME_THING], axis=1)
    _, first, back = np.unique(np.rint(signs * 2), axis=0, return_index=True, return_inverse=True)
    radius = 1.0
    while True:
        group = _led(signs[first], radius)
        if group.max() < MOST_THINGS:
            return group[back.ravel()]
        radius *= 1.5


def _led(signs: Pixels, radius: float) -> Places:
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

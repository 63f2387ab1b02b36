"""Holes like those that are filled: lasso silhouettes, brush strokes, irregular lines and boxes.

Strokes after Yu et al. 2019 (DeepFill v2, algorithm 1), irregular lines and boxes after Suvorov et al. 2022 (LaMa, supplement);
silhouettes, the most frequent thing an artist selects, are smooth closed curves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Drawn = NDArray[np.uint8]  # side x side, 255 = hole
Random = np.random.Generator
Kind = Callable[[int, Random], Drawn]
FINER = 2  # drawn so much larger and averaged down, so that a pixel on the border is partly hole
TRIES = 20


def silhouette(side: int, random: Random) -> Drawn:
    """One object: a closed curve whose radius is a sum of a few waves, stretched and turned."""
    mask = np.zeros((side, side), np.uint8)
    angles = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    waves = sum(random.normal(0, 0.35 / order) * np.cos(order * angles + random.uniform(0, 2 * math.pi)) for order in range(1, 7))
    radius = side * random.uniform(0.1, 0.32) * np.clip(1 + waves, 0.2, 2.2)
    stretch, turn = random.uniform(0.45, 1), random.uniform(0, math.pi)
    across, along = radius * np.cos(angles), radius * np.sin(angles) * stretch
    x = across * math.cos(turn) - along * math.sin(turn) + random.uniform(0.2, 0.8) * side
    y = across * math.sin(turn) + along * math.cos(turn) + random.uniform(0.2, 0.8) * side
    cv2.fillPoly(mask, [np.stack([x, y], axis=1).round().astype(np.int32)], 255)
    return mask


def strokes(side: int, random: Random) -> Drawn:
    """Brush strokes whose direction swings to and fro."""
    mask = np.zeros((side, side), np.uint8)
    reach = side * math.sqrt(2) / 8
    for _ in range(random.integers(1, 5)):
        place = random.uniform(0, side, 2)
        width = max(int(side * random.uniform(0.04, 0.14)), 1)
        for vertex in range(random.integers(4, 12)):
            angle = 2 * math.pi / 5 + random.uniform(-1, 1) * 2 * math.pi / 15
            angle = 2 * math.pi - angle if vertex % 2 else angle
            length = float(np.clip(random.normal(reach, reach / 2), 0, 2 * reach))
            _segment(mask, place, place := np.clip(place + length * _direction(angle), 0, side), width)
    turned: Drawn = np.ascontiguousarray(mask[:: random.choice((-1, 1)), :: random.choice((-1, 1))])
    return turned


def lines(side: int, random: Random) -> Drawn:
    """Wide irregular polylines."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(random.integers(1, 5)):
        place = random.uniform(0, side, 2)
        for _ in range(random.integers(1, 6)):
            width = max(int(side * random.uniform(0.02, 0.3)), 1)
            step = side * random.uniform(0.04, 0.6) * _direction(random.uniform(0, 2 * math.pi))
            _segment(mask, place, place := np.clip(place + step, 0, side), width)
    return mask


def boxes(side: int, random: Random) -> Drawn:
    """One to four upright boxes."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(random.integers(1, 5)):
        height, width = (int(length) for length in side * random.uniform(0.12, 0.5, 2))
        top, left = (int(random.integers(0, side - length + 1)) for length in (height, width))
        mask[top : top + height, left : left + width] = 255
    return mask


KINDS: tuple[tuple[Kind, float], ...] = (  # and how often
    (silhouette, 0.45),
    (strokes, 0.25),
    (lines, 0.15),
    (boxes, 0.15),
)


def mask(side: int, random: Random, low: float, high: float) -> Drawn:
    """A mask of any kind whose hole is between those shares of the picture, border pixels in between 0 and 255."""
    kinds, odds = zip(*KINDS, strict=True)
    for _ in range(TRIES):
        kind = kinds[random.choice(len(kinds), p=odds)]
        small: Drawn = cv2.resize(kind(FINER * side, random), (side, side), interpolation=cv2.INTER_AREA)
        if low <= small.mean() / 255 <= high:
            return small
    return _centered(side, math.sqrt((low + high) / 2))


def bank(side: int, count: int, seed: int, low: float, high: float) -> Drawn:
    """count x side x side masks."""
    random = np.random.default_rng(seed)
    return np.stack([mask(side, random, low, high) for _ in range(count)])


def _centered(side: int, share: float) -> Drawn:
    """A square of that share of the side: what is left when chance gives nothing in the range."""
    drawn = np.zeros((side, side), np.uint8)
    margin = int(side * (1 - share) / 2)
    drawn[margin : side - margin, margin : side - margin] = 255
    return drawn


def _direction(angle: float) -> NDArray[np.float64]:
    return np.array([math.cos(angle), math.sin(angle)])


def _segment(mask: Drawn, start: NDArray[np.float64], end: NDArray[np.float64], width: int) -> None:
    """A line with round ends."""
    points = [tuple(int(value) for value in point) for point in (start, end)]
    cv2.line(mask, points[0], points[1], 255, width)
    for point in points:
        cv2.circle(mask, point, width // 2, 255, -1)

"""Planes of a small picture brought to the full one's size along its edges.

He, Sun and Tang 2010 (guided image filtering) with a color guide, at the small size; its linear functions are then applied to
the full picture (He and Sun 2015, fast guided filter).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..region import Pixels

RADIUS = 3  # px of the small picture
EDGE = 0.02  # of R'G'B': smaller differences are no edge


@dataclass(frozen=True, slots=True)
class Joint:
    """Each plane as a linear function of R'G'B', smooth over the picture.

    Attributes:
        factors: h x w x (4 * planes): for each plane what R', G', B' and 1 are multiplied with.
    """

    factors: Pixels

    @classmethod
    def of(cls, guide: Pixels, planes: Pixels) -> Joint:
        """
        Args:
            guide: h x w x 3 R'G'B', finite.
            planes: h x w x n, finite.
        """
        count = planes.shape[2]
        middle, level = _mean(guide), _mean(planes)
        spread = _mean(_products(guide, guide)) - _products(middle, middle)
        shared = _mean(_products(guide, planes)) - _products(middle, level)
        spread = spread.reshape(*guide.shape[:2], 3, 3) + np.float32(EDGE**2) * np.eye(3, dtype=np.float32)
        slopes = np.linalg.solve(spread, shared.reshape(*guide.shape[:2], 3, count))
        offset = level - np.einsum("hwc,hwcn->hwn", middle, slopes)
        functions = np.concatenate([slopes, offset[:, :, None]], axis=2)
        return cls(_mean(functions.reshape(*guide.shape[:2], 4 * count).astype(np.float32)))

    def rows(self, guide: Pixels, top: int, height: int) -> Pixels:
        """The planes at some rows of the full picture.

        Args:
            guide: rows x W x 3, those rows of the full picture.
            top: of them.
            height: H, of the full picture.

        Returns rows x W x planes.
        """
        small = self.factors.shape[0]
        place = np.clip((np.arange(top, top + len(guide)) + 0.5) * small / height - 0.5, 0, small - 1)
        above = np.minimum(place.astype(np.intp), max(small - 2, 0))
        below, part = np.minimum(above + 1, small - 1), (place - above).astype(np.float32)[:, None, None]
        mixed = self.factors[above] * (1 - part) + self.factors[below] * part
        wide = cv2.resize(mixed, (guide.shape[1], len(guide)), interpolation=cv2.INTER_LINEAR)
        wide = wide.reshape(*guide.shape[:2], 4, -1)
        planes: Pixels = np.einsum("hwc,hwcn->hwn", guide, wide[:, :, :3]) + wide[:, :, 3]
        return planes


def _products(one: Pixels, other: Pixels) -> Pixels:
    """h x w x a and h x w x b -> h x w x (a * b)."""
    products: Pixels = one[..., :, None] * other[..., None, :]
    return products.reshape(*one.shape[:2], -1)


def _mean(planes: Pixels) -> Pixels:
    window = (2 * RADIUS + 1, 2 * RADIUS + 1)
    means = cv2.blur(planes, window, borderType=cv2.BORDER_REFLECT).reshape(planes.shape)
    return means.astype(np.float32, copy=False)

"""CIE L*a*b* of sRGB, and the difference that the eye sees between two colors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float64]
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = TO_XYZ.sum(axis=1)  # D65, as IEC 61966-2-1 has it
LINEAR_BELOW = (6 / 29) ** 3  # of the white's XYZ: CIE 15


def lab_of(rgb: NDArray[np.floating[Any]]) -> Lab:
    """... x 3 sRGB R'G'B' in [0, 1] -> ... x 3: L* in [0, 100], a*, b*. What is beyond [0, 1] is clipped."""
    stored = np.clip(rgb.astype(np.float64), 0, 1)
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    xyz = linear @ TO_XYZ.T / WHITE
    root = np.where(xyz > LINEAR_BELOW, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(one: Lab, other: Lab) -> NDArray[np.float64]:
    """... x 3 L*a*b* each -> ... Delta E 00 (CIE 142-2001; Sharma, Wu and Dalal 2005), all weights 1; about 1 is just seen."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    stretch = 1.5 - 0.5 * _of_25((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1 * stretch)) % 360, np.degrees(np.arctan2(b2, a2 * stretch)) % 360
    gray = c1 * c2 == 0
    turn = np.where(gray, 0.0, (h2 - h1 + 180) % 360 - 180)
    hue = np.where(gray, h1 + h2, _middle(h1, h2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    by_lightness = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * _hue_weight(hue))
    rotation = -2 * _of_25(chroma) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return np.asarray(np.sqrt(by_lightness**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue))


def _of_25(chroma: Lab) -> Lab:
    seventh = chroma**7
    return np.asarray(np.sqrt(seventh / (seventh + 25.0**7)))


def _middle(h1: Lab, h2: Lab) -> Lab:
    """Between two hues in degrees, on the shorter way."""
    far = np.abs(h1 - h2) > 180
    total = h1 + h2
    return np.asarray(np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2)


def _hue_weight(hue: Lab) -> Lab:
    """T of the formula."""
    terms = ((-0.17, 1, 30), (0.24, 2, 0), (0.32, 3, -6), (-0.20, 4, 63))  # (factor, multiple, offset in degrees)
    angles = (factor * np.cos(np.radians(times * hue - offset)) for factor, times, offset in terms)
    return np.asarray(1 + sum(angles))

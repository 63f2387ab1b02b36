"""HaarPSI: Reisenhofer, Bosse, Kutyniok and Wiegand, 'A Haar wavelet-based perceptual similarity index', 2018."""

from __future__ import annotations

import numpy as np

from ..region import Pixels
from .planes import Plane, convolved, halved, yiq

C, ALPHA = 30.0, 4.2  # section 2.3
SCALES = (2, 4, 8)  # px of the wavelets; the two finer ones are compared, the coarsest one weighs


def haarpsi(picture: Pixels, truth: Pixels) -> float:
    """The index for color pictures (eq. 12), from 0 to 1; 1 for equal pictures. Planes at half size, as published."""
    x, y = ([halved(plane) for plane in np.moveaxis(yiq(one), 2, 0)] for one in (picture, truth))
    similarities, weights = [], []
    for turned in (False, True):
        a, b = ([np.abs(convolved(plane[0], _wavelet(side, turned))) for side in SCALES] for plane in (x, y))
        similarities.append((_similar(a[0], b[0]) + _similar(a[1], b[1])) / 2)
        weights.append(np.maximum(a[2], b[2]))
    square = np.full((2, 2), 0.25)
    chroma = [_similar(np.abs(convolved(x[i], square)), np.abs(convolved(y[i], square))) for i in (1, 2)]
    similarities.append((chroma[0] + chroma[1]) / 2)
    weights.append((weights[0] + weights[1]) / 2)
    total = sum(float(weight.sum()) for weight in weights)
    if total == 0:  # neither picture has any structure: nothing was lost
        return 1.0
    mean = sum(float((weight / (1 + np.exp(-ALPHA * s))).sum()) for s, weight in zip(similarities, weights, strict=True)) / total
    return float((np.log(mean / (1 - mean)) / ALPHA) ** 2)


def _wavelet(side: int, turned: bool) -> Plane:
    """A Haar wavelet of side x side px: + above, - below; turned: + left, - right."""
    kernel = np.full((side, side), 1 / side)
    kernel[side // 2 :] *= -1
    return kernel.T if turned else kernel


def _similar(a: Plane, b: Plane) -> Plane:
    return np.asarray((2 * a * b + C) / (a * a + b * b + C))

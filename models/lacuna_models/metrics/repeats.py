"""Copies inside the fill: the same patch pasted twice is what an eye finds first in a fill made of patches."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels
from .planes import luma

Plane = NDArray[np.float32]

FINE, COARSE = 1.0, 4.0  # px, sigmas between which texture is compared: no grain, no shading
WINDOW = 9  # px, the side of the windows that are compared
ALIKE = 0.8  # their least correlation
TEXTURE = 0.004  # the least gradient of that band in every direction, a pixel, root mean square, for values up to 1
NEAREST = 12  # px, shorter offsets only say that neighbors are alike
OFFSETS = 32  # how many are looked at: those at which the fill is most like itself


def longest_repeat(picture: Pixels, hole: Mask) -> float:
    """The diameter, in px, of the largest disc inside the hole of which another copy lies in the hole.

    A pixel is copied by an offset of at least NEAREST px when the windows round it and round the pixel at that offset, both
    inside the hole, correlate by ALIKE or more, in the luma between FINE and COARSE, mean taken off. Only pixels where a
    shift in any direction would show count, so neither flat areas, nor straight edges, nor streaks are repeats by
    themselves. The offsets are the OFFSETS highest peaks of the fill's autocorrelation. The disc is the largest one of
    pixels copied by one and the same offset. From pixels alone: no method has to say where it copied from. A regular
    pattern of the scene itself (tiles, a fence) counts too: compare with the figure of the untouched picture.
    """
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    if not rows.size:
        return 0.0
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    texture = _texture((luma(picture)[box] / 255).astype(np.float32))
    whole = cv2.erode(np.pad(hole[box].astype(np.uint8), 1), np.ones((WINDOW, WINDOW), np.uint8))[1:-1, 1:-1] > 0
    counted = whole & _shows_any_shift(texture)
    if not counted.any():
        return 0.0
    return max((_disc(texture, counted, offset) for offset in _likely_offsets(texture, counted)), default=0.0)


def _texture(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), FINE) - cv2.GaussianBlur(plane, (0, 0), COARSE))


def _shows_any_shift(texture: Plane) -> Mask:
    """Where the gradient along the window's least varied direction (the structure tensor's) is at least TEXTURE."""
    tensor = cv2.cornerMinEigenVal(texture, WINDOW, ksize=3)  # its smaller eigenvalue, OpenCV's scale: 4 times the mean square
    return np.asarray(tensor >= 4 * TEXTURE**2)


def _likely_offsets(texture: Plane, counted: Mask) -> list[tuple[int, int]]:
    """(rows, columns) of the highest peaks of the autocorrelation, each offset once (not its opposite too)."""
    rows, columns = cv2.getOptimalDFTSize(2 * texture.shape[0]), cv2.getOptimalDFTSize(2 * texture.shape[1])
    contrast = np.sqrt(np.maximum(cv2.blur(texture * texture, (WINDOW, WINDOW)), np.float32(1e-12)))
    signal, weight = np.where(counted, texture / contrast, 0), counted.astype(np.float32)
    likeness = _autocorrelation(signal, rows, columns) / np.sqrt(np.maximum(_autocorrelation(weight, rows, columns), 1.0))
    half = likeness[: rows // 2].copy()
    y, x = np.ogrid[: half.shape[0], : half.shape[1]]
    x = (x + columns // 2) % columns - columns // 2
    half[x * x + y * y < NEAREST * NEAREST] = 0
    found = []
    for _ in range(OFFSETS):
        row, column = divmod(int(half.argmax()), columns)
        if half[row, column] <= 0:
            break
        found.append((row, (column + columns // 2) % columns - columns // 2))
        reach = np.s_[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        half[reach] = 0
    return found


def _autocorrelation(plane: NDArray[np.floating], rows: int, columns: int) -> Plane:
    spectrum = np.fft.rfft2(plane, (rows, columns))
    return np.fft.irfft2(np.abs(spectrum) ** 2, (rows, columns)).astype(np.float32)


def _disc(texture: Plane, counted: Mask, offset: tuple[int, int]) -> float:
    """The diameter of the largest disc of counted pixels that are copied by this offset."""
    down, right = offset
    height, width = texture.shape
    if down >= height or abs(right) >= width:
        return 0.0
    here = np.s_[: height - down, max(-right, 0) : width - max(right, 0)]
    there = np.s_[down:, max(right, 0) : width + min(right, 0)]
    both = counted[here] & counted[there]
    if not both.any():
        return 0.0
    a, b = texture[here], texture[there]
    mean_a, mean_b, products, squares_a, squares_b = (cv2.blur(plane, (WINDOW, WINDOW)) for plane in (a, b, a * b, a * a, b * b))
    covariance = products - mean_a * mean_b
    spread = np.sqrt(np.maximum((squares_a - mean_a**2) * (squares_b - mean_b**2), 1e-12))
    copied = both & (covariance >= ALIKE * spread)
    inside = cv2.distanceTransform(np.pad(copied.astype(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return max(2 * float(inside.max()) - 1, 0.0)

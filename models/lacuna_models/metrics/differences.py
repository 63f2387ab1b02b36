"""L1 and PSNR: how far the numbers are from the truth."""

from __future__ import annotations

import math

import numpy as np

from ..region import Mask, Pixels


def l1_percent(picture: Pixels, truth: Pixels) -> float:
    """100 times the mean absolute difference over all pixels and channels: 0 (equal) to 100."""
    return float(100 * np.abs(picture.astype(np.float64) - truth).mean())


def psnr(picture: Pixels, truth: Pixels, where: Mask | None = None) -> float:
    """10 log10(1 / mean squared error) in dB over the pixels of `where` (None: all); infinite for equal pictures.

    At a hole of share h of the picture, PSNR over the hole is lower by -10 log10(h) than over the whole composite.
    """
    difference = picture.astype(np.float64) - truth
    error = float(np.square(difference if where is None else difference[where]).mean())
    return math.inf if error == 0 else -10 * math.log10(error)

"""Bringing values of any range into one that float32 squares and compares well."""

from __future__ import annotations

import math

import numpy as np

from .region import Mask, Pixels


def power_of_two(image: Pixels, where: Mask) -> np.float32:
    """The power of two, at most 2**127, that brings those pixels into [-1, 1] (1 if all are 0); dividing by it is exact.

    Args:
        image: H x W x C, finite where it counts.
        where: H x W, which pixels count.
    """
    counts = where[..., None]
    largest = max(float(image.max(where=counts, initial=0)), -float(image.min(where=counts, initial=0)))
    _, exponent = math.frexp(largest)
    return np.float32(2.0 ** min(exponent, 127))

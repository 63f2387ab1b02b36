"""Bringing values of any range into one that float32 squares and compares well."""

from __future__ import annotations

import math

import numpy as np

from .region import Mask, Pixels


def largest(image: Pixels, where: Mask) -> float:
    """The largest absolute value of those pixels, 0 if there are none.

    Args:
        image: H x W x C, finite where it counts.
        where: H x W, which pixels count.
    """
    counts = where[..., None]
    return max(float(image.max(where=counts, initial=0)), -float(image.min(where=counts, initial=0)))


def power_of_two(value: float) -> np.float32:
    """The power of two, at most 2**127, by which that value (0 or more) is brought into [0, 1]; dividing by it is exact."""
    _, exponent = math.frexp(value)
    return np.float32(2.0 ** min(exponent, 127))

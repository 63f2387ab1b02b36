"""Bringing values of any range into one that float32 squares and compares well."""

from __future__ import annotations

import math

import numpy as np

from .region import Pixels


def power_of_two(values: Pixels) -> np.float32:
    """The power of two, at most 2**127, that brings all values into [-1, 1] (1 where all are 0); dividing by it is exact."""
    _, exponent = math.frexp(float(np.abs(values).max()))
    return np.float32(2.0 ** min(exponent, 127))

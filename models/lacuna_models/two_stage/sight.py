"""What a network gets to see of a region: pictures of three channels within [0, 1], and how far each pixel may be trusted.

Both stages' networks know color only. The opacity of a partly transparent region is completed as a gray picture of its own,
and a pixel's color counts by its opacity: that of a nearly transparent pixel says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import NothingToSample
from ..region import Pixels, Region
from ..scaling import largest, power_of_two

Trust = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a region's channels that goes through the network by itself.

    Attributes:
        channels: which of the region's: the three of color, or that of opacity.
        trust: H x W float32 in [0, 1]: 0 in the hole and wherever nothing may be sampled.
        scale: the power of two that brings the values into [-1, 1].
        low, high: the range of the known values, in the region's own scale; at least 0 to 1.
    """

    channels: slice
    trust: Trust
    scale: float
    low: float
    high: float

    def seen(self, picture: Pixels) -> Pixels:
        """These channels of a picture as the network's three: H x W x 3, scaled."""
        part = picture[..., self.channels]
        part = part if self.scale == 1 else part / np.float32(self.scale)
        return part if part.shape[2] == 3 else np.repeat(part, 3, axis=2)

    def put(self, made: Pixels, into: Pixels, where: NDArray[np.bool_]) -> None:
        """Write what the network made (H x W x 3, or x 1 of gray) into a picture of the region's channels, within the range."""
        values = made[where] if into[..., self.channels].shape[2] == 3 else made[where].mean(axis=1, keepdims=True)
        into[where, self.channels] = np.clip(values * np.float32(self.scale), self.low, self.high)


def layers_of(region: Region) -> Iterator[Layer]:
    """Color, then opacity where the region has it. Raises NothingToSample when no pixel is known."""
    known = region.known & np.isfinite(region.image).all(axis=2)
    if not known.any():
        raise NothingToSample
    certain = known.astype(np.float32)
    opacity = region.image[..., 3] if region.image.shape[2] == 4 else None
    yield _layer(region.image, slice(0, 3), certain if opacity is None else _weighted(certain, opacity), known)
    if opacity is not None:
        yield _layer(region.image, slice(3, 4), certain, known)


def _weighted(certain: Trust, opacity: Trust) -> Trust:
    return np.where(certain > 0, np.clip(opacity, 0, 1), np.float32(0))


def _layer(image: Pixels, channels: slice, trust: Trust, known: NDArray[np.bool_]) -> Layer:
    part = image[..., channels]
    most = largest(part, known)
    lowest = float(part.min(where=known[..., None], initial=0))
    return Layer(channels, trust, float(power_of_two(most)) if most > 1 else 1.0, lowest, max(most, 1.0))

"""A rendered scene of any size for timing: materials with grain and edges between them, the same for everyone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cases import Bytes

PERIOD = 1024  # px
COLORS = np.array([(0.35, 0.45, 0.25), (0.55, 0.40, 0.30), (0.65, 0.70, 0.80)])  # of the materials
GRAIN = 0.18


def scene(width: int, height: int) -> Bytes:
    """height x width x 3 u8. It repeats every PERIOD px from its middle outward, so the middle of a larger one is the same."""
    draw = np.random.default_rng(0)
    coarse, fine = _noise(draw, 2.0), _noise(draw, 1.0)
    material = np.digitize(coarse, (-0.4, 0.6))
    tile = (np.clip(COLORS[material] + GRAIN * fine[..., None], 0, 1) * 255).astype(np.uint8)
    rows, columns = ((np.arange(length) - length // 2) % PERIOD for length in (height, width))
    return tile[np.ix_(rows, columns)]


def _noise(draw: np.random.Generator, slope: float) -> NDArray[np.float64]:
    """Periodic noise whose amplitude falls with frequency ** slope, as photographs' does with 1; mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(PERIOD)[:, None], np.fft.rfftfreq(PERIOD)[None])
    frequency[0, 0] = np.inf
    values = np.fft.irfft2(np.fft.rfft2(draw.normal(size=(PERIOD, PERIOD))) / frequency**slope, (PERIOD, PERIOD))
    return np.asarray((values - values.mean()) / values.std())

"""Attention from pixels whose color is sought to pixels whose color is known (after Vondrick et al. 2018).

What a pixel gets is the mean of the known colors, each weighted by how like the two pixels look in luma, how near they are
and how near its color is to a first guess u_i: c_i = sum_j softmax_j(-|f_i - f_j|^2 - g_i^2 |u_i - c_j|^2) c_j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..region import Pixels
from ..run import Run

LEAST = np.float32(-60)  # of a logarithm of a weight: smaller ones count nothing, and denormal numbers take long
CHUNK = 256  # pixels asked for at a time: some milliseconds


@dataclass(frozen=True, slots=True)
class Sources:
    """Pixels of known color.

    Attributes:
        features: m x d, weighted.
        chroma: m x 2.
        weight: m, how many ordinary pixels each counts for.
    """

    features: Pixels
    chroma: Pixels
    weight: Pixels

    def joined(self, other: Sources) -> Sources:
        both = ((self.features, other.features), (self.chroma, other.chroma), (self.weight, other.weight))
        return Sources(*(np.concatenate(pair) for pair in both))


@dataclass(frozen=True, slots=True)
class Asked:
    """Pixels whose color is sought.

    Attributes:
        features: n x d, weighted as those of the sources.
        guess: n x 2 chroma, u.
        trust: n, g: how much a color that is 1 away from the guess counts against a source, as a distance in features.
    """

    features: Pixels
    guess: Pixels
    trust: Pixels


def attended(asked: Asked, sources: Sources, run: Run) -> tuple[Pixels, Pixels]:
    """n x 2, the mean color, and n, the variance (of both planes together) of the colors that it is the mean of.

    Raises Cancelled.
    """
    count = asked.features.shape[0]
    means, variances = np.empty((count, 2), np.float32), np.empty(count, np.float32)
    values = np.concatenate([sources.chroma, (sources.chroma**2).sum(axis=1, keepdims=True)], axis=1)
    # |f_i - f_j|^2 + g_i^2 |u_i - c_j|^2, without what is the same for all j, as one product of matrices
    right = np.ascontiguousarray(np.concatenate([sources.features, values], axis=1).T)
    own = np.log(sources.weight) - (sources.features**2).sum(axis=1)

    for first in range(0, count, CHUNK):
        run.progress(first / count)
        part = slice(first, first + CHUNK)
        trust = asked.trust[part, None] ** 2
        left = np.concatenate([2 * asked.features[part], 2 * trust * asked.guess[part], -trust], axis=1)
        likeness = left @ right
        likeness += own
        likeness -= likeness.max(axis=1, keepdims=True)
        np.maximum(likeness, LEAST, out=likeness)
        np.exp(likeness, out=likeness)
        mean = (likeness @ values) / likeness.sum(axis=1, keepdims=True)
        means[part] = mean[:, :2]
        variances[part] = np.maximum(mean[:, 2] - (mean[:, :2] ** 2).sum(axis=1), 0)
    return means, variances

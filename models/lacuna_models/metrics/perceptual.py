"""Distance of two pictures in the features of a classification network that the user names; no network is shipped.

The form of Zhang, Isola, Efros, Shechtman and Wang 2018 (eq. 1) without their learned weights, so its figures are not LPIPS.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ..features.squeezenet import LEAST_SIDE, SqueezeNet
from ..region import Pixels


class PerceptualDistance:
    """In SqueezeNet's features."""

    def __init__(self, weights: Path) -> None:
        """Read the network from a safetensors file, see SqueezeNet. Raises OSError, KeyError for a missing tensor."""
        self._network = SqueezeNet(weights)

    def __call__(self, picture: Pixels, truth: Pixels) -> float:
        """Squared distance of the features, each normalized over its channels, mean over space, summed over the taps; 0 = equal.

        Raises ValueError for a side under LEAST_SIDE.
        """
        if min(truth.shape[:2]) < LEAST_SIDE:
            raise ValueError(f"the perceptual distance needs {LEAST_SIDE} px a side, not {truth.shape[1]} x {truth.shape[0]}")
        with torch.inference_mode():
            pairs = zip(self._features(picture), self._features(truth), strict=True)
            return sum(float((a - b).square().sum(dim=1).mean()) for a, b in pairs)

    def _features(self, picture: Pixels) -> list[Tensor]:
        """The taps in order: 1 x C x h x w, of length 1 along C."""
        taps = self._network(torch.from_numpy(picture.transpose(2, 0, 1).copy())[None])
        return [functional.normalize(tap, dim=1) for tap in taps]

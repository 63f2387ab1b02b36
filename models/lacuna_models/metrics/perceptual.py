"""Distance of two pictures in the features of a classification network that the user names; no network is shipped.

The form of Zhang, Isola, Efros, Shechtman and Wang 2018 (eq. 1) without their learned weights, so its figures are not LPIPS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ..region import Pixels

TAPS = ("conv1", "fire2", "fire3", "fire4", "fire5", "fire7", "fire9")
POOLED = ("conv1", "fire4", "fire8")  # a 3 x 3 max-pool with stride 2 follows them
LAYERS = ("conv1", *(f"fire{number}" for number in range(2, 10)))
MEAN_BGR = (104.0, 117.0, 123.0)
LEAST_SIDE = 21  # px, the smallest side for which every layer has a pixel to show


class PerceptualDistance:
    """SqueezeNet v1.0 (Iandola et al. 2016), whose input is BGR from 0 to 255 less MEAN_BGR."""

    def __init__(self, weights: Path) -> None:
        """Read the network from a safetensors file: conv1 and fire2 to fire9 (.squeeze, .expand1x1, .expand3x3), each
        with .weight (out x in x k x k) and .bias, of any float dtype. Raises OSError, KeyError for a missing tensor.
        """
        from safetensors.torch import load_file

        loaded: Mapping[str, Tensor] = load_file(weights)
        names = ["conv1"] + [f"{fire}.{part}" for fire in LAYERS[1:] for part in ("squeeze", "expand1x1", "expand3x3")]
        self._weights = {f"{name}.{kind}": loaded[f"{name}.{kind}"].float() for name in names for kind in ("weight", "bias")}

    def __call__(self, picture: Pixels, truth: Pixels) -> float:
        """Squared distance of the features, each normalized over its channels, mean over space, summed over TAPS; 0 = equal.

        Raises ValueError for a side under LEAST_SIDE.
        """
        if min(truth.shape[:2]) < LEAST_SIDE:
            raise ValueError(f"the perceptual distance needs {LEAST_SIDE} px a side, not {truth.shape[1]} x {truth.shape[0]}")
        with torch.inference_mode():
            pairs = zip(self._features(picture), self._features(truth), strict=True)
            return sum(float((a - b).square().sum(dim=1).mean()) for a, b in pairs)

    def _features(self, picture: Pixels) -> Iterator[Tensor]:
        """The taps in order: 1 x C x h x w, of length 1 along C."""
        bgr = torch.tensor(picture[..., ::-1].copy()) * 255 - torch.tensor(MEAN_BGR)
        x = bgr.permute(2, 0, 1)[None]
        for layer in LAYERS:
            x = self._convolve(x, layer, stride=2) if layer == "conv1" else self._fire(x, layer)
            if layer in TAPS:
                yield functional.normalize(x, dim=1)
            if layer in POOLED:
                x = functional.max_pool2d(x, 3, stride=2, ceil_mode=True)

    def _fire(self, x: Tensor, layer: str) -> Tensor:
        squeezed = self._convolve(x, f"{layer}.squeeze")
        wide = self._convolve(squeezed, f"{layer}.expand3x3", padding=1)
        return torch.cat([self._convolve(squeezed, f"{layer}.expand1x1"), wide], dim=1)

    def _convolve(self, x: Tensor, name: str, *, stride: int = 1, padding: int = 0) -> Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.conv2d(x, weight, bias, stride=stride, padding=padding).relu()

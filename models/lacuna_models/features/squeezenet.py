"""SqueezeNet v1.0 (Iandola et al. 2016) up to its last fire module, as a source of features."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

TAPS = ("conv1", "fire2", "fire3", "fire4", "fire5", "fire7", "fire9")
POOLED = ("conv1", "fire4", "fire8")  # a 3 x 3 max-pool with stride 2 follows them
LAYERS = ("conv1", *(f"fire{number}" for number in range(2, 10)))
MEAN_BGR = (104.0, 117.0, 123.0)
LEAST_SIDE = 21  # px, the smallest side for which every layer has a pixel to show


class SqueezeNet(nn.Module):
    """Frozen; gradients reach the picture only. Its own input is BGR from 0 to 255 less MEAN_BGR."""

    def __init__(self, weights: Path) -> None:
        """Read the network from a safetensors file: conv1 and fire2 to fire9 (.squeeze, .expand1x1, .expand3x3), each
        with .weight (out x in x k x k) and .bias, of any float dtype. Raises OSError, KeyError for a missing tensor.
        """
        from safetensors.torch import load_file

        super().__init__()
        loaded: Mapping[str, Tensor] = load_file(weights)
        names = ["conv1"] + [f"{fire}.{part}" for fire in LAYERS[1:] for part in ("squeeze", "expand1x1", "expand3x3")]
        for name in names:
            for kind in ("weight", "bias"):
                self.register_buffer(_buffer_name(name, kind), loaded[f"{name}.{kind}"].float())
        self.mean: Tensor
        self.register_buffer("mean", torch.tensor(MEAN_BGR)[:, None, None])

    def forward(self, picture: Tensor) -> list[Tensor]:
        """N x 3 x H x W R'G'B' in [0, 1], sides at least LEAST_SIDE -> the features at TAPS, each N x C x h x w, 0 or more."""
        x = picture.flip(1) * 255 - self.mean
        taps = []
        for layer in LAYERS:
            x = self._convolve(x, layer, stride=2) if layer == "conv1" else self._fire(x, layer)
            if layer in TAPS:
                taps.append(x)
            if layer in POOLED:
                x = functional.max_pool2d(x, 3, stride=2, ceil_mode=True)
        return taps

    def _fire(self, x: Tensor, layer: str) -> Tensor:
        squeezed = self._convolve(x, f"{layer}.squeeze")
        wide = self._convolve(squeezed, f"{layer}.expand3x3", padding=1)
        return torch.cat([self._convolve(squeezed, f"{layer}.expand1x1"), wide], dim=1)

    def _convolve(self, x: Tensor, name: str, *, stride: int = 1, padding: int = 0) -> Tensor:
        weight, bias = (self.get_buffer(_buffer_name(name, kind)) for kind in ("weight", "bias"))
        return functional.conv2d(x, weight, bias, stride=stride, padding=padding).relu()


def _buffer_name(layer: str, kind: str) -> str:
    """torch allows no dot in a buffer's name."""
    return f"{layer}_{kind}".replace(".", "_")

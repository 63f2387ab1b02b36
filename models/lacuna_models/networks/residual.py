"""Residual blocks with leaky ReLU, and how layers of networks without normalization start."""

from __future__ import annotations

from typing import TypeVar

from torch import Tensor, nn
from torch.nn import functional

Layer = TypeVar("Layer", bound=nn.Module)

SLOPE = 0.2  # of leaky ReLU, in all networks here


def for_leaky_relu(layer: nn.Module) -> None:
    """Start a convolution so that it keeps its input's variance (He et al. 2015, eq. 15); one that is silent stays so."""
    if isinstance(layer, nn.Conv2d) and (layer.weight.is_meta or layer.weight.any()):
        nn.init.kaiming_normal_(layer.weight, a=SLOPE)


def silent(layer: Layer) -> Layer:
    """The layer, giving zeros until it is trained."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class Residual(nn.Module):
    """x + conv(relu(conv(x))), the last convolution starting at zero (Zhang, Dauphin and Ma 2019, Fixup)."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.one = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
        self.two = silent(nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        inner: Tensor = self.two(functional.leaky_relu(self.one(x), SLOPE))
        return x + inner

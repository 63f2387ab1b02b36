"""The halves of a U-Net as both published networks have them; the names of their parts are those of the checkpoints."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from .padding import SameConv
from .precision import in_full
from .residual import SLOPE

KERNELS = (7, 5, 5, 3, 3, 3, 3, 3)  # of the encoder, finest level first; each level halves the sides
LEVELS = len(KERNELS)


class Encode(nn.Module):
    """Convolution with stride 2, then batch normalization and ReLU, or neither (the finest level)."""

    def __init__(self, inside: int, outside: int, kernel: int, *, normalized: bool) -> None:
        super().__init__()
        after: list[nn.Module] = [nn.BatchNorm2d(outside), nn.ReLU(inplace=True)] if normalized else []
        self.encode = nn.Sequential(SameConv(inside, outside, kernel, stride=2), *after)

    def forward(self, x: Tensor) -> Tensor:
        """N x inside x H x W -> N x outside x H / 2 x W / 2."""
        result: Tensor = self.encode(x)
        return result


class Decode(nn.Module):
    """Nearest-neighbor doubling, the skip beside it, convolution 3 x 3, batch normalization, leaky ReLU."""

    def __init__(self, below: int, skip: int, outside: int) -> None:
        super().__init__()
        self.decode = nn.Sequential(
            SameConv(below + skip, outside, 3), nn.BatchNorm2d(outside), nn.LeakyReLU(SLOPE, inplace=True)
        )

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        """N x below x H / 2 x W / 2 and N x skip x H x W -> N x outside x H x W."""
        doubled = functional.interpolate(below, scale_factor=2.0, mode="nearest")
        result: Tensor = self.decode(torch.cat([doubled, skip], dim=1))
        return result


class UNet(nn.Module):
    """Eight levels down and up; subclasses say how their checkpoints name them, and what becomes of the features.

    Attributes:
        encoders, decoders: names of the levels' parts, the finest first.
        multiple: both sides of the input must be multiples of it.
    """

    encoders: ClassVar[tuple[str, ...]]
    decoders: ClassVar[tuple[str, ...]]
    multiple = 2**LEVELS

    def __init__(self, seen: int, widths: tuple[int, ...]) -> None:
        """
        Args:
            seen: channels of the input.
            widths: channels of the eight levels, finest first.
        """
        super().__init__()
        channels = (seen, *widths)
        if len(channels) != LEVELS + 1:
            raise ValueError(f"{LEVELS} widths are needed, not {len(widths)}")
        for level, (name, kernel) in enumerate(zip(self.encoders, KERNELS, strict=True)):
            self.add_module(name, Encode(channels[level], channels[level + 1], kernel, normalized=level > 0))
        for level in reversed(range(LEVELS)):  # what is decoded at a level is as wide as what its encoder was given
            self.add_module(self.decoders[level], Decode(channels[level + 1], channels[level], channels[level]))

    def encoded(self, x: Tensor) -> list[Tensor]:
        """The input, then what each level's encoder makes, down to 1 / 256 of its sides."""
        features = [x]
        for name in self.encoders:
            features.append(self.get_submodule(name)(features[-1]))
        return features

    def decoded(self, level: int, below: Tensor, skip: Tensor) -> Tensor:
        """That level's decoder; the finest, whose features become the picture, in float32."""
        decode = self.get_submodule(self.decoders[level])
        if level:
            result: Tensor = decode(below, skip)
            return result
        with in_full(skip):
            finest: Tensor = decode(below.float(), skip.float())
        return finest

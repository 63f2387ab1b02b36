"""DFNet: a U-Net whose six finest scales each give a picture, blended with the input by a learned alpha.

Hong, Xiong, Li and Gong 2019, Deep Fusion Network for Image Completion (ACM Multimedia; arXiv 1904.08060), section 3. The
names of the parts are those of the published checkpoints. Those were trained on BGR; the importer turns their color
channels round, so that this network's pictures are R'G'B' like all others here.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .padding import SameConv
from .precision import in_full
from .residual import SLOPE
from .unet_blocks import LEVELS, UNet

SEEN = 4  # channels of the input: the picture without its hole, and 1 = known
FUSED = 6  # scales with a fusion block, the finest first
WIDTHS = (64, 128, 256, 512, 512, 512, 512, 512)


class Fused(NamedTuple):
    """What one scale gives; N x 3 x h x w each, in [0, 1].

    Attributes:
        result: alpha * raw + (1 - alpha) * the input picture at this size.
        alpha: how much of the network's own picture is taken, for each color channel.
        raw: the network's own picture.
    """

    result: Tensor
    alpha: Tensor
    raw: Tensor


class DFNet(UNet):
    """Completes a picture of about 512 px; with the published widths 32.88 million parameters."""

    encoders = tuple(f"en_{level}" for level in range(LEVELS))
    decoders = tuple(f"de_{level}" for level in range(LEVELS))

    def __init__(self, *, widths: tuple[int, ...] = WIDTHS) -> None:
        """
        Args:
            widths: channels of the eight levels, finest first.
        """
        super().__init__(SEEN, widths)
        for level, width in enumerate((SEEN, *widths)[:FUSED]):
            self.add_module(f"fuse_{level}", Fusion(width))

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        """Complete the hole.

        Args:
            image: N x 3 x H x W R'G'B' in [0, 1]; what it holds where hole is 1 is not used.
            hole: N x 1 x H x W, 1 = hole, 0 = known, nothing between: the published weights never saw soft holes.

        Returns N x 3 x H x W in [0, 1], the whole picture: paste the known pixels over it.
        """
        return self.at_all_scales(image, hole)[0].result

    def at_all_scales(self, image: Tensor, hole: Tensor) -> list[Fused]:
        """What training compares: the results at H x W, H / 2 x W / 2, ... H / 32 x W / 32."""
        known = 1 - hole
        picture = torch.where(known > 0, image, torch.zeros_like(image)) * known
        skips = self.encoded(torch.cat([picture, known], dim=1))
        features, scales = skips.pop(), []
        for level in reversed(range(LEVELS)):
            features = self.decoded(level, features, skips.pop())
            if level < FUSED:
                scales.append(self.get_submodule(f"fuse_{level}")(picture, features))
        return scales[::-1]


class Fusion(nn.Module):
    """A fusion block (section 3.1)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.map2img = nn.Sequential(SameConv(width, 3, 1), nn.Sigmoid())
        self.blend = Blend()

    def forward(self, picture: Tensor, features: Tensor) -> Fused:
        """N x 3 x H x W and N x width x h x w -> what this scale gives, in float32."""
        with in_full(features):
            raw = self.map2img(features.float())
            small = functional.interpolate(picture.float(), size=raw.shape[-2:], mode="bilinear", align_corners=False)
            alpha = self.blend(small, raw)
            return Fused(alpha * raw + (1 - alpha) * small, alpha, raw)


class Blend(nn.Module):
    """How much of the network's picture is taken, from it and the input picture."""

    def __init__(self) -> None:
        super().__init__()
        self.blend = nn.Sequential(
            SameConv(6, 32, 1),
            nn.BatchNorm2d(32),
            nn.LeakyReLU(SLOPE, inplace=True),
            SameConv(32, 3, 3),
            nn.BatchNorm2d(3),
            nn.LeakyReLU(SLOPE, inplace=True),
            SameConv(3, 3, 1),
            nn.Sigmoid(),
        )

    def forward(self, picture: Tensor, raw: Tensor) -> Tensor:
        """N x 3 x h x w twice -> alpha, N x 3 x h x w."""
        alpha: Tensor = self.blend(torch.cat([picture, raw], dim=1))
        return alpha

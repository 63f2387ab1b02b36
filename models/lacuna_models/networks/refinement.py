"""The published refinement network: a U-Net over the picture and its four shifted copies.

Moskalenko, Erofeev and Vatolin 2020, Deep Two-Stage High-Resolution Image Inpainting (arXiv 2104.13464), section 3. The
names of the parts are those of the published checkpoint, which was trained on R'G'B'.
"""

from __future__ import annotations

from torch import Tensor, nn

from .padding import SameConv
from .precision import in_full
from .unet_blocks import LEVELS, UNet

SEEN = 20  # channels of the input
WIDTHS = (96, 192, 384, 512, 512, 512, 512, 512)


class Refinement(UNet):
    """Adds detail to stage 1's result; with the published widths 36.86 million parameters.

    Attributes:
        halo: px, how far from a block of `multiple` pixels the input may lie that changes it, rounded up to a multiple.
    """

    encoders = tuple(f"en{level + 1}" for level in range(LEVELS))
    decoders = tuple(f"de{LEVELS - level}" for level in range(LEVELS))  # de1 is the deepest
    halo = 768

    def __init__(self, *, widths: tuple[int, ...] = WIDTHS) -> None:
        """
        Args:
            widths: channels of the eight levels, finest first.
        """
        super().__init__(SEEN, widths)
        self.last_conv = nn.Sequential(SameConv(SEEN, 3, 1), nn.Sigmoid())

    def forward(self, stack: Tensor) -> Tensor:
        """Refine.

        Args:
            stack: N x 20 x H x W, as shifts.stacked() gives it; its holes are 0 or 1, nothing between.

        Returns N x 3 x H x W in [0, 1], the whole picture: use it in the hole only.
        """
        skips = self.encoded(stack)
        features = skips.pop()
        for level in reversed(range(LEVELS)):
            features = self.decoded(level, features, skips.pop())
        with in_full(stack):
            result: Tensor = self.last_conv(features)
        return result

"""The published refinement network: a U-Net over the picture and its four shifted copies.

Moskalenko, Erofeev and Vatolin 2020, Deep Two-Stage High-Resolution Image Inpainting (arXiv 2104.13464), section 3. The
names of the parts are those of the published checkpoint, which was trained on R'G'B'.
"""

from __future__ import annotations

from torch import Tensor, nn

from .padding import SameConv
from .precision import in_full
from .unet_blocks import KERNELS, LEVELS, Decode, Encode

SEEN = 20  # channels of the input
WIDTHS = (96, 192, 384, 512, 512, 512, 512, 512)


class Refinement(nn.Module):
    """Adds detail to stage 1's result; with the published widths 36.86 million parameters.

    Attributes:
        multiple: both sides of the input must be multiples of it.
        halo: px, how far from a block of `multiple` pixels the input may lie that changes it, rounded up to a multiple.
    """

    multiple = 2**LEVELS
    halo = 768

    def __init__(self, *, widths: tuple[int, ...] = WIDTHS) -> None:
        """
        Args:
            widths: channels of the eight levels, finest first.
        """
        super().__init__()
        channels = (SEEN, *widths)
        if len(channels) != LEVELS + 1:
            raise ValueError(f"{LEVELS} widths are needed, not {len(widths)}")
        for level, kernel in enumerate(KERNELS):
            block = Encode(channels[level], channels[level + 1], kernel, normalized=level > 0)
            self.add_module(f"en{level + 1}", block)
        for level in reversed(range(LEVELS)):  # de1 is the deepest
            self.add_module(f"de{LEVELS - level}", Decode(channels[level + 1], channels[level], channels[level]))
        self.last_conv = nn.Sequential(SameConv(SEEN, 3, 1), nn.Sigmoid())

    def forward(self, stack: Tensor) -> Tensor:
        """Refine.

        Args:
            stack: N x 20 x H x W, as shifts.stacked() gives it; its holes are 0 or 1, nothing between.

        Returns N x 3 x H x W in [0, 1], the whole picture: use it in the hole only.
        """
        skips = [stack]
        for level in range(LEVELS):
            skips.append(self.get_submodule(f"en{level + 1}")(skips[-1]))
        features = skips.pop()
        for level in range(LEVELS - 1):
            features = self.get_submodule(f"de{level + 1}")(features, skips.pop())
        with in_full(stack):
            result: Tensor = self.last_conv(self.get_submodule(f"de{LEVELS}")(features.float(), stack.float()))
        return result

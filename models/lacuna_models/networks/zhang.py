"""User-guided colorization: from lightness and a few given colors to all colors.

Zhang, Zhu, Isola, Geng, Lin, Yu and Efros 2017, Real-Time User-Guided Image Colorization with Learned Deep Priors (ACM
Transactions on Graphics 36(4); arXiv 1705.02999), section 3.2, the local hints network. The names of the parts are those of
the published checkpoints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .precision import in_full

SEEN = 4  # channels of the input: lightness, two of the given colors, where they are given
WIDTH = 64  # channels of the first block, as published
CLASSES = 529  # of colors, by the published side branch: a grid of 23 x 23
LIGHTNESS_MIDDLE, LIGHTNESS_SCALE, AB_SCALE = 50.0, 100.0, 110.0
SLOPE = 0.2


class Zhang(nn.Module):
    """With the published width 34.19 million parameters, 0.14 of which are the side branch's.

    Attributes:
        multiple: px, of which both sides of its input must be multiples.
    """

    multiple = 8

    def __init__(self, *, width: int = WIDTH, mask_center: float = 0.5, classes: bool = True) -> None:
        """
        Args:
            width: channels of the first block; the others have 2, 4 and 8 times as many.
            mask_center: what is subtracted from the mask: 0 for the weights that the authors converted from Caffe, 0.5 for
                those that they trained again.
            classes: with the side branch that gives distributions of colors. Nothing here asks it; published weights have it.
        """
        super().__init__()
        self._mask_center = mask_center
        one, two, four, eight = (width * factor for factor in (1, 2, 4, 8))
        self.model1 = _block(SEEN, one, 2)
        self.model2 = _block(one, two, 2)
        self.model3 = _block(two, four, 3)
        self.model4 = _block(four, eight, 3)
        self.model5 = _block(eight, eight, 3, dilation=2)
        self.model6 = _block(eight, eight, 3, dilation=2)
        self.model7 = _block(eight, eight, 3)
        self.model8up = nn.Sequential(_twice(eight, four))
        self.model3short8 = nn.Sequential(_convolution(four, four))
        self.model8 = nn.Sequential(nn.ReLU(inplace=True), *_block(four, four, 2))
        self.model9up = nn.Sequential(_twice(four, two))
        self.model2short9 = nn.Sequential(_convolution(two, two))
        self.model9 = nn.Sequential(nn.ReLU(inplace=True), *_block(two, two, 1))
        self.model10up = nn.Sequential(_twice(two, two))
        self.model1short10 = nn.Sequential(_convolution(one, two))
        self.model10 = nn.Sequential(nn.ReLU(inplace=True), _convolution(two, two), nn.LeakyReLU(SLOPE, inplace=True))
        self.model_out = nn.Sequential(nn.Conv2d(two, 2, 1), nn.Tanh())
        if classes:
            self.model_class = nn.Sequential(nn.Conv2d(four, CLASSES, 1))

    def forward(self, lightness: Tensor, given: Tensor, mask: Tensor) -> Tensor:
        """Color the picture.

        Args:
            lightness: N x 1 x H x W, CIE L* in [0, 100].
            given: N x 2 x H x W, CIE a*, b* where `mask` is 1; not used elsewhere.
            mask: N x 1 x H x W, 1 = the color is given, 0 = it is not.

        Returns N x 2 x H x W float32, CIE a*, b* from -110 to 110, for all pixels: given ones may differ a little.
        """
        color = torch.where(mask > 0, given, torch.zeros_like(given)) / AB_SCALE
        level = (lightness - LIGHTNESS_MIDDLE) / LIGHTNESS_SCALE
        first = self.model1(torch.cat([level, color, mask - self._mask_center], dim=1))
        second = self.model2(first[:, :, ::2, ::2])
        third = self.model3(second[:, :, ::2, ::2])
        deep = self.model7(self.model6(self.model5(self.model4(third[:, :, ::2, ::2]))))
        features = self.model8(self.model8up(deep) + self.model3short8(third))
        features = self.model9(self.model9up(features) + self.model2short9(second))
        features = self.model10(self.model10up(features) + self.model1short10(first))
        with in_full(features):
            found: Tensor = self.model_out(features.float()) * AB_SCALE
        return found


def _block(inside: int, outside: int, count: int, *, dilation: int = 1) -> nn.Sequential:
    """So many convolutions with ReLU, and a batch normalization."""
    layers: list[nn.Module] = []
    for number in range(count):
        layers += [_convolution(outside if number else inside, outside, dilation), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.BatchNorm2d(outside))


def _convolution(inside: int, outside: int, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inside, outside, 3, padding=dilation, dilation=dilation)


def _twice(inside: int, outside: int) -> nn.ConvTranspose2d:
    """To twice the size."""
    return nn.ConvTranspose2d(inside, outside, 4, stride=2, padding=1)

"""A smooth first guess of a hole from its border: push-pull, a pyramid of weighted means (Gortler et al. 1996, section 3.4)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def push_pull(image: Tensor, hole: Tensor) -> Tensor:
    """The image with its hole filled smoothly; what is partly hole is mixed in that proportion.

    Args:
        image: N x C x H x W, any values in the hole (they are not used where hole is 1), finite.
        hole: N x 1 x H x W in [0, 1], the share of each pixel that is hole.

    Returns N x C x H x W; black where a picture has no known pixel at all.
    """
    weight = 1 - hole
    levels = [(torch.where(weight > 0, image, torch.zeros_like(image)) * weight, weight)]
    while max(levels[-1][0].shape[-2:]) > 1:
        color, weight = levels[-1]
        size = ((color.shape[-2] + 1) // 2, (color.shape[-1] + 1) // 2)
        color, weight = (functional.adaptive_avg_pool2d(one, size) for one in (color, weight))
        gain = torch.clamp(4 * weight, max=1) / torch.clamp(weight, min=1e-8)  # a quarter known is known enough
        levels.append((color * gain, weight * gain))
    color, weight = levels.pop()
    filled = color / torch.clamp(weight, min=1e-8)
    for color, weight in reversed(levels):
        guess = functional.interpolate(filled, size=color.shape[-2:], mode="bilinear", align_corners=False)
        filled = color + (1 - weight) * guess
    return filled

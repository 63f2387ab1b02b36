"""A smooth first guess of a hole from its border: a membrane, solved from coarse to fine.

Push-pull, a pyramid of weighted means (Gortler et al. 1996, section 3.4), whose every level is relaxed towards Laplace's
equation: without that the pyramid's blocks show, and the guess is half a decibel further from the truth.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

ENOUGH = 1 / 16  # a pixel of a coarser level of which so much is known counts as known
RELAXATIONS = 4  # a level


def push_pull(image: Tensor, hole: Tensor) -> Tensor:
    """The image with its hole filled smoothly; what is partly hole is mixed in that proportion.

    Args:
        image: N x C x H x W, any values in the hole (they are not used where hole is 1), finite.
        hole: N x 1 x H x W in [0, 1], the share of each pixel that is hole.

    Returns N x C x H x W; black where a picture has no known pixel at all.
    """
    known = 1 - hole
    levels = [(torch.where(known > 0, image, torch.zeros_like(image)) * known, known)]
    while max(levels[-1][0].shape[-2:]) > 1:
        color, known = levels[-1]
        size = ((color.shape[-2] + 1) // 2, (color.shape[-1] + 1) // 2)
        color, known = (functional.adaptive_avg_pool2d(one, size) for one in (color, known))
        gain = torch.clamp(known / ENOUGH, max=1) / torch.clamp(known, min=1e-8)
        levels.append((color * gain, known * gain))
    color, known = levels.pop()
    filled = color / torch.clamp(known, min=1e-8)
    for color, known in reversed(levels):
        filled = functional.interpolate(filled, size=color.shape[-2:], mode="bilinear", align_corners=False)
        filled = color + (1 - known) * filled
        for _ in range(RELAXATIONS):
            filled = color + (1 - known) * _mean_of_neighbors(filled)
    return filled


def _mean_of_neighbors(x: Tensor) -> Tensor:
    """Of the four next to each pixel; the frame continues its border."""
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    across = padded[..., 1:-1, :-2] + padded[..., 1:-1, 2:]
    down = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
    return (across + down) / 4

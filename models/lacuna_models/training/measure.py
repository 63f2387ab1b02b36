"""Figures of held-out pictures during training: quick ones, to see where it goes; the lab decides."""

from __future__ import annotations

import torch
from torch import Tensor


def figures(result: Tensor, truth: Tensor, hole: Tensor) -> dict[str, float]:
    """Mean L1 (percent) and PSNR (dB) over the hole alone, picture by picture.

    Args:
        result, truth: N x C x H x W; the result is clamped to [0, 1].
        hole: N x 1 x H x W.
    """
    difference = result.float().clamp(0, 1) - truth.float()
    area = hole.sum(dim=(1, 2, 3)) * truth.shape[1]
    l1 = (difference.abs() * hole).sum(dim=(1, 2, 3)) / area
    squared = (difference.square() * hole).sum(dim=(1, 2, 3)) / area
    psnr = -10 * torch.log10(squared.clamp(min=1e-10))
    return {"hole_l1": 100 * float(l1.mean()), "hole_psnr": float(psnr.mean())}

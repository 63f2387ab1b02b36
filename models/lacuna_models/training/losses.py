"""Losses that need no other network. Pictures are N x C x H x W in [0, 1], holes N x 1 x H x W, 1 = hole."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

EPSILON = 1e-6


def pixel_weights(hole: Tensor, *, discount: float = 0.0) -> Tensor:
    """How much each pixel counts in the L1 loss: those of the hole alone.

    Known pixels are pasted back over every result. Both networks begin where those are exact, and a loss on them
    (Liu et al. 2018, eq. 1, weigh them 1 : 6) has its kink there: it held the refinement network at its start for good.

    Args:
        discount: what each pixel further from the border loses of its weight, 0 = nothing; far inside many fills are right
            (Yu et al. 2018, section 4.1, spatially discounted reconstruction).
    """
    depth, inside = torch.zeros_like(hole), (hole > 0.5).to(hole)
    for _ in range(max(hole.shape[-2:]) // 16):
        depth = depth + inside
        inside = -functional.max_pool2d(-inside, 3, stride=1, padding=1)
    return hole * (1 - discount) ** depth


def multiscale_l1(result: Tensor, truth: Tensor, weights: Tensor, *, scales: int = 4) -> Tensor:
    """Weighted mean absolute difference, the mean over so many halvings (Hong et al. 2019, DFNet, section 3.3)."""
    total = torch.zeros((), device=result.device)
    for scale in range(scales):
        total = total + ((result - truth).abs() * weights).sum() / (weights.sum() * result.shape[1] + EPSILON)
        if scale + 1 < scales:
            result, truth, weights = (functional.avg_pool2d(one, 2) for one in (result, truth, weights))
    return total / scales


def variation(result: Tensor, hole: Tensor) -> Tensor:
    """Total variation of the hole (Moskalenko, Erofeev and Vatolin 2020, eq. 1)."""
    inside = functional.max_pool2d(hole, 3, stride=1, padding=1)
    across = ((result[..., 1:] - result[..., :-1]).abs() * inside[..., 1:] * inside[..., :-1]).mean()
    down = ((result[..., 1:, :] - result[..., :-1, :]).abs() * inside[..., 1:, :] * inside[..., :-1, :]).mean()
    return across + down


def border(composite: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """Difference of the gradients in a 3 px band along the hole's border: what shows as a seam."""
    grown = functional.max_pool2d(hole, 7, stride=1, padding=3)
    shrunk = -functional.max_pool2d(-hole, 7, stride=1, padding=3)
    band = grown - shrunk
    difference = composite - truth
    across = ((difference[..., 1:] - difference[..., :-1]).abs() * band[..., 1:]).sum()
    down = ((difference[..., 1:, :] - difference[..., :-1, :]).abs() * band[..., 1:, :]).sum()
    return (across + down) / (band.sum() * composite.shape[1] + EPSILON)


def focal_frequency(composite: Tensor, truth: Tensor) -> Tensor:
    """Difference of the spectra, what is furthest off counting most (Jiang et al. 2021, eq. 8 and 9, alpha 1)."""
    first, second = (torch.fft.rfft2(one.float(), norm="ortho") for one in (composite, truth))
    distance: Tensor = (first - second).abs().square()
    with torch.no_grad():
        focus = distance.sqrt()
        focus = focus / (focus.amax(dim=(-2, -1), keepdim=True) + EPSILON)
    return (focus * distance).mean()

"""Perceptual and style losses in the features of a network that the user names (Gatys et al. 2016, Johnson et al. 2016)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FeatureLosses:
    """Both losses from one pass of the feature network."""

    def __init__(self, network: nn.Module) -> None:
        """
        Args:
            network: pictures in [0, 1] -> a list of features (lacuna_models.features).
        """
        self._network = network

    def __call__(self, composite: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
        """(perceptual, style): L1 of the features and of their Gram matrices / (C h w), mean over the taps.

        Each tap counts relative to the truth's mean absolute feature, so that no tap's scale decides.
        Moskalenko, Erofeev and Vatolin 2020, eq. 3 and 4.
        """
        with torch.no_grad():
            wanted = self._network(truth)
        perceptual = style = torch.zeros((), device=composite.device)
        given = self._network(composite)
        for one, other in zip(given, wanted, strict=True):
            one, other = one.float(), other.float()
            scale = other.abs().mean() + 1e-6
            perceptual = perceptual + (one - other).abs().mean() / scale
            gram = gram_matrix(other)
            style = style + (gram_matrix(one) - gram).abs().mean() / (gram.abs().mean() + 1e-6)
        return perceptual / len(wanted), style / len(wanted)


def gram_matrix(features: Tensor) -> Tensor:
    """N x C x h x w -> N x C x C: F F^T / (C h w)."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])

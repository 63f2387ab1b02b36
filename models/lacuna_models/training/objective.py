"""The whole loss of a step: the weighted sum of the phase's terms."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import losses
from .adversarial import Discriminator, generator_losses
from .perceptual import FeatureLosses
from .schedule import Terms

DISCOUNT = 0.02  # of a pixel's weight lost with each px from the border


class Objective:
    """Computes terms; those of a discriminator only while a phase has one."""

    def __init__(self, features: nn.Module | None) -> None:
        """
        Args:
            features: for the perceptual and style terms; None leaves them out.
        """
        self._features = FeatureLosses(features) if features is not None else None

    def __call__(
        self, result: Tensor, truth: Tensor, hole: Tensor, terms: Terms, discriminator: Discriminator | None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """(the sum, each term by name and unweighted).

        Args:
            result, truth: N x C x H x W in [0, 1], the result unclamped; C is 3 or 1.
            hole: N x 1 x H x W in [0, 1].
        """
        composite = hole * result + (1 - hole) * truth
        weights = losses.pixel_weights(hole, discount=DISCOUNT)
        parts = {"l1": losses.multiscale_l1(result, truth, weights)}
        if terms.variation:
            parts["variation"] = losses.variation(composite, hole)
        if terms.border:
            parts["border"] = losses.border(composite, truth, hole)
        if terms.frequency:
            parts["frequency"] = losses.focal_frequency(composite, truth)
        if terms.has_features and self._features:
            parts["perceptual"], parts["style"] = self._features(_three(composite), _three(truth))
        if terms.has_discriminator and discriminator:
            parts["adversarial"], parts["matching"] = generator_losses(discriminator, composite, truth, hole)
        total = torch.stack([getattr(terms, name) * value.float() for name, value in parts.items()]).sum()
        return total, parts


def _three(picture: Tensor) -> Tensor:
    """Luma three times, for networks that were trained on colors."""
    return picture if picture.shape[1] == 3 else picture.expand(-1, 3, -1, -1)

"""A patch discriminator and its losses: sharp fills without a pretrained network."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from ..networks.residual import SLOPE

WIDTHS = (48, 96, 192, 192)


class Discriminator(nn.Module):
    """Patch-GAN (Isola et al. 2017) with spectral normalization (Miyato et al. 2018): one verdict for each 8 x 8 px."""

    def __init__(self, channels: int = 3, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        ways = list(pairwise((channels, *widths)))
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(before, after, 4, stride=2 if number < 3 else 1, padding=1))
            for number, (before, after) in enumerate(ways)
        )
        self.verdict = spectral_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, picture: Tensor) -> tuple[Tensor, list[Tensor]]:
        """N x C x H x W in [0, 1] -> (verdicts N x 1 x h x w, above 0 = real; the features of every layer)."""
        x, features = picture * 2 - 1, []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), SLOPE)
            features.append(x)
        return self.verdict(x), features


def discriminator_loss(network: nn.Module, composite: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """Hinge loss; only places of the composite that lie in the hole count as fake (Suvorov et al. 2022, eq. 4)."""
    fake, _ = network(composite.detach())
    real, _ = network(truth)
    share = _at(hole, fake)
    return (functional.relu(1 + fake) * share).sum() / (share.sum() + 1e-6) + functional.relu(1 - real).mean()


def generator_losses(network: Discriminator, composite: Tensor, truth: Tensor, hole: Tensor) -> tuple[Tensor, Tensor]:
    """(adversarial, hinge over the hole's places; feature matching, L1 of the network's features: Wang et al. 2018, eq. 4)."""
    fake, given = network(composite)
    with torch.no_grad():
        _, wanted = network(truth)
    share = _at(hole, fake)
    adversarial = -(fake * share).sum() / (share.sum() + 1e-6)
    pairs = zip(given, wanted, strict=True)
    return adversarial, torch.stack([(one - other).abs().mean() for one, other in pairs]).mean()


def _at(hole: Tensor, verdicts: Tensor) -> Tensor:
    """The share of hole at every verdict's place."""
    return functional.adaptive_avg_pool2d(hole, (verdicts.shape[-2], verdicts.shape[-1]))

"""Exponential moving average of a network's weights: what is measured and shipped."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

DECAY = 0.999


class Average:
    """`network` is the average, in eval mode."""

    def __init__(self, network: nn.Module) -> None:
        self.network = deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the present weights; early on the average follows fast."""
        decay = min(DECAY, (1 + step) / (10 + step))
        for mean, value in zip(self.network.parameters(), network.parameters(), strict=True):
            mean.lerp_(value, 1 - decay)
        for kept, present in zip(self.network.buffers(), network.buffers(), strict=True):
            kept.copy_(present)

"""Steps down the gradient of one network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LARGEST_GRADIENT = 1.0
MOST_BAD_STEPS = 20  # in a row, with a gradient that is not finite


class Diverged(Exception):
    """The loss was not finite too often."""


class Descent:
    """An optimizer with its network, and how often in a row that network's loss gave no step.

    Attributes:
        optimizer: AdamW (Loshchilov and Hutter 2019).
    """

    def __init__(self, network: nn.Module, rate: float, betas: tuple[float, float]) -> None:
        self.optimizer = torch.optim.AdamW(network.parameters(), rate, betas=betas, weight_decay=0.01)
        self._network, self._rate, self._bad = network, rate, 0

    def step(self, loss: Tensor, factor: float) -> None:
        """One step at `factor` times the learning rate; a loss or gradient that is not finite changes nothing.

        Decided by the gradient, which several processes share: so all of them decide alike. Raises Diverged.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate * factor
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        norm = nn.utils.clip_grad_norm_(self._network.parameters(), LARGEST_GRADIENT)
        if torch.isfinite(norm):
            self._bad = 0
            self.optimizer.step()
            return
        self._bad += 1
        if self._bad > MOST_BAD_STEPS:
            raise Diverged(f"the loss was not finite {self._bad} times in a row")

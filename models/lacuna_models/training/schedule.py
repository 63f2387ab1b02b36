"""Phases of a training: small pictures and small holes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Terms:
    """The weight of every term of the loss; a term of weight 0 is not computed."""

    l1: float = 1.0
    perceptual: float = 0.0
    style: float = 0.0
    variation: float = 0.0
    border: float = 0.0
    frequency: float = 0.0
    adversarial: float = 0.0
    matching: float = 0.0

    @property
    def has_discriminator(self) -> bool:
        return self.adversarial > 0 or self.matching > 0

    @property
    def has_features(self) -> bool:
        return self.perceptual > 0 or self.style > 0


@dataclass(frozen=True, slots=True)
class Phase:
    """
    Attributes:
        until: the share of the budget at which it ends.
        side: px of the training pictures.
        batch: pictures a step and process.
        low, high: shares of the picture between which the holes are drawn, by the coarse network's training; a pack brings
            its own holes, so the refinement network's heeds neither.
    """

    until: float
    side: int
    batch: int
    low: float = 0.03
    high: float = 0.4
    terms: Terms = field(default_factory=Terms)


def at(phases: Sequence[Phase], progress: float) -> Phase:
    """The phase of that progress in [0, 1]."""
    return next((phase for phase in phases if progress < phase.until), phases[-1])

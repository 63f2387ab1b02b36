"""A field to search: every target matched to any source."""

from __future__ import annotations

import numpy as np

from lacuna_models.exemplar.field import Field
from lacuna_models.exemplar.pyramid import Level

NO_CANCEL = np.zeros(1, np.uint8)


def random_field(level: Level, radius: int, random: np.random.Generator) -> Field:
    field = Field.unmatched(level, radius, NO_CANCEL, anchored=False)
    field.draw(random)
    return field

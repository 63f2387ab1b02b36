"""What copying from a place costs beside the patches' distance, at the coarse scales, where it is decided what goes where.

Against rows of repeats Kaspar et al. 2015 (section 4.2) add to a patch's distance how far its pixels are used beyond the
uniform share. Here a place may be copied once for nothing (that is how a coherent piece is taken over) and the price counts
from there. What is far from the hole costs a little too, for what is near fits more often.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Pixels
from .field import Field
from .pyramid import Level

UNIFORMITY = 0.5  # of the energy's scale, for each further copy of a whole patch
LOCALITY = 0.3  # of the energy's scale, for a place as far from the hole as the hole is wide, or farther


@dataclass(frozen=True, slots=True)
class Crowd:
    """The state of one level while it is searched.

    Attributes:
        tolls: V x U float32, what a match costs by its place, a squared distance between patches.
        counts: V x U int32, how many matches lie within a patch's radius of each center, and what earlier variants add.
        fair: how many of them are free.
        price: for each further one, a squared distance between patches.
    """

    tolls: NDArray[np.float32]
    counts: NDArray[np.int32]
    fair: float
    price: float

    @classmethod
    def of(cls, field: Field, scale: float, level: Level, used: Pixels | None) -> Crowd:
        """The crowd of a field's present matches.

        Args:
            scale: the energy's scale at this level, a squared distance.
            level: the field's.
            used: V x U float32, for how many copies of each place earlier variants count; None for the first.
        """
        window = (2 * field.radius + 1,) * 2
        area = window[0] * window[1]
        copies = matches_at(field) if used is None else matches_at(field) + used
        counts = cv2.boxFilter(copies, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT)
        share = len(field.rows) / np.count_nonzero(field.sources)
        tolls = np.float32(LOCALITY * scale) * _remoteness(level, len(field.rows))
        return cls(tolls, np.rint(counts).astype(np.int32), area * max(1.0, share), UNIFORMITY * scale / area)


NOBODY = Crowd(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.int32), 0.0, 0.0)  # every copy is free


def _remoteness(level: Level, targets: int) -> Pixels:
    """V x U float32 in [0, 1]: how far each place is from the hole, against its width. The pages of an atlas are all near."""
    away = np.zeros(level.stock.known.shape, np.float32)
    height, width = level.hole.shape
    distance = cv2.distanceTransform((~level.hole).astype(np.uint8), cv2.DIST_L2, 5)
    away[:height, :width] = np.minimum(distance / np.float32(np.sqrt(targets)), 1)
    return away


def matches_at(field: Field) -> Pixels:
    """V x U float32: how many targets are matched to each center."""
    shape = field.sources.shape
    flat = np.bincount(field.source_rows.astype(np.int64) * shape[1] + field.source_columns, minlength=shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float32)

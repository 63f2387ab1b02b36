"""A cancel inside a compiled loop: the loop says how far it came."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.errors import Cancelled
from lacuna_models.exemplar import kernels
from lacuna_models.exemplar.crowding import NOBODY
from lacuna_models.exemplar.matching import Matching, look_at_all
from lacuna_models.exemplar.pyramid import Level
from lacuna_models.exemplar.randomized import Randomized
from unit.models.fields import random_field


def test_search_and_vote_stop_at_the_next_look_at_the_flag() -> None:
    picture = np.random.default_rng(0).random((60, 60, 4)).astype(np.float32)
    hole = np.zeros((60, 60), np.bool_)
    hole[20:40, 20:40] = True
    random = np.random.default_rng(0)
    field = random_field(Level(picture, hole, ~hole, None), 3, random)
    cancelled = np.ones(1, np.uint8)
    matches, before = field.source_rows.copy(), picture.copy()
    matching = Matching(field, picture, np.ones_like(hole), NOBODY, True, random, cancelled)
    with pytest.raises(Cancelled):
        Randomized(matching).improve(picture)
    with pytest.raises(Cancelled):
        look_at_all(matching, picture, hole, np.arange(len(field.rows), dtype=np.int32))
    with pytest.raises(Cancelled):
        field.vote(picture, picture, field.confidence, cancelled)
    assert np.array_equal(field.source_rows, matches)
    assert np.array_equal(picture, before)
    assert kernels.POLL <= 256


def test_each_kernel_has_one_signature() -> None:
    assert len(kernels.search.signatures) == 1  # type: ignore[attr-defined]  # of numba's dispatcher
    assert len(kernels.vote.signatures) == 1  # type: ignore[attr-defined]  # of numba's dispatcher
    assert len(kernels.compare.signatures) == 1  # type: ignore[attr-defined]  # of numba's dispatcher

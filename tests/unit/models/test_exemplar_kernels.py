"""A cancel inside a compiled loop: the loop says how far it came."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.errors import Cancelled
from lacuna_models.exemplar import kernels
from lacuna_models.exemplar.field import Field
from lacuna_models.exemplar.pyramid import Level


def test_search_and_vote_stop_at_the_next_look_at_the_flag() -> None:
    picture = np.random.default_rng(0).random((60, 60, 4)).astype(np.float32)
    hole = np.zeros((60, 60), np.bool_)
    hole[20:40, 20:40] = True
    field = Field.random(Level(picture, hole, ~hole, None), 3, np.random.default_rng(0))
    cancelled = np.ones(1, np.uint8)
    matches, before = field.source_rows.copy(), picture.copy()
    with pytest.raises(Cancelled):
        field.search(picture, picture, np.ones_like(hole), cancelled, forward=True, key=1)
    with pytest.raises(Cancelled):
        field.vote(picture, field.confidence, cancelled)
    assert np.array_equal(field.source_rows, matches)
    assert np.array_equal(picture, before)
    assert kernels.POLL <= 256


def test_each_kernel_has_one_signature() -> None:
    assert len(kernels.search.signatures) == 1  # type: ignore[attr-defined]
    assert len(kernels.vote.signatures) == 1  # type: ignore[attr-defined]

"""Holes to train on look like those that are filled."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.training import masks

SIDE = 64


@pytest.mark.parametrize("kind", [masks.silhouette, masks.strokes, masks.lines, masks.boxes])
def test_every_kind_draws_hole_and_leaves_something_known(kind: masks.Kind) -> None:
    random = np.random.default_rng(3)
    shares = [kind(SIDE, random).mean() / 255 for _ in range(50)]
    assert all(0 < share < 1 for share in shares)
    assert np.std(shares) > 0.03, "all alike"


def test_a_bank_keeps_to_the_range_of_sizes() -> None:
    shares = masks.bank(SIDE, 100, seed=1, low=0.05, high=0.2).mean(axis=(1, 2)) / 255
    assert shares.min() >= 0.05
    assert shares.max() <= 0.2
    assert np.ptp(shares) > 0.1, "the range is used"


def test_a_range_that_chance_does_not_hit_still_gives_a_hole() -> None:
    share = masks.bank(SIDE, 4, seed=1, low=0.9, high=0.92).mean() / 255
    assert 0.85 < share < 0.95


def test_border_pixels_are_partly_hole() -> None:
    drawn = masks.bank(SIDE, 20, seed=1, low=0.05, high=0.4)
    assert ((drawn > 0) & (drawn < 255)).any(axis=(1, 2)).mean() > 0.5


def test_the_same_seed_gives_the_same_masks() -> None:
    assert np.array_equal(masks.bank(SIDE, 8, 5, 0.05, 0.3), masks.bank(SIDE, 8, 5, 0.05, 0.3))
    assert not np.array_equal(masks.bank(SIDE, 8, 5, 0.05, 0.3), masks.bank(SIDE, 8, 6, 0.05, 0.3))

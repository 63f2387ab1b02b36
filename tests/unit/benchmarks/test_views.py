"""The windows that are looked at, and the figures from torchmetrics."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from lab.multiscale import LEAST_SIDE, ms_ssim, vif
from lab.views import doubled, fitted, masked, outlined, side_by_side, window_on, window_round
from lacuna_models.region import Pixels


def test_a_crop_shows_a_small_hole_in_its_middle() -> None:
    hole = np.zeros((400, 500), np.bool_)
    hole[200:220, 300:340] = True
    window = window_on(hole, 100)
    assert (window.height, window.width) == (100, 100)
    assert abs(window.top + 50 - 210) <= 2
    assert abs(window.left + 50 - 320) <= 2


def test_a_crop_of_a_large_hole_shows_its_border() -> None:
    hole = np.zeros((400, 400), np.bool_)
    hole[100:300, 100:300] = True
    window = window_on(hole, 80)
    part = hole[window.top : window.top + 80, window.left : window.left + 80]
    assert 0 < part.mean() < 1


def test_a_crop_never_leaves_the_picture() -> None:
    hole = np.zeros((50, 60), np.bool_)
    hole[0, 0] = True
    window = window_on(hole, 100)
    assert (window.top, window.left, window.height, window.width) == (0, 0, 50, 60)
    near = window_round(hole)
    assert (near.top, near.left) == (0, 0)


def test_the_outline_lies_outside_the_hole() -> None:
    picture, hole = np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.bool_)
    hole[10:20, 10:20] = True
    drawn = outlined(picture, hole).max(axis=2) > 0
    assert drawn[9, 15]
    assert not drawn[hole].any()
    assert (masked(picture, hole)[hole].max(axis=1) > 0).all()


def test_sizes() -> None:
    picture = np.zeros((50, 100, 3), np.uint8)
    assert fitted(picture, 40).shape == (20, 40, 3)
    assert fitted(picture, 400).shape == (50, 100, 3)
    assert doubled(picture).shape == (100, 200, 3)
    sheet = side_by_side([(str(number), picture) for number in range(5)], columns=2)
    assert sheet.shape[0] > 3 * 50
    assert 2 * 100 < sheet.shape[1] < 3 * 100


@pytest.mark.parametrize("metric", [ms_ssim, vif])
def test_multiscale_figures_are_1_for_equal_pictures_and_fall_with_damage(metric: Callable[[Pixels, Pixels], float]) -> None:
    truth = np.random.default_rng(0).random((LEAST_SIDE, LEAST_SIDE, 3)).astype(np.float32)
    assert metric(truth, truth) == pytest.approx(1, abs=1e-5)
    assert metric(truth, truth) > metric(0.9 * truth, truth) > metric(0.2 * truth, truth)
    assert math.isnan(metric(truth[:40], truth[:40]))

"""The figures of color: differences, spread, hints, foreign colors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lacuna_models.color.planes import chroma_of, luma_of, rgb_of
from lacuna_models.metrics.color import chroma_error, chroma_spread_ratio, foreign_chroma, hint_error, mean_ciede2000
from lacuna_models.region import Hints, Mask, Pixels

SIDE = 40
ORANGE, BLUE = (0.8, 0.5, 0.2), (0.2, 0.4, 0.7)


@pytest.fixture
def halves() -> Pixels:
    """Orange on the left, blue on the right, with some noise."""
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:, : SIDE // 2], picture[:, SIDE // 2 :] = ORANGE, BLUE
    return picture + np.random.default_rng(0).normal(scale=0.01, size=picture.shape).astype(np.float32)


@pytest.fixture
def hole() -> Mask:
    """A square across both halves."""
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[10:30, 10:30] = True
    return mask


def test_only_the_hole_counts(halves: Pixels, hole: Mask) -> None:
    assert mean_ciede2000(halves, halves, hole) == 0
    gray = luma_of(halves)[..., None].repeat(3, axis=2)
    outside, inside = (np.where(where[..., None], gray, halves) for where in (~hole, hole))
    assert mean_ciede2000(outside, halves, hole) == 0
    assert mean_ciede2000(inside, halves, hole) > 10


def test_chroma_error_is_blind_to_lightness_where_there_is_no_chroma(halves: Pixels, hole: Mask) -> None:
    gray = halves[..., :1].repeat(3, axis=2)
    darker: Pixels = gray * np.float32(0.5)
    assert chroma_error(darker, gray, hole) == pytest.approx(0, abs=1e-4)
    assert mean_ciede2000(darker, gray, hole) > 10
    assert chroma_error(gray, halves, hole) > 10


def test_a_flat_tint_has_no_spread(halves: Pixels, hole: Mask) -> None:
    tint = np.full_like(halves, ORANGE)
    assert chroma_spread_ratio(tint, halves, hole) == pytest.approx(0, abs=1e-6)
    assert chroma_spread_ratio(halves, halves, hole) == 1
    pale = rgb_of(luma_of(halves), chroma_of(halves) / 2)
    assert 0.4 < chroma_spread_ratio(pale, halves, hole) < 0.6


def test_where_the_original_is_gray_there_is_no_ratio(halves: Pixels, hole: Mask) -> None:
    assert math.isnan(chroma_spread_ratio(halves, np.full_like(halves, 0.5), hole))


def test_a_hint_is_met_in_chroma_whatever_its_luma(halves: Pixels) -> None:
    where = np.zeros((SIDE, SIDE), np.bool_)
    where[20:23, 5:8] = True
    lighter = np.clip(halves + np.float32(0.1), 0, 1)
    assert hint_error(halves, Hints(where, lighter)) == pytest.approx(0, abs=0.05)
    assert hint_error(halves, Hints(where, np.full_like(halves, BLUE))) > 20


def test_what_a_hint_asks_for_and_no_color_of_that_luma_has_is_no_error() -> None:
    white, red = np.ones((4, 4, 3), np.float32), np.full((4, 4, 3), (1, 0, 0), np.float32)
    where = np.ones((4, 4), np.bool_)
    assert hint_error(white, Hints(where, red)) == pytest.approx(0, abs=1e-6)


def test_without_a_hint_there_is_no_error(halves: Pixels, hole: Mask) -> None:
    assert math.isnan(hint_error(halves, Hints(np.zeros_like(hole), halves)))


def test_a_mixture_of_two_known_colors_is_foreign(halves: Pixels, hole: Mask) -> None:
    assert foreign_chroma(halves, hole) == 0
    mixed = np.where(hole[..., None], halves[:, ::-1] / 2 + halves / 2, halves)
    assert foreign_chroma(mixed, hole) > 0.9


def test_a_color_of_a_few_stray_pixels_is_not_known() -> None:
    side = 128
    picture = np.full((side, side, 3), BLUE, np.float32)
    hole = np.zeros((side, side), np.bool_)
    hole[32:96, 32:96] = True
    picture[hole] = ORANGE
    picture[12, 64] = ORANGE
    assert foreign_chroma(picture, hole) == 1
    picture[10:14, 10:14] = ORANGE
    assert foreign_chroma(picture, hole) == 0


def test_where_nothing_is_known_nothing_is_foreign(halves: Pixels) -> None:
    assert math.isnan(foreign_chroma(halves, np.ones((SIDE, SIDE), np.bool_)))

"""Figures of the fill by itself: its seam, its repeats, its sharpness. Rendered pictures with a known answer."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from lacuna_models.metrics.repeats import longest_repeat
from lacuna_models.metrics.seam import seam
from lacuna_models.metrics.sharpness import sharpness
from lacuna_models.region import Mask, Pixels

SIDE = 300


def grain(seed: int = 0, blur: float = 1.2) -> Pixels:
    """Gray noise without any direction or repeat, of contrast 0.1 round 0.5."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((SIDE, SIDE)), (0, 0), blur)
    values = 0.5 + 0.1 * (noise - noise.mean()) / noise.std()
    return np.repeat(values[..., None], 3, axis=2).astype(np.float32)


def center_square() -> Mask:
    hole = np.zeros((SIDE, SIDE), np.bool_)
    hole[75:225, 75:225] = True
    return hole


class TestSeam:
    def test_of_a_picture_that_was_never_touched_is_about_1(self) -> None:
        assert seam(grain(), center_square()) == pytest.approx(1, abs=0.1)

    def test_of_a_fill_of_another_brightness_is_far_above(self) -> None:
        hole, picture = center_square(), grain()
        picture[hole] += 0.3
        assert seam(picture, hole) > 3

    def test_of_a_fill_that_fades_into_the_border_is_below(self) -> None:
        hole, picture = center_square(), grain()
        blurred = cv2.GaussianBlur(picture, (0, 0), 4)
        near = cv2.dilate(hole.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        assert seam(np.where(near[..., None], blurred, picture), hole) < 0.7

    def test_counts_the_steps_across_and_behind_the_border(self) -> None:
        """One row: hole | 5 pixels that rise by 1 each. The step across is 3."""
        picture = np.array([0.0, 3.0, 4.0, 5.0, 6.0, 7.0], np.float32)[None, :, None].repeat(3, axis=2)
        hole = np.array([[True, False, False, False, False, False]])
        assert seam(picture, hole) == 3

    def test_compares_an_edge_with_steps_of_its_own_direction(self) -> None:
        """Columns differ, rows do not: the hole's upper and lower border show nothing, left and right as much as all else."""
        stripes = np.repeat(np.random.default_rng(1).random((1, SIDE, 1)), SIDE, axis=0).repeat(3, axis=2).astype(np.float32)
        narrow = np.zeros((SIDE, SIDE), np.bool_)
        narrow[100:200, 150:152] = True
        assert seam(stripes, narrow) == pytest.approx(1, abs=0.5)
        stripes[narrow] = 9.0
        assert seam(stripes, narrow) > 10

    def test_in_flat_surroundings(self) -> None:
        hole, flat = center_square(), np.full((SIDE, SIDE, 3), 0.5, np.float32)
        assert seam(flat, hole) == 1
        flat[hole] = 0.6
        assert seam(flat, hole) == math.inf

    def test_of_a_hole_without_a_border_is_no_number(self) -> None:
        assert math.isnan(seam(grain(), np.ones((SIDE, SIDE), np.bool_)))


class TestLongestRepeat:
    def test_finds_none_in_grain(self) -> None:
        assert longest_repeat(grain(), center_square()) < 12

    def test_is_about_as_wide_as_what_was_pasted_twice(self) -> None:
        picture, hole = grain(), center_square()
        picture[80:120, 80:120] = picture[170:210, 160:200]
        assert 28 <= longest_repeat(picture, hole) <= 42

    def test_does_not_mind_another_brightness(self) -> None:
        """A gradient-domain blend shifts a copy's brightness; it is still seen as a copy."""
        picture, hole = grain(), center_square()
        picture[80:120, 80:120] = picture[170:210, 160:200] + 0.2
        assert 28 <= longest_repeat(picture, hole) <= 42

    def test_of_a_checkerboard_of_copies_is_most_of_the_hole(self) -> None:
        picture, hole = grain(), center_square()
        picture[hole] = np.tile(grain(1)[:25, :25], (6, 6, 1)).reshape(-1, 3)
        assert longest_repeat(picture, hole) > 100

    def test_is_not_fooled_by_a_straight_edge_or_streaks(self) -> None:
        hole = center_square()
        edge = np.zeros((SIDE, SIDE, 3), np.float32)
        edge[:, 150:] = 1
        streaks = np.repeat(grain()[:1], SIDE, axis=0)
        assert longest_repeat(edge, hole) == 0
        assert longest_repeat(streaks, hole) == 0

    def test_a_copy_of_something_outside_the_hole_is_what_a_fill_is_made_of(self) -> None:
        picture, hole = grain(), center_square()
        picture[80:120, 80:120] = picture[5:45, 5:45]
        assert longest_repeat(picture, hole) < 12

    def test_of_no_hole_is_0(self) -> None:
        assert longest_repeat(grain(), np.zeros((SIDE, SIDE), np.bool_)) == 0


class TestSharpness:
    def test_of_a_picture_that_was_never_touched_is_about_1(self) -> None:
        assert sharpness(grain(), center_square()) == pytest.approx(1, abs=0.05)

    def test_halves_with_the_contrast(self) -> None:
        picture, hole = grain(), center_square()
        picture[hole] = 0.5 + (picture[hole] - 0.5) / 2
        assert sharpness(picture, hole) == pytest.approx(0.5, abs=0.03)

    def test_does_not_count_the_seam(self) -> None:
        picture, hole = grain(), center_square()
        picture[hole] = 5.0
        assert sharpness(picture, hole) == pytest.approx(0, abs=1e-6)

    def test_beside_nothing_is_no_number(self) -> None:
        hole, flat = center_square(), np.full((SIDE, SIDE, 3), 0.5, np.float32)
        assert math.isnan(sharpness(flat, hole))
        assert math.isnan(sharpness(grain(), np.ones((SIDE, SIDE), np.bool_)))

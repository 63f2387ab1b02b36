"""alpha = feather(grow(selection)): exact where the words promise it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_server.pipeline.blend import DISC, alpha_of, distance_to, weights


@pytest.fixture
def soft() -> NDArray[np.float32]:
    """A blurred blob on 200 x 220 px, with every value between 0 and 1."""
    blob = np.zeros((200, 220), np.float32)
    cv2.ellipse(blob, (100, 90), (40, 25), 30, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(blob, (31, 31), 0))


@pytest.fixture
def hard(soft: NDArray[np.float32]) -> NDArray[np.float32]:
    return (soft > 0.5).astype(np.float32)


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_without_grow_and_feather_alpha_is_the_selection(dtype: str) -> None:
    levels = np.arange(256, dtype=np.float64).reshape(16, 16) / 255
    selection = (levels * {"u1": 255, "u2": 65535, "f4": 1}[dtype]).round(6).astype(dtype)
    alpha = alpha_of(weights(selection), 0, 0)
    scale = 1 if dtype == "f4" else np.iinfo(dtype).max
    np.testing.assert_array_equal(alpha, selection.astype(np.float32) / np.float32(scale))


@pytest.mark.parametrize("px", [1, 4, 37, 200])
def test_a_hard_selection_grows_by_exactly_its_distance(hard: NDArray[np.float32], px: int) -> None:
    grown = alpha_of(hard, px, 0)
    assert set(np.unique(grown)) <= {0.0, 1.0}
    np.testing.assert_array_equal(grown == 1, distance_to(hard > 0) <= px)


def test_a_single_pixel_grows_to_a_disc() -> None:
    dot = np.zeros((41, 41), np.float32)
    dot[20, 20] = 1
    y, x = np.mgrid[-20:21, -20:21]
    np.testing.assert_array_equal(alpha_of(dot, 10, 0) > 0, x * x + y * y <= 100)


@pytest.mark.parametrize("px", [1, 5, DISC])
def test_a_soft_selection_grows_to_the_maximum_within_the_disc(soft: NDArray[np.float32], px: int) -> None:
    grown = alpha_of(soft, px, 0)
    for y, x in [(90, 100), (60, 70), (120, 150), (20, 100)]:
        rows, columns = np.mgrid[max(y - px, 0) : y + px + 1, max(x - px, 0) : x + px + 1]
        within = (rows - y) ** 2 + (columns - x) ** 2 <= px * px
        assert grown[y, x] == soft[rows[within], columns[within]].max()


@pytest.mark.parametrize("px", [25, 60])
def test_a_soft_selection_grows_far_without_leaving_the_disc(soft: NDArray[np.float32], px: int) -> None:
    reached, distance = alpha_of(soft, px, 0) > 0, distance_to(soft > 0)
    assert not reached[distance > px].any()
    assert reached[distance <= 0.95 * px].all()


def test_soft_values_never_fall_when_the_selection_grows(soft: NDArray[np.float32]) -> None:
    assert (alpha_of(soft, 7, 0) >= soft).all()


@pytest.mark.parametrize("px", [1, 4, 50])
def test_feather_ends_exactly_at_its_width_on_both_sides(hard: NDArray[np.float32], px: int) -> None:
    alpha = alpha_of(hard, 0, px)
    assert (alpha[distance_to(hard > 0) > px] == 0).all()
    assert (alpha[distance_to(hard < 1) > px] == 1).all()
    assert alpha.min() >= 0
    assert alpha.max() <= 1


def test_feather_crosses_one_half_at_the_edge() -> None:
    edge = np.zeros((40, 80), np.float32)
    edge[:, 40:] = 1
    alpha = alpha_of(edge, 0, 10)[20]
    assert alpha[39] + alpha[40] == pytest.approx(1, abs=1e-5)
    assert (np.diff(alpha) >= 0).all()


def test_the_object_itself_is_replaced_whole_when_grow_reaches_as_far_as_feather(hard: NDArray[np.float32]) -> None:
    assert (alpha_of(hard, 5, 5)[hard == 1] == 1).all()


def test_a_selection_does_not_fade_where_the_picture_ends() -> None:
    selection = np.zeros((50, 50), np.float32)
    selection[:, 20:] = 1
    np.testing.assert_array_equal(alpha_of(selection, 0, 8)[:, 35:], 1)


def test_a_value_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(LacunaError) as caught:
        weights(np.array([[0.0, np.nan]], np.float32))
    assert caught.value.code == "bad_request"


def test_values_beyond_the_range_are_clipped() -> None:
    np.testing.assert_array_equal(weights(np.array([[-1.0, 0.25, np.inf]], np.float32)), np.array([[0, 0.25, 1]], np.float32))

"""What the methods get to see, and what they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_models.errors import NothingToSample
from lacuna_models.region import Region
from lacuna_server.pipeline.region import is_gray, region_of

SIZE = (20, 30)


@pytest.fixture
def image() -> NDArray[np.float32]:
    image = np.random.default_rng(2).random((*SIZE, 4), dtype=np.float32)
    image[..., 3] = 1
    return image


@pytest.fixture
def alpha() -> NDArray[np.float32]:
    alpha = np.zeros(SIZE, np.float32)
    alpha[5:10, 8:20] = 1
    alpha[4, 8:20] = 0.25
    return alpha


def test_the_hole_is_where_alpha_is_above_0(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    region = region_of(image, alpha, keep_alpha=False)
    np.testing.assert_array_equal(region.hole, alpha > 0)
    np.testing.assert_array_equal(region.known, ~region.hole)
    np.testing.assert_array_equal(region.image[region.known], image[region.known][:, :3])


def test_nothing_of_the_hole_can_leak_into_the_fill(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    other = image.copy()
    other[alpha > 0] = np.nan
    one, two = (region_of(pixels, alpha, keep_alpha=False) for pixels in (image, other))
    np.testing.assert_array_equal(one.image, two.image)


def test_transparent_pixels_are_not_known_whatever_they_hold(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    image[15:, :, 3] = 0
    image[15:, :, 0] = np.inf
    region = region_of(image, alpha, keep_alpha=False)
    assert not region.known[15:].any()
    assert not region.image[15:].any()


@pytest.mark.parametrize(
    ("opacity", "keep_alpha", "channels"), [(1.0, False, 3), (0.5, False, 4), (0.5, True, 3), (0.0, False, 3)]
)
def test_the_fill_gets_an_opacity_only_where_its_surroundings_vary(
    image: NDArray[Any], alpha: NDArray[Any], opacity: float, keep_alpha: bool, channels: int
) -> None:
    image[12, 3, 3] = opacity
    assert region_of(image, alpha, keep_alpha=keep_alpha).image.shape == (*SIZE, channels)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channel", [0, 3])
def test_a_visible_pixel_must_be_a_number(image: NDArray[Any], alpha: NDArray[Any], value: float, channel: int) -> None:
    image[0, 0, channel] = value
    with pytest.raises(LacunaError) as caught:
        region_of(image, alpha, keep_alpha=False)
    assert caught.value.code == "bad_pixels"


def test_a_hole_without_known_surroundings_is_refused(image: NDArray[Any]) -> None:
    with pytest.raises(NothingToSample):
        region_of(image, np.ones(SIZE, np.float32), keep_alpha=False)


@pytest.fixture
def left() -> NDArray[np.bool_]:
    """Sources: only the left third may be sampled."""
    left = np.zeros(SIZE, bool)
    left[:, : SIZE[1] // 3] = True
    return left


def test_what_the_sources_exclude_is_visible_and_not_known(
    image: NDArray[Any], alpha: NDArray[Any], left: NDArray[np.bool_]
) -> None:
    image[15:, :, 3] = 0
    region = region_of(image, alpha, keep_alpha=False, sources=left)
    visible = (alpha == 0) & (image[..., 3] > 0)
    np.testing.assert_array_equal(region.known, visible & left)
    np.testing.assert_array_equal(region.visible, visible)
    np.testing.assert_array_equal(region.image[visible], image[visible][:, :3])
    assert not region.image[~visible].any()


def test_an_excluded_pixel_is_neither_hole_nor_known(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    region = region_of(image, alpha, keep_alpha=False)
    for wrong in (region.hole, region.known):
        with pytest.raises(ValueError, match="excluded"):
            Region(region.image, region.hole, region.alpha, region.known, wrong)


def test_without_sources_all_that_is_visible_is_known(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    region = region_of(image, alpha, keep_alpha=False)
    np.testing.assert_array_equal(region.visible, region.known)


def test_an_excluded_pixel_need_not_be_a_number_and_is_then_not_seen(
    image: NDArray[Any], alpha: NDArray[Any], left: NDArray[np.bool_]
) -> None:
    image[2, 25, 1] = np.nan
    region = region_of(image, alpha, keep_alpha=False, sources=left)
    assert not region.visible[2, 25]
    assert not region.image[2, 25].any()
    image[2, 2, 1] = np.nan
    with pytest.raises(LacunaError) as caught:
        region_of(image, alpha, keep_alpha=False, sources=left)
    assert caught.value.code == "bad_pixels"


def test_sources_that_leave_nothing_are_told_apart_from_a_picture_that_has_nothing(
    image: NDArray[Any], alpha: NDArray[Any]
) -> None:
    nowhere = np.zeros(SIZE, bool)
    with pytest.raises(LacunaError) as caught:
        region_of(image, alpha, keep_alpha=False, sources=nowhere)
    assert caught.value.code == "no_sources"
    with pytest.raises(NothingToSample):
        region_of(image, np.ones(SIZE, np.float32), keep_alpha=False, sources=nowhere)


def test_the_fills_opacity_follows_what_may_be_sampled(image: NDArray[Any], alpha: NDArray[Any], left: NDArray[np.bool_]) -> None:
    image[2, 25, 3] = 0.5
    assert region_of(image, alpha, keep_alpha=False, sources=left).image.shape[2] == 3
    image[2, 2, 3] = 0.5
    assert region_of(image, alpha, keep_alpha=False, sources=left).image.shape[2] == 4


def test_gray_is_seen_by_what_is_known_alone(image: NDArray[Any], alpha: NDArray[Any]) -> None:
    assert not is_gray(region_of(image, alpha, keep_alpha=False))
    image[alpha == 0, :3] = image[alpha == 0, :1]
    assert is_gray(region_of(image, alpha, keep_alpha=False))

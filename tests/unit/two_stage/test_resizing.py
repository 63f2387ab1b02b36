"""To the working size and back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lacuna_models.region import Pixels
from lacuna_models.two_stage.resizing import enlarged, padded, shrunk, working_size
from unit.two_stage.regions import box, picture


@pytest.mark.parametrize(
    ("size", "small"), [((1000, 500), (256, 128)), ((100, 90), (100, 90)), ((4000, 3), (256, 1)), ((257, 256), (256, 255))]
)
def test_the_long_side_is_brought_down_and_never_up(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert working_size(size, 256) == small


def test_a_letterbox_brings_it_up_too() -> None:
    assert working_size((100, 50), 512, enlarge=True) == (512, 256)


def test_nothing_leaks_out_of_the_hole() -> None:
    """Whatever the untrusted pixels hold, even no number at all, the small picture is the same."""
    image, hole = picture(90, 120), box(90, 120, slice(31, 62), slice(17, 75))
    trust = (~hole).astype(np.float32)
    clean = shrunk(image, trust, (32, 43))
    dirty = shrunk(np.where(hole[..., None], np.float32(np.nan), image), trust, (32, 43))
    assert dirty.color.tobytes() == clean.color.tobytes()
    assert np.isfinite(clean.color).all()


def test_trust_is_the_share_that_is_known() -> None:
    small = shrunk(picture(64, 64), (~box(64, 64, slice(0, 64), slice(0, 34))).astype(np.float32), (16, 16))
    np.testing.assert_allclose(small.trust[5], [0] * 8 + [0.5] + [1] * 7, atol=1e-6)


def test_a_partly_known_pixel_has_the_known_ones_color() -> None:
    image = np.full((8, 8, 3), 0.25, np.float32)
    trust = (~box(8, 8, slice(0, 8), slice(3, 8))).astype(np.float32)
    small = shrunk(np.where(trust[..., None] > 0, image, np.float32(9)), trust, (4, 4))
    np.testing.assert_allclose(small.color[:, :2], 0.25, atol=1e-6)


def test_enlarging_stays_within_the_range() -> None:
    steps = np.repeat(np.array([0, 1, 0, 1], np.float32), 4).reshape(4, 4)[..., None].repeat(3, axis=2)
    large = enlarged(steps, (50, 61))
    assert large.shape == (50, 61, 3)
    assert 0 <= large.min() <= large.max() <= 1


def test_enlarging_by_cubics_is_closer_to_the_truth_than_linear() -> None:
    truth = picture(240, 240)
    small: Pixels = np.asarray(cv2.resize(truth, (30, 30), interpolation=cv2.INTER_AREA), np.float32)
    linear = cv2.resize(small, (240, 240), interpolation=cv2.INTER_LINEAR)
    assert np.square(enlarged(small, (240, 240)) - truth).mean() < 0.8 * np.square(linear - truth).mean()


@pytest.mark.parametrize("shape", [(5, 7, 3), (16, 32), (1, 1)])
def test_padding_continues_to_the_next_multiple(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).random(shape, dtype=np.float32)
    large = padded(values, 16)
    assert all(side % 16 == 0 and 0 <= side - before < 16 for side, before in zip(large.shape[:2], shape[:2], strict=True))
    np.testing.assert_array_equal(large[: shape[0], : shape[1]], values)
    assert (large is values) == (shape == (16, 32))

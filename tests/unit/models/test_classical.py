"""OpenCV's two methods behind the pipeline's interface."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models import registry
from lacuna_models.classical import NavierStokes, Telea
from lacuna_models.errors import Cancelled, NothingToSample
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run

METHODS = [Telea, NavierStokes]
Method = type[Telea] | type[NavierStokes]


def region_of(image: Pixels, hole: Mask, known: Mask | None = None) -> Region:
    return Region(image, hole, hole.astype(np.float32), ~hole if known is None else known)


def scratch(height: int, width: int) -> Mask:
    mask = np.zeros((height, width), np.bool_)
    mask[height // 2 : height // 2 + 3, 5 : width - 5] = True
    return mask


def ramp(height: int, width: int, channels: int = 3) -> Pixels:
    rows = np.linspace(0.2, 0.8, height, dtype=np.float32)
    return np.repeat(np.repeat(rows[:, None, None], width, axis=1), channels, axis=2)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("method", METHODS)
def test_a_scratch_across_a_ramp_vanishes(method: Method, channels: int) -> None:
    truth, hole = ramp(60, 80, channels), scratch(60, 80)
    damaged = np.where(hole[..., None], np.float32(1), truth)
    filled = method().complete(region_of(damaged, hole), Run())
    assert np.abs(filled - truth)[hole].max() < 0.03
    assert np.array_equal(filled[~hole], damaged[~hole])


@pytest.mark.parametrize("value", [0.123456, -2.5, 0.0, 40000.0, 1e-7, 1e30])
@pytest.mark.parametrize("method", METHODS)
def test_one_color_is_continued_to_its_last_digit_at_any_range(method: Method, value: float) -> None:
    image, hole = np.full((50, 50, 3), value, np.float32), np.zeros((50, 50), np.bool_)
    hole[10:40, 10:40] = True
    filled = method().complete(region_of(image, hole), Run())
    np.testing.assert_allclose(filled, image, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_excluded_pixels_are_neither_sampled_nor_changed(method: Method) -> None:
    image, hole = np.full((50, 50, 3), 0.25, np.float32), scratch(50, 50)
    excluded = np.zeros((50, 50), np.bool_)
    excluded[:25, :20] = True
    excluded &= ~hole
    image[excluded] = np.nan
    image[10, 10] = 9
    filled = method().complete(region_of(image, hole, ~hole & ~excluded), Run())
    np.testing.assert_allclose(filled[hole], 0.25, rtol=1e-5)
    assert filled[~hole].tobytes() == image[~hole].tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_known_pixels_far_from_the_hole_are_reached(method: Method) -> None:
    image, hole, known = np.full((90, 90, 3), 0.5, np.float32), np.zeros((90, 90), np.bool_), np.zeros((90, 90), np.bool_)
    hole[:10, :10] = True
    known[80:, 80:] = True
    filled = method().complete(region_of(image, hole, known), Run())
    np.testing.assert_allclose(filled[hole], 0.5, rtol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_known_is_said(method: Method) -> None:
    with pytest.raises(NothingToSample):
        method().complete(region_of(ramp(20, 20), np.ones((20, 20), np.bool_)), Run())


@pytest.mark.parametrize("method", METHODS)
def test_cancel_is_answered_between_channels(method: Method) -> None:
    reports: list[float] = []

    def report(_: str, fraction: float) -> None:
        reports.append(fraction)
        run.cancel()

    run = Run(on_progress=report)
    with pytest.raises(Cancelled):
        method().complete(region_of(ramp(40, 40), scratch(40, 40)), run)
    assert reports == [0.0]


def test_the_registry_finds_both() -> None:
    assert isinstance(registry.load("telea"), Telea)
    assert isinstance(registry.load("navier-stokes"), NavierStokes)

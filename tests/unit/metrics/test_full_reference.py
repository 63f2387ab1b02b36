"""Figures that compare with the truth: the values that the authors' own formulas give, and what must hold for any picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from lacuna_models.metrics.differences import l1_percent, psnr
from lacuna_models.metrics.gmsd import gmsd
from lacuna_models.metrics.haarpsi import haarpsi
from lacuna_models.metrics.ssim import ssim
from lacuna_models.region import Pixels

Metric = Callable[[Pixels, Pixels], float]
BEST: dict[Metric, float] = {l1_percent: 0.0, psnr: math.inf, ssim: 1.0, gmsd: 0.0, haarpsi: 1.0}
HIGHER_IS_BETTER = {psnr, ssim, haarpsi}


def waves(height: int, width: int) -> Pixels:
    """Smooth waves in red and green, a ramp in blue."""
    rows, columns = np.indices((height, width)).astype(np.float64)
    red = 0.5 + 0.4 * np.sin(columns / 5) * np.cos(rows / 9)
    green = 0.5 + 0.4 * np.sin((rows + columns) / 7)
    blue = (rows * width + columns) / (height * width) * 0.8 + 0.1
    return np.stack([red, green, blue], axis=2).astype(np.float32)


def with_a_gray_patch(truth: Pixels) -> Pixels:
    picture = truth.copy()
    picture[30:60, 40:90] = 0.6
    return picture


# SSIM: scikit-image 0.26 (Gaussian weights, population variances) on the luma. GMSD: piq 0.8. HaarPSI: the authors' Python
# formulas, step by step with SciPy's convolutions (piq 0.8 rounds YIQ's matrix otherwise and differs in the fifth digit).
@pytest.mark.parametrize(
    ("size", "metric", "expected"),
    [
        ((96, 128), ssim, 0.8808296383444074),
        ((95, 127), ssim, 0.8784213604213399),
        ((96, 128), gmsd, 0.24020805452868452),
        ((95, 127), gmsd, 0.24021780534977175),
        ((96, 128), haarpsi, 0.5209375179947263),
        ((95, 127), haarpsi, 0.5232330392539772),
    ],
)
def test_it_gives_the_reference_implementations_value(size: tuple[int, int], metric: Metric, expected: float) -> None:
    truth = waves(*size)
    assert metric(with_a_gray_patch(truth), truth) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", BEST)
def test_equal_pictures_are_the_best(metric: Metric) -> None:
    truth = waves(64, 80)
    assert metric(truth, truth) == pytest.approx(BEST[metric], abs=1e-9)


@pytest.mark.parametrize("metric", BEST)
def test_more_damage_is_worse(metric: Metric) -> None:
    truth = waves(96, 128)
    noise = np.random.default_rng(0).normal(size=truth.shape)
    little, much = (np.clip(truth + amount * noise, 0, 1).astype(np.float32) for amount in (0.02, 0.2))
    assert (metric(little, truth) > metric(much, truth)) == (metric in HIGHER_IS_BETTER)


def test_l1_is_the_mean_difference_in_percent() -> None:
    truth = np.zeros((10, 10, 3), np.float32)
    picture = truth.copy()
    picture[0, :, 0] = 0.5
    assert l1_percent(picture, truth) == pytest.approx(100 * 0.5 / 30)


def test_psnr_in_the_hole_is_lower_by_the_holes_share() -> None:
    truth, hole = waves(40, 40), np.zeros((40, 40), np.bool_)
    hole[10:20, 10:30] = True
    picture = np.where(hole[..., None], truth + np.float32(0.1), truth)
    assert psnr(picture, truth, hole) == pytest.approx(20, abs=1e-4)
    assert psnr(picture, truth) == pytest.approx(20 - 10 * math.log10(hole.mean()), abs=1e-4)


def test_ssim_says_when_a_picture_is_too_small() -> None:
    with pytest.raises(ValueError, match="11 x 11"):
        ssim(waves(10, 40), waves(10, 40))


def test_haarpsi_of_flat_pictures_has_nothing_to_lose() -> None:
    flat = np.zeros((32, 32, 3), np.float32)
    assert haarpsi(flat, flat) == 1.0

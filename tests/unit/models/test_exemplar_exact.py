"""Pictures with one right answer: the energy falls with every pass and the fill is that answer."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lacuna_models.exemplar.completion import complete
from lacuna_models.exemplar.guidance import heard
from lacuna_models.exemplar.pyramid import Level, pyramid
from lacuna_models.exemplar.solver import LevelTrace
from lacuna_models.region import Mask, Pixels

ROWS, COLUMNS = np.indices((112, 112)).astype(np.float32)


def box(size: tuple[int, int], top: int, bottom: int, left: int, right: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[top:bottom, left:right] = True
    return mask


def gray(plane: Pixels) -> Pixels:
    return np.repeat(plane[..., None], 3, axis=2).astype(np.float32)


def periodic_noise() -> Pixels:
    """Random colors that repeat every 11 rows and 13 columns."""
    tile = np.random.default_rng(1).random((11, 13, 3)).astype(np.float32)
    return np.tile(tile, (11, 9, 1))[:112, :112]


def waves() -> Pixels:
    planes = [np.sin(2 * np.pi * COLUMNS / 11), np.sin(2 * np.pi * ROWS / 13), np.sin(2 * np.pi * (COLUMNS / 11 + ROWS / 13))]
    return (0.5 + 0.5 * np.stack(planes, axis=2)).astype(np.float32)


def shifted_copy() -> Pixels:
    """Noise in which rows 40-100 and columns 70-120 are the same as rows 10-70 and columns 7-57."""
    noise = np.random.default_rng(2).random((128, 128, 3)).astype(np.float32)
    noise[40:100, 70:120] = noise[10:70, 7:57]
    return noise


RISE = 1.01  # what is paid against repeats may outweigh so much of the energy
MIDDLE = box((112, 112), 40, 70, 45, 72)
PICTURES: dict[str, tuple[Pixels, Mask]] = {
    "noise of period 11 x 13": (periodic_noise(), MIDDLE),
    "waves of period 11 x 13": (waves(), MIDDLE),
    "checkerboard": (gray((ROWS // 6 + COLUMNS // 6) % 2 * 0.8 + 0.1), MIDDLE),
    "vertical stripes": (gray(COLUMNS // 5 % 2 * 0.8 + 0.1), MIDDLE),
    "noise with a shifted copy": (shifted_copy(), box((128, 128), 55, 83, 82, 108)),
    "one color": (np.full((64, 64, 3), 0.3, np.float32), box((64, 64), 20, 40, 20, 40)),
}


@pytest.fixture(params=PICTURES)
def picture(request: pytest.FixtureRequest) -> tuple[Pixels, Mask]:
    return PICTURES[request.param]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_fill_is_the_one_right_answer(picture: tuple[Pixels, Mask], seed: int) -> None:
    truth, hole = picture
    damaged = np.where(hole[..., None], np.float32(0), truth)
    filled = complete(damaged, hole, ~hole, seed=seed)
    np.testing.assert_allclose(filled, truth, rtol=0, atol=1e-4)
    assert np.array_equal(filled[~hole], truth[~hole])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_energy_falls_within_a_level(picture: tuple[Pixels, Mask], seed: int) -> None:
    truth, hole = picture
    trace: list[LevelTrace] = []
    complete(np.where(hole[..., None], np.float32(0), truth), hole, ~hole, seed=seed, trace=trace)
    for level in trace:
        for before, after in zip(level.energies, level.energies[1:], strict=False):
            assert after <= before * RISE + 1e-7, level  # an exact fill has rounding errors only


def test_energy_falls_on_a_picture_without_an_exact_answer() -> None:
    noise = np.random.default_rng(3).random((96, 96, 3)).astype(np.float32)
    hole = box((96, 96), 30, 66, 28, 70)
    trace: list[LevelTrace] = []
    complete(noise, hole, ~hole, trace=trace)
    assert len(trace) > 1
    for level in trace:
        assert all(after <= before * RISE for before, after in zip(level.energies, level.energies[1:], strict=False)), level
        assert level.energies[-1] < level.energies[0]


def test_a_guide_is_followed_where_the_picture_leaves_a_choice() -> None:
    """Left half red noise, right half blue; the hole in the middle becomes what the guide says."""
    noise = np.random.default_rng(4).random((96, 96, 3)).astype(np.float32) * 0.2
    red, blue = np.array([0.7, 0, 0], np.float32), np.array([0, 0, 0.7], np.float32)
    image = noise + np.where(COLUMNS[:96, :96, None] < 48, red, blue)
    hole = box((96, 96), 30, 66, 30, 66)
    for color, other in ((red, blue), (blue, red)):
        guide = np.where(hole[..., None], color + noise[::-1], image).astype(np.float32)
        filled = complete(image, hole, ~hole, guide=guide)[hole]
        nearer = np.linalg.norm(filled - color, axis=1) < np.linalg.norm(filled - other, axis=1)
        assert nearer.mean() > 0.9


def test_a_blurred_guide_does_not_blur_the_fill() -> None:
    """Coarse noise; a guide that is right but blurred decides the large scales only, so the fill keeps the noise's contrast."""
    noise = np.asarray(cv2.resize(np.random.default_rng(5).random((64, 64, 3)), (128, 128)), np.float32)
    hole = box((128, 128), 40, 88, 40, 88)
    blurred = np.where(hole[..., None], cv2.GaussianBlur(noise, (0, 0), 6), noise).astype(np.float32)
    filled = complete(noise, hole, ~hole, guide=blurred)
    assert filled[hole].std() > 0.8 * noise[hole].std() > 2 * blurred[hole].std()


def test_a_sharp_guide_is_heard_at_every_scale_and_a_blurred_one_at_the_coarsest_alone() -> None:
    noise = np.random.default_rng(6).random((96, 96, 4)).astype(np.float32)
    hole = box((96, 96), 30, 66, 30, 66)
    for guide, heard_at in ((noise, [True, True, True]), (np.full_like(noise, 0.5), [False, False, True])):
        levels = heard(pyramid(Level(noise, hole, ~hole, guide), 3, np.zeros(1, np.uint8))[:3], 3)
        assert [level.guide is not None for level in levels] == heard_at

"""Recoloring in place: shading stays, the color is met, the thing's variation survives, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.color.planes import chroma_of, luma_of, rgb_of, within_gamut
from lacuna_models.color.recolor import Wish, recolor
from lacuna_models.errors import Cancelled
from lacuna_models.metrics.cielab import Lab, lab_of
from lacuna_models.metrics.color import chroma_spread, chroma_spread_ratio
from lacuna_models.region import Mask, Pixels
from lacuna_models.run import Run

HEIGHT, WIDTH = 60, 80
ROWS, COLUMNS = np.indices((HEIGHT, WIDTH)).astype(np.float32)
DISC = np.hypot(ROWS - 30, COLUMNS - 40) < 22
BLUE = (0.2, 0.35, 0.7)


def shaded(albedo: tuple[float, float, float], seed: int = 0) -> Pixels:
    """A thing of one color in uneven light, with a texture of shades and a trace of hues."""
    random = np.random.default_rng(seed)
    light = 0.7 + 0.25 * np.sin(COLUMNS / 9) * np.cos(ROWS / 7) + 0.05 * random.standard_normal((HEIGHT, WIDTH))
    hues = 0.02 * np.sin(ROWS / 5)[..., None] * np.array([1, 0, -1])
    thing: Pixels = np.clip(light[..., None] * np.array(albedo) + hues, 0, 1).astype(np.float32)
    return thing


def on_gray(thing: Pixels, where: Mask = DISC) -> Pixels:
    picture: Pixels = np.where(where[..., None], thing, np.float32(0.6))
    return picture


BROWN = on_gray(shaded((0.55, 0.35, 0.2)))
WHITE = on_gray(shaded((0.8, 0.8, 0.8)))


def selected(where: Mask) -> Pixels:
    return where.astype(np.float32)


def recolored(image: Pixels, color: tuple[float, float, float] = BLUE, where: Mask = DISC, **wish: float) -> Pixels:
    return recolor(image, selected(where), None, Wish(color, **wish), Run())


def ab(picture: Pixels, where: Mask) -> Lab:
    return lab_of(picture[where])[:, 1:]


def wanted(image: Pixels, where: Mask, color: tuple[float, float, float]) -> Lab:
    """The mean (a*, b*) of the color at each pixel's luma, as far as it exists there."""
    luma = luma_of(image[where])
    chroma = np.broadcast_to(chroma_of(np.array(color, np.float32)), (*luma.shape, 2))
    mean: Lab = lab_of(rgb_of(luma, within_gamut(luma, chroma)))[:, 1:].mean(axis=0)
    return mean


@pytest.mark.parametrize("color", [BLUE, (0.8, 0.1, 0.1), (0.9, 0.8, 0.3), (0.5, 0.5, 0.5), (0, 0, 1)])
@pytest.mark.parametrize("image", [BROWN, WHITE], ids=["brown", "white"])
def test_luma_is_kept_and_every_color_exists(image: Pixels, color: tuple[float, float, float]) -> None:
    result = recolored(image, color)
    assert np.abs(luma_of(result.astype(np.float64)) - luma_of(image.astype(np.float64))).max() < 1e-6
    assert result.min() > -1e-6
    assert result.max() < 1 + 1e-6


@pytest.mark.parametrize("tone", [0.0, 1.0])
def test_nothing_outside_the_selection_changes(tone: float) -> None:
    result = recolored(BROWN, tone=tone)
    assert np.array_equal(result[~DISC], BROWN[~DISC])
    assert not np.array_equal(result[DISC], BROWN[DISC])


@pytest.mark.parametrize("color", [BLUE, (0.6, 0.25, 0.3), (0.3, 0.5, 0.35), (0.5, 0.35, 0.6)])
@pytest.mark.parametrize("image", [BROWN, WHITE], ids=["brown", "white"])
def test_the_thing_has_the_wanted_color_on_average(image: Pixels, color: tuple[float, float, float]) -> None:
    assert np.hypot(*(ab(recolored(image, color), DISC).mean(axis=0) - wanted(image, DISC, color))) < 5


@pytest.mark.parametrize("color", [BLUE, (0.6, 0.25, 0.3), (0.6, 0.5, 0.45), (0.85, 0.75, 0.4)])
def test_variation_is_kept(color: tuple[float, float, float]) -> None:
    assert 0.5 <= chroma_spread_ratio(recolored(BROWN, color), BROWN, DISC) < 3


def test_a_gray_thing_is_not_tinted_flatly() -> None:
    result = recolored(WHITE)
    colorful = np.hypot(*ab(result, DISC).T)
    luma = luma_of(WHITE[DISC])
    assert chroma_spread(result, DISC) > 2
    assert colorful[luma < np.quantile(luma, 0.2)].mean() < colorful[luma > np.quantile(luma, 0.5)].mean() - 2


def test_a_reflection_stays_white() -> None:
    image = BROWN.copy()
    image[28:31, 38:41] = 0.95
    result = recolored(image)
    assert np.hypot(*ab(result, DISC & (ROWS == 29) & (COLUMNS == 39))[0]) < 4


@pytest.mark.parametrize("color", [BLUE, (0.2, 0.55, 0.3), (0.9, 0.45, 0.1), (0.5, 0.25, 0.75)])
@pytest.mark.parametrize("stray", [(0.32, 0.27, 0.34), (0.24, 0.28, 0.27), (0.75, 0.45, 0.42), (0.3, 0.45, 0.6)])
def test_what_has_another_hue_gets_no_third_one(stray: tuple[float, float, float], color: tuple[float, float, float]) -> None:
    """A reflection of the room in a pupil, or skin caught with an eye: gray, as it was, or of the wanted hue; nothing else."""
    image = BROWN.copy()
    patch = DISC & (ROWS > 26) & (ROWS < 34) & (COLUMNS > 36) & (COLUMNS < 44)
    image[patch] = stray
    found, goal = ab(recolored(image, color), patch).mean(axis=0), wanted(image, patch, color)
    turned = np.degrees(np.arccos(found @ goal / np.maximum(np.hypot(*found) * np.hypot(*goal), 1e-6)))
    assert np.hypot(*found) < 4 or turned < 45


def test_gray_is_gray() -> None:
    assert np.hypot(*ab(recolored(BROWN, (0.5, 0.5, 0.5)), DISC).T).max() < 3


def test_noise_is_not_made_stronger() -> None:
    random = np.random.default_rng(1)
    noisy = shaded((0.3, 0.26, 0.24)) + 0.02 * random.standard_normal((HEIGHT, WIDTH, 3)).astype(np.float32)
    noisy = np.clip(noisy, 0, 1)

    def grain(picture: Pixels) -> float:
        differences = np.diff(lab_of(picture)[..., 1:], axis=1)
        return float(np.median(np.abs(differences)))

    assert grain(recolored(noisy, (0.1, 0.3, 0.6), np.ones_like(DISC))) < 1.5 * grain(noisy)


def test_strength_blends_the_colors() -> None:
    full, half = recolored(BROWN), recolored(BROWN, strength=0.5)
    np.testing.assert_allclose(chroma_of(half), (chroma_of(full) + chroma_of(BROWN)) / 2, atol=1e-5)


@pytest.mark.parametrize("tone", [0.0, 1.0])
def test_no_strength_is_no_change(tone: float) -> None:
    assert np.array_equal(recolored(BROWN, strength=0.0, tone=tone), BROWN)


@pytest.mark.parametrize("color", [(0.75, 0.65, 0.9), (0.1, 0.05, 0.2)])
def test_a_tone_shift_takes_luma_towards_the_color_s_and_keeps_its_order(color: tuple[float, float, float]) -> None:
    goal = float(luma_of(np.array(color)))
    before = luma_of(BROWN[DISC])
    half, full = (luma_of(recolored(BROWN, color, tone=tone)[DISC]) for tone in (0.5, 1.0))
    distances = [abs(float(luma.mean()) - goal) for luma in (before, half, full)]
    assert distances[0] > distances[1] > distances[2]
    assert distances[2] < 0.15
    assert (np.diff(full[np.argsort(before)]) > -1e-6).all()


def test_a_selection_counts_as_much_as_it_selects() -> None:
    """What is barely selected does not decide what the thing's color was."""
    image = np.where(DISC[..., None], BROWN, np.array([0.1, 0.7, 0.2])).astype(np.float32)
    loose = np.where(DISC, np.float32(1), np.float32(0.004))
    result = recolor(image, loose, None, Wish(BLUE), Run())
    assert np.abs(result - recolored(BROWN))[DISC].mean() < 0.02


def test_one_pixel() -> None:
    where = np.zeros_like(DISC)
    where[30, 40] = True
    result = recolored(BROWN, where=where)
    np.testing.assert_allclose(ab(result, where)[0], wanted(BROWN, where, BLUE), atol=2)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3)])
def test_pictures_of_any_size(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), [0.5, 0.4, 0.3], np.float32)
    result = recolor(image, np.ones(size, np.float32), None, Wish(BLUE), Run())
    np.testing.assert_allclose(result, rgb_of(luma_of(image), np.broadcast_to(chroma_of(np.array(BLUE)), (*size, 2))), atol=0.01)


def test_the_whole_picture() -> None:
    everything = np.ones_like(DISC)
    image = shaded((0.55, 0.35, 0.2))
    assert np.hypot(*(ab(recolored(image, where=everything), everything).mean(axis=0) - wanted(image, everything, BLUE))) < 5


def test_a_picture_in_several_strips_has_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = recolored(BROWN)
    monkeypatch.setattr("lacuna_models.color.recolor.STRIP", 7 * WIDTH)
    np.testing.assert_allclose(recolored(BROWN), whole, atol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_no_numbers_stay_and_reach_nobody(value: float) -> None:
    image = BROWN.copy()
    image[30, 40, 1] = value
    result = recolored(image)
    np.testing.assert_array_equal(result[30, 40], image[30, 40])
    others = DISC.copy()
    others[30, 40] = False
    np.testing.assert_allclose(result[others], recolored(BROWN)[others], atol=0.05)


def test_a_selection_without_a_number_stays() -> None:
    image = np.full_like(BROWN, np.nan)
    np.testing.assert_array_equal(recolored(image), image)


@pytest.mark.parametrize("factor", [1.5, 4.0, 1000.0])
def test_values_beyond_white_keep_their_luma(factor: float) -> None:
    image = BROWN.copy()
    image[25:35, 35:45] *= np.float32(factor)
    result = recolored(image)
    np.testing.assert_allclose(luma_of(result), luma_of(image), rtol=1e-5, atol=1e-6)
    assert result.max() <= max(1, image.max()) * (1 + 1e-6)


def test_a_cancel_is_heard() -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        recolor(BROWN, selected(DISC), None, Wish(BLUE), run)


def test_the_same_again() -> None:
    assert np.array_equal(recolored(BROWN), recolored(BROWN))

"""Hints while recoloring: each takes the thing it sits on, is met there, and stops at the thing's edges."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.color.planes import chroma_of, luma_of, rgb_of, within_gamut
from lacuna_models.color.recolor import Wish, recolor
from lacuna_models.errors import Cancelled
from lacuna_models.metrics.cielab import Lab, lab_of
from lacuna_models.region import Hints, Mask, Pixels
from lacuna_models.run import Run

Color = tuple[float, float, float]
Dot = tuple[int, int, Color]  # row, column, color

HEIGHT, WIDTH = 60, 100
ROWS, COLUMNS = np.indices((HEIGHT, WIDTH)).astype(np.float32)
LEFT, RIGHT = (np.hypot(ROWS - 30, COLUMNS - middle) < 17 for middle in (26, 74))
SKIN, IRIS = (0.8, 0.6, 0.5), (0.3, 0.2, 0.12)
BLUE, GREEN, PURPLE = (0.2, 0.3, 0.65), (0.2, 0.5, 0.25), (0.5, 0.2, 0.6)
ALL = np.ones((HEIGHT, WIDTH), np.float32)


def eyes(left: Color = IRIS, right: Color = IRIS) -> Pixels:
    """Two things on a ground, in light that varies."""
    ground = np.where(LEFT[..., None], np.array(left), np.where(RIGHT[..., None], np.array(right), np.array(SKIN)))
    random = np.random.default_rng(0)
    light = 0.95 + 0.05 * np.sin(COLUMNS / 6) + 0.01 * random.standard_normal((HEIGHT, WIDTH))
    picture: Pixels = np.clip(ground * light[..., None], 0, 1).astype(np.float32)
    return picture


def pinned(*dots: Dot, radius: float = 2) -> Hints:
    where, color = np.zeros((HEIGHT, WIDTH), np.bool_), np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for row, column, value in dots:
        disc = np.hypot(ROWS - row, COLUMNS - column) <= radius
        where |= disc
        color[disc] = value
    return Hints(where, color)


class Heard(Run):
    """Is canceled after a number of looks, and counts them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.looks = most, 0

    def check(self) -> None:
        self.looks += 1
        if self.looks == self.most:
            self.cancel()
        super().check()


def recolored(image: Pixels, hints: Hints, color: Color | None = None, selection: Pixels = ALL, strength: float = 1.0) -> Pixels:
    return recolor(image, selection, hints, Wish(color, strength), Run())


def ab(picture: Pixels, where: Mask) -> Lab:
    found: Lab = lab_of(picture[where])[:, 1:]
    return found


def missed(result: Pixels, hints: Hints) -> float:
    """The largest distance in (a*, b*) between a hint and what is there, the hint's color taken at the luma there."""
    luma = luma_of(result[hints.where])
    asked = rgb_of(luma, within_gamut(luma, chroma_of(hints.color[hints.where])))
    return float(np.hypot(*(ab(result, hints.where) - lab_of(asked)[:, 1:]).T).max())


def shift(before: Pixels, after: Pixels, where: Mask) -> float:
    """The mean distance in (a*, b*) that the pixels went."""
    return float(np.hypot(*(ab(after, where) - ab(before, where)).T).mean())


def inner(middle: int) -> Mask:
    return np.hypot(ROWS - 30, COLUMNS - middle) < 14


SKIN_ONLY = (np.hypot(ROWS - 30, COLUMNS - 26) > 20) & (np.hypot(ROWS - 30, COLUMNS - 74) > 20)


def test_a_hint_takes_its_thing_and_stops_at_the_edge() -> None:
    image, hints = eyes(), pinned((30, 26, BLUE))
    result = recolored(image, hints)
    assert shift(image, result, inner(26)) > 20
    assert shift(image, result, SKIN_ONLY) < 0.5


def test_a_hint_takes_what_looks_the_same_elsewhere() -> None:
    """One click recolors both eyes of a selection; what looks otherwise stays."""
    same, other = eyes(), eyes(right=(0.35, 0.4, 0.3))
    hints = pinned((30, 26, BLUE))
    assert shift(same, recolored(same, hints), inner(74)) > 20
    assert shift(other, recolored(other, hints), inner(74)) < 2


def test_a_hint_takes_a_thing_in_all_its_shades() -> None:
    image = eyes()
    folds = (
        np.where(COLUMNS < 26, 0.45, 1.0)[..., None] * np.where(LEFT, 1.0, 0.0)[..., None] + np.where(LEFT, 0.0, 1.0)[..., None]
    )
    image = (image * folds).astype(np.float32)
    result = recolored(image, pinned((30, 34, BLUE)))
    assert shift(image, result, inner(26) & (COLUMNS < 22)) > 8
    assert shift(image, result, SKIN_ONLY) < 0.5


def hair() -> tuple[Pixels, Mask]:
    """Strands of all tones from black to a brown sheen, as frequent each, on a light wall; and where they are."""
    random = np.random.default_rng(1)
    where = np.hypot(ROWS - 30, (COLUMNS - 50) / 1.5) < 24
    tone = 0.03 + 0.3 * (0.5 + 0.5 * np.sin(COLUMNS / 8)) + 0.02 * random.standard_normal((HEIGHT, WIDTH))
    strands = tone[..., None] * np.array([1.15, 1.0, 0.9])
    return np.clip(np.where(where[..., None], strands, 0.8), 0, 1).astype(np.float32), where


def test_a_hint_in_the_dark_of_tightly_selected_hair_takes_its_sheen_too() -> None:
    image, where = hair()
    row, column = 30, int(np.argmin(image[30, 30:70, 1])) + 30
    result = recolored(image, pinned((row, column, BLUE), radius=1), selection=where.astype(np.float32))
    sheen = where & (luma_of(image) > 0.25)
    assert shift(image, result, sheen) > 20


@pytest.mark.parametrize("color", [BLUE, GREEN, PURPLE, (0.9, 0.8, 0.2), (0.0, 0.0, 1.0), (0.4, 0.4, 0.4)])
@pytest.mark.parametrize("place", [(30, 26), (10, 50)], ids=["iris", "skin"])
def test_a_hint_is_met_at_its_place(place: tuple[int, int], color: Color) -> None:
    hints = pinned((*place, color), radius=3)
    assert missed(recolored(eyes(), hints), hints) < 3


@pytest.mark.parametrize("image", [eyes(), np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)], ids=["eyes", "gray"])
def test_a_thing_painted_over_is_as_if_it_had_one_hint(image: Pixels) -> None:
    """Brushed on in hardly different shades, as a soft brush or a filter leaves them."""
    shades = np.random.default_rng(0).uniform(-0.01, 0.01, image.shape) + np.array(BLUE)
    painted = recolored(image, Hints(inner(26), shades.astype(np.float32)))
    one = recolored(image, pinned((30, 26, BLUE)))
    assert shift(one, painted, inner(26)) < 2
    assert shift(one, painted, SKIN_ONLY) < 0.5


def test_a_cancel_is_heard_while_many_hints_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lacuna_models.bands.BAND", WIDTH)
    run = Heard(most=HEIGHT // 2)
    with pytest.raises(Cancelled):
        recolor(eyes(), ALL, Hints(ALL > 0, np.broadcast_to(np.array(BLUE, np.float32), (HEIGHT, WIDTH, 3))), Wish(None), run)
    assert run.looks == run.most


def test_luma_is_kept_and_nothing_outside_the_selection_changes() -> None:
    image, selection = eyes(), (COLUMNS < 60).astype(np.float32)
    result = recolored(image, pinned((30, 26, BLUE), (10, 50, GREEN)), selection=selection)
    assert np.abs(luma_of(result) - luma_of(image)).max() < 1e-6
    assert np.array_equal(result[COLUMNS >= 60], image[COLUMNS >= 60])


def test_two_things_get_two_colors() -> None:
    image, hints = eyes(), pinned((30, 26, BLUE), (30, 74, GREEN))
    result = recolored(image, hints)
    blue, green = (ab(result, inner(middle)).mean(axis=0) for middle in (26, 74))
    assert blue[1] < -15
    assert green[0] < -15
    assert missed(result, hints) < 3


def test_hints_that_disagree_on_one_thing_pass_into_each_other() -> None:
    hints = pinned((30, 15, BLUE), (30, 85, GREEN))
    image = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    result = recolored(image, hints)
    row = lab_of(result[15])[:, 2]
    assert missed(result, hints) < 3
    assert (np.diff(row[10:90]) > -0.5).all()
    assert np.abs(np.diff(row)).max() < 5


def test_hints_of_one_color_on_two_things_color_each_as_it_is() -> None:
    image, hints = eyes(right=(0.2, 0.5, 0.6)), pinned((30, 26, PURPLE), (30, 74, PURPLE))
    result = recolored(image, hints)
    for middle in (26, 74):
        luma = luma_of(image[inner(middle)])
        chroma = np.broadcast_to(chroma_of(np.array(PURPLE, np.float32)), (*luma.shape, 2))
        asked = lab_of(rgb_of(luma, within_gamut(luma, chroma)))[:, 1:].mean(axis=0)
        assert np.hypot(*(ab(result, inner(middle)).mean(axis=0) - asked)) < 6


def test_a_color_for_the_selection_is_for_what_no_hint_reaches() -> None:
    image, hints = eyes(), pinned((30, 26, BLUE))
    result = recolored(image, hints, GREEN)
    assert ab(result, inner(26))[:, 1].mean() < -15
    assert ab(result, SKIN_ONLY)[:, 0].mean() < -10
    assert missed(result, hints) < 3


def test_a_hint_does_not_show_as_a_dot() -> None:
    image, hints = eyes(), pinned((30, 26, BLUE), radius=4)
    result = recolored(image, hints)
    ring = (np.hypot(ROWS - 30, COLUMNS - 26) < 8) & ~hints.where
    assert np.hypot(*(ab(result, hints.where).mean(axis=0) - ab(result, ring).mean(axis=0))) < 3


def test_no_strength_is_no_change() -> None:
    assert np.array_equal(recolored(eyes(), pinned((30, 26, BLUE)), strength=0.0), eyes())


def test_ten_thousand_hints_of_all_colors() -> None:
    random = np.random.default_rng(3)
    image = random.random((105, 105, 3)).astype(np.float32)
    where = np.zeros(105 * 105, np.bool_)
    where[random.choice(where.size, 10_000, replace=False)] = True
    hints = Hints(where.reshape(105, 105), random.random((105, 105, 3)).astype(np.float32))
    result = recolor(image, np.ones((105, 105), np.float32), hints, Wish(None), Run())
    assert missed(result, hints) < 3
    assert np.isfinite(result).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2)])
def test_pictures_of_any_size(size: tuple[int, int]) -> None:
    image, where = np.full((*size, 3), 0.4, np.float32), np.zeros(size, np.bool_)
    where[0, 0] = True
    hints = Hints(where, np.full((*size, 3), BLUE, np.float32))
    result = recolor(image, np.ones(size, np.float32), hints, Wish(None), Run())
    assert missed(result, hints) < 3


def test_a_hint_on_a_pixel_that_is_no_number_does_nothing() -> None:
    image = eyes()
    image[30, 26] = np.nan
    assert np.array_equal(recolored(image, pinned((30, 26, BLUE), radius=0)), image, equal_nan=True)


def test_a_large_picture_is_recolored_up_to_its_edges() -> None:
    """Influence is computed small; the thing's edge is still met to the pixel."""
    image = np.kron(eyes(), np.ones((8, 8, 1), np.float32))
    dot = pinned((30, 26, BLUE))
    hints = Hints(np.kron(dot.where, np.ones((8, 8), np.bool_)), np.kron(dot.color, np.ones((8, 8, 1), np.float32)))
    result = recolor(image, np.ones(image.shape[:2], np.float32), hints, Wish(None), Run())
    thing = np.kron(LEFT, np.ones((8, 8), np.bool_))
    moved = np.hypot(*(lab_of(result) - lab_of(image))[..., 1:].transpose(2, 0, 1))
    assert (moved[thing] > 10).mean() > 0.97
    assert (moved[~thing & (np.arange(image.shape[1]) < 400)] > 3).mean() < 0.01


def test_a_cancel_is_heard() -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        recolor(eyes(), ALL, pinned((30, 26, BLUE)), Wish(None), run)


def test_the_same_again() -> None:
    hints = pinned((30, 26, BLUE), (30, 74, GREEN), (5, 50, PURPLE))
    assert np.array_equal(recolored(eyes(), hints), recolored(eyes(), hints))


@pytest.mark.parametrize("value", [-1e38, -2.0, 1e38, 5.0])
def test_values_of_any_range_keep_their_luma(value: float) -> None:
    image = eyes()
    image[28:32, 24:28, 0] = value
    result = recolored(image, pinned((30, 26, BLUE)), GREEN)
    assert np.isfinite(result).all()
    np.testing.assert_allclose(luma_of(result), luma_of(image), rtol=1e-5, atol=1e-6)


def test_a_hint_on_a_thing_of_a_single_pixel_in_noise() -> None:
    image = np.random.default_rng(0).random((HEIGHT, WIDTH, 3)).astype(np.float32)
    hints = pinned((30, 50, BLUE), radius=0)
    assert missed(recolored(image, hints), hints) < 3

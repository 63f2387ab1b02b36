"""Color hints of Inpaint Selection: the fill gets their color, whatever fills it."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.colors import Hint
from lacuna_client.errors import LacunaError

from .driver import Gimp, Placing
from .pictures import Array, Picture, dotted, luma

WIDTH, HEIGHT = 120, 90
POINT = Hint(60, 45, (0.8, 0.2, 0.2), 5)


def green() -> Array:
    pixels = np.ones((HEIGHT, WIDTH, 4), np.float32)
    pixels[..., :3] = np.array((0.2, 0.5, 0.25)) * np.random.default_rng(2).uniform(0.8, 1.2, (HEIGHT, WIDTH, 1))
    return pixels


@pytest.fixture
def picture(gimp: Gimp) -> Picture:
    made = Picture(gimp, pixels=green())
    made.select(40, 30, 40, 30)
    return made


def redness(picture: Picture) -> float:
    """How much redder than green the fill is where the hint was, on the mean."""
    at_the_hint = picture.visible()[42:49, 57:64]
    return float((at_the_hint[..., 0] - at_the_hint[..., 1]).mean())


@pytest.mark.parametrize("method", ["telea", "patchmatch"])
def test_points_in_text_color_the_fill(picture: Picture, method: str) -> None:
    made = picture.fill(method=method, hints=str(POINT))
    assert made.status == "success", made.sentence
    assert redness(picture) > 0.1


def test_dots_on_a_layer_color_the_fill_and_are_not_in_it(picture: Picture) -> None:
    dotted(picture, POINT)
    made = picture.fill(picture.layer, sample_merged=True, grow=0, feather=0)
    assert made.layer is not None, made.sentence
    picture.layers()[0].set_visible(False)
    assert redness(picture) > 0.1
    filled = picture.read(made.layer)
    assert np.ptp(luma(filled)[filled[..., 3] > 0]) < 0.5  # the dot's own luma would stand out


def test_without_hints_the_fill_is_as_green_as_the_rest(picture: Picture) -> None:
    dotted(picture)
    assert picture.fill(picture.layer).status == "success"
    assert redness(picture) < 0


def test_gray_image_that_cannot_hold_their_color_is_told(gimp: Gimp, placing: Placing) -> None:
    gray = Picture(gimp, "GRAY", pixels=green())
    gray.select(40, 30, 40, 30)
    made = gray.fill(hints=str(POINT))
    assert made.status == "success", made.sentence
    assert "A gray image cannot hold color, so the color hints give only gray." in placing.log("plugin.log")


def test_hints_that_cannot_be_read_are_explained(picture: Picture) -> None:
    made = picture.fill(hints="60;45")
    assert made.status == "failed"
    assert made.sentence == str(
        LacunaError("bad_value", name="hint", value="60", allowed="X,Y,#rrggbb or X,Y,#rrggbb,R in whole pixels")
    )

"""Colorize Selection / Layer: gray gets its color from hints, from the colored rest, from another picture."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.colors import Hint
from lacuna_client.errors import LacunaError

from .driver import Enum, Gimp
from .pictures import Array, Picture, luma

WIDTH, HEIGHT, MIDDLE = 120, 80, 60
BLUE, ORANGE = (0.2, 0.3, 0.9), (0.9, 0.5, 0.1)


def two_things() -> Array:
    """A dark blue thing on the left and a bright orange one on the right, each a little uneven."""
    pixels = np.ones((HEIGHT, WIDTH, 4), np.float32)
    pixels[:, :MIDDLE, :3], pixels[:, MIDDLE:, :3] = BLUE, ORANGE
    pixels[..., :3] *= np.random.default_rng(3).uniform(0.9, 1.0, (HEIGHT, WIDTH, 1))
    return pixels


def grayed(pixels: Array) -> Array:
    gray = pixels.copy()
    gray[..., :3] = luma(pixels)[..., None]
    return gray


def blueness(pixels: Array) -> float:
    return float((pixels[..., 2] - pixels[..., 0]).mean())


@pytest.mark.parametrize("precision", ["U8_NON_LINEAR", "U16_NON_LINEAR", "FLOAT_LINEAR"])
def test_whole_gray_layer_gets_color_from_hints(gimp: Gimp, precision: str) -> None:
    picture = Picture(gimp, precision=precision, pixels=grayed(two_things()))
    before = picture.read()
    hints = ";".join(str(hint) for hint in (Hint(20, 40, BLUE), Hint(100, 40, ORANGE)))
    made = picture.colorize(hints=hints, output="in-place")
    assert made.status == "success", made.sentence
    after = picture.read()
    assert blueness(after[10:70, 10:40]) > 0.3
    assert blueness(after[10:70, 80:110]) < -0.3
    assert np.abs(luma(after) - luma(before)).max() <= 0.51 / 255
    assert picture.selection().max() == 0


def test_gray_region_gets_color_from_the_colored_rest(gimp: Gimp) -> None:
    colored = two_things()
    pixels = colored.copy()
    pixels[20:60, 40:80] = grayed(colored)[20:60, 40:80]
    picture = Picture(gimp, pixels=pixels)
    select_rectangle(picture, 40, 20, 40, 40)
    before = picture.native()
    made = picture.colorize(output="in-place")
    assert made.status == "success", made.sentence
    assert np.abs(picture.read() - colored)[22:58, 42:78, :3].mean() < 0.1
    changed = picture.changed(before, picture.native())
    assert not changed[picture.selection() == 0].any()


def select_rectangle(picture: Picture, x: int, y: int, width: int, height: int) -> None:
    picture.image.select_rectangle(Enum("ChannelOps.REPLACE"), x, y, width, height)


@pytest.mark.parametrize("times", [1, 11])
def test_colors_come_from_a_layer_of_another_image(gimp: Gimp, times: int) -> None:
    """Also of one that is read smaller because it is so large."""
    larger = two_things()[:, ::-1].repeat(times, axis=0).repeat(times, axis=1)
    gray, other = Picture(gimp, pixels=grayed(two_things())), Picture(gimp, pixels=larger)
    made = gray.colorize(reference=other.layer)
    assert made.layer is not None, made.sentence
    assert gray.layers() == [made.layer, gray.layer]
    after = gray.read(made.layer)
    assert blueness(after[10:70, 10:40]) > 0.2
    assert blueness(after[10:70, 80:110]) < -0.2


def test_colors_come_from_the_sample_points(gimp: Gimp) -> None:
    """Only one of the two colors is sampled, so both things get it."""
    colored = two_things()
    pixels = colored.copy()
    pixels[:40] = grayed(colored)[:40]
    picture = Picture(gimp, pixels=pixels)
    gimp.call("Selection.none", picture.image)
    picture.image.add_sample_point(100, 62)
    made = picture.colorize(sample_points=True, output="in-place")
    assert made.status == "success", made.sentence
    after = picture.read()[2:30]
    assert blueness(after[:, 10:40]) < -0.05
    assert blueness(after[:, 80:110]) < -0.2


def test_gray_layer_without_any_color_to_learn_from_is_explained(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=grayed(two_things()))
    made = picture.colorize()
    assert made.status == "failed"
    assert made.sentence == str(LacunaError("no_color"))
    assert picture.layers() == [picture.layer]


def test_layer_tells_how_it_was_colored(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=grayed(two_things()))
    made = picture.colorize(hints=str(Hint(20, 40, BLUE)), color_solver="levin")
    assert made.layer is not None, made.sentence
    assert picture.provenance(made.layer, "colorize")["color_solver"] == "levin"

"""Inpaint Selection's dialog: points of color, clicked into a picture that is not there before it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.colors import Hint

from .driver import Gimp, Placing, wait_until
from .pictures import Array, Fill, Picture, dotted, remember
from .screen import content

DIALOG = "^Inpaint Selection$"
GREEN = "#208040"
SIZE = 120, 160  # height, width in px
ZOOM = 3  # of the picture in the dialog
MARK = 60  # px: what a point covers on the screen, at least
LEFT, CENTER, RIGHT = (60, 60), (80, 60), (100, 60)  # of what is selected, in the picture's pixels


@pytest.fixture
def picture(desktop: Gimp) -> Picture:
    """Something uneven and blue, selected in the middle, and green as the foreground color."""
    made = Picture(desktop, pixels=blue())
    select(made)
    made.show()
    desktop.call("context_set_foreground", desktop.ask("color", name=GREEN))
    return made


def blue() -> Array:
    pixels = np.ones((*SIZE, 4), np.float32)
    pixels[..., :3] = np.array((0.25, 0.35, 0.6)) * np.random.default_rng(0).uniform(0.8, 1.2, (*SIZE, 1))
    return pixels


def select(picture: Picture) -> None:
    picture.select(40, 30, 80, 60)


def dialog_of(picture: Picture, method: str = "mono") -> str:
    remember(picture.gimp, method=method)
    picture.start_filling()
    return picture.gimp.await_window(DIALOG)


def veil(gimp: Gimp, dialog: str) -> Array:
    """Where the dialog shows what is selected, in red: height x width bool."""
    pixels = content(gimp, dialog)
    return np.asarray(pixels[..., 0] > pixels[..., 1:].max(axis=-1) + 60)


def green_pixels(gimp: Gimp, dialog: str) -> int:
    """How many the dialog shows, the color button's counted."""
    pixels = content(gimp, dialog)
    return int((pixels[..., 1] > pixels[..., [0, 2]].max(axis=-1) + 40).sum())


def opened(gimp: Gimp, dialog: str) -> tuple[int, int]:
    """Open the expander; returns the middle of what is selected in the picture that appears, in the dialog's pixels."""
    gimp.key(dialog, "alt+k")
    wait_until(lambda: veil(gimp, dialog).sum() > 1000, "the picture")
    rows, columns = np.nonzero(veil(gimp, dialog))
    return int(columns.mean()), int(rows.mean())


def pin(gimp: Gimp, dialog: str, place: tuple[int, int]) -> None:
    """Click until the point is seen: a click before the dialog listens is lost, on a point that is there it changes nothing."""
    without = green_pixels(gimp, dialog)

    def is_pinned() -> bool:
        gimp.click(dialog, *place)
        return green_pixels(gimp, dialog) > without + MARK

    wait_until(is_pinned, "the point")


def press_ok(picture: Picture, dialog: str) -> Fill:
    picture.gimp.key(dialog, "alt+o")
    return picture.end_of_fill()


def hints_used(picture: Picture, made: Fill) -> int:
    assert made.layer is not None, made.sentence
    number: int = picture.provenance(made.layer).get("hints", 0)
    return number


def color_round(picture: Picture, place: tuple[int, int]) -> tuple[float, float, float]:
    """What is seen of the picture there, on the mean."""
    x, y = place
    red, green, blue, _ = picture.visible()[y - 3 : y + 4, x - 3 : x + 4].mean(axis=(0, 1))
    return float(red), float(green), float(blue)


def is_green(picture: Picture, place: tuple[int, int]) -> bool:
    red, green, blue = color_round(picture, place)
    return green > max(red, blue)


@pytest.mark.parametrize("method", ["mono", "telea"])
def test_fill_takes_the_color_that_is_clicked_into_the_picture_in_one_undo_step(
    desktop: Gimp, picture: Picture, method: str
) -> None:
    dialog = dialog_of(picture, method=method)
    pin(desktop, dialog, opened(desktop, dialog))
    assert press_ok(picture, dialog).status == "success"
    assert is_green(picture, CENTER)
    desktop.key(picture.window, "ctrl+z")
    wait_until(lambda: picture.layers() == [picture.layer], "the picture as it was")
    assert not is_green(picture, CENTER)


def test_picture_comes_only_when_it_is_opened_and_asks_no_server(desktop: Gimp, placing: Placing, picture: Picture) -> None:
    placing.kill_server()
    dialog = dialog_of(picture)
    height, width = desktop.geometry(dialog)[3], desktop.geometry(dialog)[2]
    assert not veil(desktop, dialog).any()
    opened(desktop, dialog)
    assert desktop.geometry(dialog)[2] > width + 200
    desktop.key(dialog, "alt+k")
    wait_until(lambda: desktop.geometry(dialog)[2:] == (width, height), "the dialog as small as before")
    desktop.key(dialog, "Escape")
    assert picture.end_of_fill().status == "cancel"
    assert placing.status() is None
    assert "mnemonic" not in desktop.log()  # GIMP complains of letters that two widgets share


def test_who_never_opens_it_gets_the_fill_of_a_script(picture: Picture) -> None:
    fills = [press_ok(picture, dialog_of(picture, method="telea")), picture.fill(method="telea")]
    pixels = [picture.native(made.layer) for made in fills]
    assert pixels[0] == pixels[1]
    assert [hints_used(picture, made) for made in fills] == [0, 0]


def test_point_that_is_removed_or_dragged_out_of_the_selection_does_not_count(
    desktop: Gimp, placing: Placing, picture: Picture
) -> None:
    dialog = dialog_of(picture)
    x, y = opened(desktop, dialog)
    pin(desktop, dialog, (x, y))
    pin(desktop, dialog, (x + ZOOM * (RIGHT[0] - CENTER[0]), y))
    marks = green_pixels(desktop, dialog)
    desktop.click(dialog, x + ZOOM * (RIGHT[0] - CENTER[0]), y, "3")
    wait_until(lambda: green_pixels(desktop, dialog) < marks - MARK, "the point to go")
    desktop.xdotool("mousemove", "--window", dialog, str(x), str(y), "mousedown", "1")
    for step in (10, 300):
        desktop.xdotool("mousemove", "--window", dialog, str(x), str(y - step))
    desktop.xdotool("mouseup", "1")
    assert hints_used(picture, press_ok(picture, dialog)) == 0
    assert "pixels of hints lie outside the selection, where they do nothing." in placing.log("plugin.log")


def test_points_and_painted_dots_count_together(desktop: Gimp, picture: Picture) -> None:
    """Dots at the left, a point at the right: each gives its side its color."""
    dotted(picture, Hint(*LEFT, (0.7, 0.25, 0.2), 5))
    dialog = dialog_of(picture)
    x, y = opened(desktop, dialog)
    pin(desktop, dialog, (x + ZOOM * (RIGHT[0] - CENTER[0]), y))
    assert press_ok(picture, dialog).status == "success"
    red, _, blue = color_round(picture, LEFT)
    assert red > blue
    assert is_green(picture, RIGHT)


def test_points_are_not_among_the_last_values(desktop: Gimp, picture: Picture) -> None:
    dialog = dialog_of(picture)
    pin(desktop, dialog, opened(desktop, dialog))
    assert hints_used(picture, press_ok(picture, dialog)) > 0
    assert hints_used(picture, press_ok(picture, dialog_of(picture))) == 0
    assert hints_used(picture, picture.fill(procedure="lacuna-inpaint-again")) == 0


def test_empty_layer_shows_what_is_sampled_merged(desktop: Gimp, picture: Picture) -> None:
    """Dark red is the veil over nothing, magenta the one over the blue below it."""
    empty = picture.add_layer("retouching", "RGBA", np.zeros((*SIZE, 4), np.float32))
    remember(desktop)
    desktop.send("procedure", name="lacuna-inpaint", mode="INTERACTIVE", image=picture.image, drawables=[empty], values={})
    dialog = desktop.await_window(DIALOG)
    x, y = opened(desktop, dialog)
    before = content(desktop, dialog)[y, x]
    desktop.key(dialog, "alt+p")
    wait_until(lambda: content(desktop, dialog)[y, x, 2] > before[2] + 20, "the blue that is visible")
    desktop.key(dialog, "Escape")
    assert picture.end_of_fill().status == "cancel"

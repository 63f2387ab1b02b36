"""The dialogs of Recolor and Colorize: the preview, the points in it, and what an artist does with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lacuna_client.colors import Hint
from lacuna_client.errors import LacunaError

from .driver import Gimp, Placing, wait_until
from .pictures import Fill, Picture, dotted
from .screen import content

RECOLOR, LACUNA = "^Recolor Selection$", "^Lacuna$"
BROWN, GREEN = (0.55, 0.45, 0.35), "#208040"
PREVIEW = 320  # px: the height of the upper part of a dialog, which holds the preview
MIDDLE = 210, 160  # px: a place in the preview that is selected
LITTLE = 0.01


@pytest.fixture
def picture(desktop: Gimp) -> Picture:
    """An uneven brown thing, half of it selected, and green as the foreground color."""
    pixels = np.ones((120, 160, 4), np.float32)
    pixels[..., :3] = np.array(BROWN) * np.random.default_rng(0).uniform(0.8, 1.2, (120, 160, 1))
    made = Picture(desktop, pixels=pixels)
    made.select(40, 30, 80, 60)
    made.show()
    desktop.call("context_set_foreground", desktop.ask("color", name=GREEN))
    return made


def dialog_of(picture: Picture, procedure: str = "lacuna-recolor", title: str = RECOLOR) -> str:
    picture.start_filling(procedure)
    return picture.gimp.await_window(title)


def share_of_green(gimp: Gimp, dialog: str) -> float:
    """Which part of the dialog's upper part is greener than red."""
    part = content(gimp, dialog)[:PREVIEW]
    return float((part[..., 1] > part[..., 0] + 20).mean())


def await_green(gimp: Gimp, dialog: str) -> None:
    wait_until(lambda: share_of_green(gimp, dialog) > LITTLE, "the preview in the new color")


def press_ok(picture: Picture, dialog: str) -> Fill:
    picture.gimp.key(dialog, "alt+o")
    return picture.end_of_fill()


def hints_used(picture: Picture, made: Fill) -> int:
    assert made.layer is not None, made.sentence
    number: int = picture.provenance(made.layer, "recolor")["hints"]
    return number


def test_menu_entry_dialog_new_layer_and_undo(desktop: Gimp, picture: Picture) -> None:
    desktop.run_action(picture.window, "Give the selection another color")
    desktop.key(desktop.await_window(RECOLOR), "Return")
    desktop.await_window(r"2 layers\)")
    desktop.await_no_window(LACUNA)
    desktop.key(picture.window, "ctrl+z")
    desktop.await_window(r"1 layer\)")


def test_preview_comes_from_a_server_that_was_not_there_and_follows_the_settings(
    desktop: Gimp, placing: Placing, picture: Picture
) -> None:
    placing.kill_server()
    dialog = dialog_of(picture)
    await_green(desktop, dialog)
    desktop.key(dialog, "alt+g", "ctrl+a", "0", "Tab")
    wait_until(lambda: share_of_green(desktop, dialog) < LITTLE, "the preview without any change")
    desktop.key(dialog, "Escape")
    assert picture.end_of_fill().status == "cancel"
    assert picture.layers() == [picture.layer]
    assert "mnemonic" not in desktop.log()  # GIMP complains of letters that two widgets share


def test_original_is_shown_while_the_box_is_checked(desktop: Gimp, picture: Picture) -> None:
    dialog = dialog_of(picture)
    await_green(desktop, dialog)
    desktop.key(dialog, "alt+i")
    wait_until(lambda: share_of_green(desktop, dialog) < LITTLE, "the original")
    desktop.key(dialog, "alt+i")
    await_green(desktop, dialog)
    assert press_ok(picture, dialog).status == "success"


def one_point(desktop: Gimp, dialog: str) -> None:
    desktop.click(dialog, *MIDDLE)


def point_is_seen(desktop: Gimp, dialog: str) -> bool:
    """Click again and look: a click before the dialog listens is lost, on a point that is there it changes nothing."""
    one_point(desktop, dialog)
    return share_of_green(desktop, dialog) > LITTLE


def one_point_removed(desktop: Gimp, dialog: str) -> None:
    desktop.click(dialog, *MIDDLE)
    desktop.click(dialog, *MIDDLE, "3")


def one_point_dragged_out_of_the_selection(desktop: Gimp, dialog: str) -> None:
    x, y = MIDDLE
    desktop.xdotool("mousemove", "--window", dialog, str(x), str(y), "mousedown", "1")
    desktop.xdotool("mousemove", "--window", dialog, str(x + 10), str(y + 20))
    desktop.xdotool("mousemove", "--window", dialog, str(x + 60), str(y + 300), "mouseup", "1")


@pytest.mark.parametrize(
    ("act", "is_used"), [(one_point, True), (one_point_removed, False), (one_point_dragged_out_of_the_selection, False)]
)
def test_points_in_the_preview_are_hints(
    desktop: Gimp, picture: Picture, act: Callable[[Gimp, str], None], is_used: bool
) -> None:
    dialog = dialog_of(picture)
    await_green(desktop, dialog)
    act(desktop, dialog)
    assert (hints_used(picture, press_ok(picture, dialog)) > 0) == is_used


def test_points_of_one_picture_are_not_another_ones(desktop: Gimp, picture: Picture) -> None:
    dialog = dialog_of(picture)
    await_green(desktop, dialog)
    one_point(desktop, dialog)
    assert hints_used(picture, press_ok(picture, dialog)) > 0
    assert hints_used(picture, press_ok(picture, dialog_of(picture))) == 0
    assert hints_used(picture, picture.fill(procedure="lacuna-recolor-again")) == 0


def test_nothing_selected_in_a_gray_image_is_told_before_anything_is_asked(desktop: Gimp) -> None:
    picture = Picture(desktop, "GRAY")
    made = picture.recolor(mode="INTERACTIVE")
    assert (made.status, made.sentence) == ("failed", str(LacunaError("empty_selection")))


def test_gray_image_becomes_rgb_if_the_artist_agrees_and_undo_takes_both_back(desktop: Gimp) -> None:
    pixels = np.full((120, 160, 4), 1, np.float32)
    pixels[..., :3] = np.random.default_rng(0).uniform(0.3, 0.6, (120, 160, 1))
    picture = Picture(desktop, "GRAY", pixels=pixels)
    picture.select(40, 30, 80, 60)
    window = picture.show()
    picture.start_filling("lacuna-recolor")
    desktop.key(desktop.await_window(LACUNA), "Escape")
    assert picture.end_of_fill().status == "cancel"
    desktop.await_no_window(LACUNA)
    picture.start_filling("lacuna-recolor")
    desktop.key(desktop.await_window(LACUNA), "alt+r")
    made = press_ok(picture, desktop.await_window(RECOLOR))
    assert made.status == "success", made.sentence
    assert picture.image.get_base_type() == "rgb"
    desktop.key(window, "ctrl+z")
    wait_until(lambda: picture.image.get_base_type() == "gray", "the gray image")
    assert picture.layers() == [picture.layer]


def test_undo_takes_a_recolored_layer_back_bit_for_bit(desktop: Gimp, picture: Picture) -> None:
    before = picture.native()
    assert picture.recolor(GREEN, output="in-place").status == "success"
    after = picture.native()
    assert after != before
    desktop.key(picture.window, "ctrl+z")
    wait_until(lambda: picture.native() == before, "the layer as it was")
    desktop.key(picture.window, "ctrl+y")
    wait_until(lambda: picture.native() == after, "the new color")


def test_whole_layer_is_colorized_with_a_point_in_the_preview(desktop: Gimp) -> None:
    pixels = np.ones((120, 160, 4), np.float32)
    pixels[..., :3] = np.random.default_rng(0).uniform(0.4, 0.5, (120, 160, 1))
    picture = Picture(desktop, pixels=pixels)
    picture.show()
    desktop.call("context_set_foreground", desktop.ask("color", name=GREEN))
    dialog = dialog_of(picture, "lacuna-colorize", "^Colorize$")
    wait_until(lambda: point_is_seen(desktop, dialog), "the point's color in the preview")
    made = press_ok(picture, dialog)
    assert made.layer is not None, made.sentence
    pixels = picture.read(made.layer)
    assert (pixels[..., 1] > pixels[..., 0]).mean() > 0.9


def test_preview_of_a_large_layer_is_smaller_and_heeds_the_painted_dots(desktop: Gimp) -> None:
    pixels = np.ones((700, 900, 4), np.float32)
    pixels[..., :3] = np.linspace(0.4, 0.6, 900)[None, :, None]
    picture = Picture(desktop, pixels=pixels)
    picture.show()
    dotted(picture, Hint(450, 350, (0.1, 0.6, 0.2), 3))
    dialog = dialog_of(picture, "lacuna-colorize", "^Colorize$")
    await_green(desktop, dialog)
    assert desktop.geometry(dialog)[3] < 700
    desktop.key(dialog, "Escape")
    assert picture.end_of_fill().status == "cancel"

"""What an artist does with mouse and keys: the dialog, the progress window, Cancel, Try Again."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from lacuna_client import islands, settings
from lacuna_client.errors import LacunaError

from .driver import Gimp, Placing, wait_until
from .pictures import Picture, noise, remember, slow

SETTINGS = "^Inpaint Selection$"
LACUNA = "^Lacuna$"  # the progress window, and the one that tells of a failure


@pytest.fixture
def picture(desktop: Gimp) -> Picture:
    made = Picture(desktop)
    made.select(30, 20, 20, 20)
    return made


def test_menu_entry_dialog_new_layer_and_undo(desktop: Gimp, picture: Picture) -> None:
    window = picture.show()
    desktop.run_action(window, "Fill the selection from the rest of the picture")
    desktop.key(desktop.await_window(SETTINGS), "Return")
    desktop.await_window(r"2 layers\)")
    desktop.await_no_window(LACUNA)
    desktop.key(window, "ctrl+z")
    desktop.await_window(r"1 layer\)")


def test_last_values_and_repeated_filter_show_no_settings(desktop: Gimp, picture: Picture) -> None:
    window = picture.show()
    desktop.run_action(window, "Fill the selection with the settings used last")
    desktop.await_window(r"2 layers\)")
    desktop.key(window, "ctrl+f")
    desktop.await_window(r"3 layers\)")


def test_settings_of_the_dialog_are_the_last_values(desktop: Gimp, picture: Picture) -> None:
    picture.show()
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "alt+f", "ctrl+a", "1", "2", "Tab", "alt+o")
    fills = [picture.end_of_fill(), picture.fill(procedure="lacuna-inpaint-again")]
    assert [picture.provenance(fill.layer)["feather"] for fill in fills if fill.layer] == [12, 12]


def test_dialog_starts_from_the_last_values_of_any_entry(desktop: Gimp, picture: Picture) -> None:
    picture.show()
    another = picture.fill(procedure="lacuna-inpaint-another", mode="INTERACTIVE")
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "Return")
    fills = [another, picture.end_of_fill()]
    seeds = [picture.provenance(fill.layer)["seed"] for fill in fills if fill.layer]
    assert seeds == [seeds[0]] * 2


def test_rare_settings_are_out_of_sight_until_one_is_in_use(desktop: Gimp, picture: Picture) -> None:
    picture.show()
    heights = []
    for rotate in (0, 9):
        remember(desktop, rotate=rotate)
        picture.start_filling()
        dialog = desktop.await_window(SETTINGS)
        heights.append(desktop.geometry(dialog)[3])
        desktop.key(dialog, "Escape")
        assert picture.end_of_fill().status == "cancel"
    assert heights[1] > heights[0] + 100
    assert "mnemonic" not in desktop.log()  # GIMP complains of letters that two widgets share


def test_automatic_grow_is_shown_as_the_number_it_is_for_the_selection(desktop: Gimp) -> None:
    """Unchecking the box keeps that number; from then on it is the artist's."""
    picture = Picture(desktop, pixels=noise(700, 500))
    picture.select(100, 60, 500, 380)
    remember(desktop, grow=settings.AUTOMATIC)
    automatic = picture.fill(procedure="lacuna-inpaint-again")
    picture.show()
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "alt+u", "alt+o")
    fixed = picture.end_of_fill()
    picture.select(100, 60, 20, 20)
    again = picture.fill(procedure="lacuna-inpaint-again")
    grown = [picture.provenance(fill.layer)["grow"] for fill in (automatic, fixed, again) if fill.layer]
    assert grown == [grown[0]] * 3
    assert grown[0] > islands.LEAST_GROW


def test_cancelled_settings_change_nothing(desktop: Gimp, picture: Picture) -> None:
    picture.show()
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "Escape")
    assert picture.end_of_fill().status == "cancel"
    assert picture.layers() == [picture.layer]


def press_escape(desktop: Gimp, window: str) -> None:
    desktop.key(window, "Escape")


@pytest.mark.parametrize("stop", [Gimp.click_last_button, press_escape])
def test_cancel_stops_the_job_and_changes_nothing(desktop: Gimp, placing: Placing, stop: Callable[[Gimp, str], None]) -> None:
    picture = slow(desktop)
    picture.show()
    before = picture.native()
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "Return")
    progress = desktop.await_window(LACUNA)
    wait_until(placing.job_runs, "the job to run")
    stop(desktop, progress)
    assert picture.end_of_fill().status == "cancel"
    desktop.await_no_window(LACUNA)
    wait_until(lambda: not placing.job_runs(), "the server to stop computing")
    assert picture.native() == before
    assert picture.layers() == [picture.layer]


def test_image_that_changed_meanwhile_gets_no_fill(desktop: Gimp, placing: Placing, picture: Picture) -> None:
    """GIMP's menus work while the plug-in waits; a fill for a picture of another size has no place."""
    window = picture.show()
    assert picture.fill().status == "success"
    placing.signal_workers(signal.SIGSTOP)
    picture.start_filling(mode="NONINTERACTIVE")
    wait_until(placing.job_runs, "the job to run")
    desktop.run_action(window, "Crop to Selection")
    desktop.await_window(r"\) 20x20 ")
    placing.signal_workers(signal.SIGCONT)
    fill = picture.end_of_fill()
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("image_changed")))
    assert len(picture.layers()) == 2


def test_strokes_painted_meanwhile_are_not_undone_by_a_fill_in_place(desktop: Gimp, placing: Placing, picture: Picture) -> None:
    window = picture.show()
    assert picture.fill().status == "success"  # the server runs
    picture.image.remove_layer(picture.layers()[0])
    placing.signal_workers(signal.SIGSTOP)
    picture.start_filling(mode="NONINTERACTIVE", output="in-place")
    wait_until(placing.job_runs, "the job to run")
    desktop.run_action(window, "Linear Invert")
    desktop.run_action(window, "New from Visible")  # its layer in the title tells that the one before is done, too
    desktop.await_window(r"2 layers\)")
    placing.signal_workers(signal.SIGCONT)
    fill = picture.end_of_fill()
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("image_changed")))


def test_failure_that_may_pass_offers_another_try(desktop: Gimp, placing: Placing) -> None:
    picture = slow(desktop)
    picture.show()
    picture.start_filling()
    desktop.key(desktop.await_window(SETTINGS), "Return")
    progress = desktop.await_window(LACUNA)
    wait_until(placing.job_runs, "the job to run")
    placing.kill_server()
    message = desktop.await_new_window(LACUNA, {progress})
    desktop.key(message, "alt+t")
    progress = desktop.await_new_window(LACUNA, {message})
    wait_until(placing.job_runs, "the job to run again")
    desktop.key(progress, "Escape")
    assert picture.end_of_fill().status == "cancel"
    assert picture.layers() == [picture.layer]

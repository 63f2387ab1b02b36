"""The second entry runs with what was used last."""

from __future__ import annotations

from .driver import Gimp
from .pictures import Picture


def picture_with_selection(gimp: Gimp) -> Picture:
    picture = Picture(gimp)
    picture.select(30, 20, 20, 20)
    return picture


def test_it_fills_with_the_defaults_at_first_and_twice_in_a_row(gimp: Gimp) -> None:
    picture = picture_with_selection(gimp)
    for _ in range(2):
        fill = picture.fill(procedure="lacuna-inpaint-again")
        assert fill.status == "success", fill.sentence
        assert fill.layer is not None
        assert picture.provenance(fill.layer)["seed"] == 0
    assert len(picture.layers()) == 3


def test_scripts_leave_the_artists_last_values_alone(gimp: Gimp) -> None:
    picture = picture_with_selection(gimp)
    assert picture.fill(seed=3).status == "success"
    fill = picture.fill(procedure="lacuna-inpaint-again")
    assert fill.layer is not None
    assert picture.provenance(fill.layer)["seed"] == 0


def test_repeating_a_filter_without_a_display_opens_no_window(gimp: Gimp) -> None:
    fill = picture_with_selection(gimp).fill(mode="WITH_LAST_VALS")
    assert fill.status == "success", fill.sentence

"""The second entry runs with what was used last."""

from __future__ import annotations

import pytest

from lacuna_client import settings

from .conftest import StartGimp
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


def seeds(picture: Picture, *runs: tuple[str, str]) -> list[int]:
    """The seeds of fills with these procedures in these run modes."""
    found = []
    for procedure, mode in runs:
        fill = picture.fill(procedure=procedure, mode=mode)
        assert fill.status == "success", fill.sentence
        assert fill.layer is not None
        found.append(picture.provenance(fill.layer)["seed"])
    return found


def test_another_seed_each_time_and_the_last_one_is_kept(start_gimp: StartGimp) -> None:
    another, again = ("lacuna-inpaint-another", "INTERACTIVE"), ("lacuna-inpaint-again", "INTERACTIVE")
    repeated = ("lacuna-inpaint", "WITH_LAST_VALS")
    assert seeds(picture_with_selection(start_gimp()), another, another, again, repeated, another) == [1, 2, 2, 2, 3]


def test_scripts_get_another_seed_but_do_not_keep_it(start_gimp: StartGimp) -> None:
    another = ("lacuna-inpaint-another", "NONINTERACTIVE")
    assert seeds(picture_with_selection(start_gimp()), another, another) == [1, 1]


def test_after_the_highest_seed_comes_the_lowest(start_gimp: StartGimp) -> None:
    picture = picture_with_selection(start_gimp())
    assert picture.fill(mode="INTERACTIVE", seed=settings.SEED.high).status == "success"
    assert seeds(picture, ("lacuna-inpaint-another", "INTERACTIVE")) == [settings.SEED.low]


@pytest.mark.parametrize(
    ("method", "named", "tells"),
    [("telea", "Telea", True), ("navier-stokes", "Navier-Stokes", True), ("patchmatch", "Patchmatch", False)],
)
def test_another_seed_for_a_method_that_heeds_none_is_told(start_gimp: StartGimp, method: str, named: str, tells: bool) -> None:
    gimp = start_gimp()
    picture = picture_with_selection(gimp)
    sentence = f"{named} gives the same fill for every seed. Choose PatchMatch for another one."
    assert picture.fill(mode="INTERACTIVE", method=method).status == "success"
    assert sentence not in gimp.log()
    assert picture.fill(procedure="lacuna-inpaint-another", mode="INTERACTIVE").status == "success"
    assert (sentence in gimp.log()) == tells

"""The rule by which new weights take the place of old ones."""

from __future__ import annotations

import math

import pytest

from lab.figures import FIGURES
from lab.verdict import Gain, gain, gains_table, verdict

BY_NAME = {one.name: one for one in FIGURES}
BETTER, ALIKE, WORSE = (3.0, 1.0), (0.5, 1.0), (-1.5, 1.0)  # mean gain, standard error


def found(**named: tuple[float, float]) -> list[Gain]:
    """Gains of the four figures that the rule knows; alike where nothing is said."""
    names = {"perceptual": "perceptual", "haarpsi": "HaarPSI", "psnr": "PSNR hole", "sharpness": "sharpness"}
    return [Gain(name, *named.get(key, ALIKE), won=2, lost=1) for key, name in names.items()]


@pytest.mark.parametrize("figure", ["perceptual", "haarpsi"])
def test_better_structure_is_accepted(figure: str) -> None:
    assert verdict(found(**{figure: BETTER})).accepted


def test_one_structure_figure_does_not_make_up_for_the_other() -> None:
    decided = verdict(found(perceptual=BETTER, haarpsi=WORSE, psnr=BETTER))
    assert str(decided) == "refuse: HaarPSI got worse."


def test_psnr_is_heard_when_the_picture_got_no_blurrier() -> None:
    assert verdict(found(psnr=BETTER)).accepted
    assert verdict(found(psnr=BETTER, sharpness=BETTER)).accepted


def test_a_blur_that_raises_psnr_is_refused() -> None:
    decided = verdict(found(psnr=BETTER, sharpness=WORSE))
    assert not decided.accepted
    assert "blur" in decided.reason


def test_what_is_not_seen_to_be_better_is_refused() -> None:
    assert not verdict(found()).accepted


def test_without_a_network_for_the_perceptual_distance_haarpsi_stands_alone() -> None:
    without = [one for one in found(haarpsi=BETTER) if one.figure != "perceptual"]
    assert str(verdict(without)) == "accept: HaarPSI got clearly better, nothing of HaarPSI worse."


def test_a_gain_is_taken_hole_by_hole() -> None:
    hard_and_easy = gain(BY_NAME["PSNR hole"], [(10.0, 11.0), (30.0, 31.2), (20.0, 20.9)])
    assert hard_and_easy.mean == pytest.approx(1.0333, abs=1e-4)
    assert hard_and_easy.error == pytest.approx(0.0882, abs=1e-4)  # deviation 0.1528 / sqrt(3)
    assert (hard_and_easy.won, hard_and_easy.lost) == (3, 0)
    assert hard_and_easy.says == "clearly better"


def test_lower_and_nearer_to_1_are_gains_too() -> None:
    assert gain(BY_NAME["GMSD"], [(0.2, 0.1), (0.4, 0.2)]).mean == pytest.approx(0.15)
    assert gain(BY_NAME["sharpness"], [(0.5, 1.0), (2.0, 1.0)]).mean == pytest.approx(math.log(2))


def test_one_hole_and_equal_fills_prove_nothing() -> None:
    assert gain(BY_NAME["PSNR hole"], [(10.0, 20.0)]).says == "alike"
    same = gain(BY_NAME["PSNR hole"], [(10.0, 10.0), (20.0, 20.0), (math.inf, math.inf)])
    assert (same.mean, same.error, same.says, same.won, same.lost) == (0.0, 0.0, "alike", 0, 0)


def test_an_exact_fill_is_a_hole_won_and_does_not_drown_the_others() -> None:
    one_exact = gain(BY_NAME["PSNR hole"], [(30.0, math.inf), (10.0, 11.0), (20.0, 21.0)])
    assert (one_exact.mean, one_exact.won, one_exact.says) == (1.0, 3, "clearly better")


def test_the_table_says_only_of_what_decides_what_it_says() -> None:
    table = gains_table([Gain("HaarPSI", 0.03, 0.01, 5, 1), Gain("SSIM", 0.03, 0.01, 5, 1)])
    assert "| HaarPSI | +0.0300 | 0.0100 | 5 | 1 | clearly better |" in table
    assert "| SSIM | +0.0300 | 0.0100 | 5 | 1 |  |" in table

"""The shifts: chosen so that the hole's pixels find valid content."""

from __future__ import annotations

import numpy as np

from lacuna_models.networks.shifts import Shifts
from lacuna_models.region import Mask
from lacuna_models.two_stage.shifting import best_shifts, published_shifts
from unit.two_stage.regions import box


def reached(hole: Mask, valid: Mask, shifts: Shifts) -> float:
    """The share of the hole's pixels over which any of the four copies brings something valid."""
    y, x = np.nonzero(hole)
    found = np.zeros(len(y), bool)
    for rows, columns in ((shifts.up, 0), (-shifts.down, 0), (0, -shifts.right), (0, shifts.left)):
        inside = (y + rows >= 0) & (y + rows < hole.shape[0]) & (x + columns >= 0) & (x + columns < hole.shape[1])
        found[inside] |= valid[y[inside] + rows, x[inside] + columns]
    return float(found.mean())


def test_a_small_hole_has_the_papers_fifth() -> None:
    hole = box(200, 300, slice(95, 105), slice(145, 155))
    assert best_shifts(hole, ~hole) == Shifts(40, 40, 60, 60)


def test_a_hole_wider_than_the_shift_is_reached_by_larger_ones() -> None:
    hole = box(300, 300, slice(20, 160), slice(0, 300))
    shifts = best_shifts(hole, ~hole)
    assert reached(hole, ~hole, shifts) > reached(hole, ~hole, Shifts(60, 60, 60, 60)) + 0.3


def test_what_may_not_be_sampled_is_no_source() -> None:
    """Only the left tenth may: content moves right by the size that brings it over the hole."""
    hole, valid = box(200, 200, slice(80, 120), slice(85, 100)), box(200, 200, slice(0, 200), slice(0, 20))
    assert best_shifts(hole, valid).right == 80


def test_a_tiny_region_has_shifts_of_a_pixel() -> None:
    hole = box(2, 3, slice(0, 1), slice(0, 1))
    assert min(best_shifts(hole, ~hole)) == 1


def test_the_published_shifts_are_a_share_of_the_height() -> None:
    assert published_shifts((512, 900)) == Shifts(100, 100, 100, 100)

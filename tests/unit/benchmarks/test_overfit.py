"""`overfit` with narrow networks: a few steps are enough to see that they learn their pictures."""

from __future__ import annotations

import pytest
import torch

from overfit import NAMES, PICTURES, decibels, inputs_of, memorize, pictures

NARROW = {"light-coarse": (16, 24, 32), "light-refinement": (16, 16, 24, 24)}
SIDE = 64  # px; the published networks need 256, which takes too long here: their gradients have a test of their own
STEPS = 24


def test_the_hole_is_a_square_in_the_middle() -> None:
    truth, hole = pictures(96)
    assert truth.shape == (len(PICTURES), 3, 96, 96) == (4, 3, 96, 96)
    assert hole[..., 42:54, 42:54].sum(dim=(1, 2, 3)).tolist() == hole.sum(dim=(1, 2, 3)).tolist() == [12 * 12] * 4
    assert 0 <= float(truth.min()) < float(truth.max()) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_network_does_not_see_what_is_in_the_hole(name: str) -> None:
    truth, hole = pictures(SIDE)
    other = torch.where(hole > 0, 1 - truth, truth)
    assert all(torch.equal(one, two) for one, two in zip(inputs_of(name, truth, hole), inputs_of(name, other, hole), strict=True))


@pytest.mark.parametrize(("name", "widths"), NARROW.items())
def test_a_network_learns(name: str, widths: tuple[int, ...]) -> None:
    told: list[tuple[int, float]] = []
    truth, hole = pictures(SIDE)
    outcome = memorize(name, {"widths": widths}, truth, hole, STEPS, lambda step, reached: told.append((step, reached)))
    assert told == [(STEPS, outcome.after)]
    assert outcome.after > outcome.before + 2


def test_decibels_are_those_of_the_hole_alone() -> None:
    truth, hole = pictures(SIDE)

    class Off(torch.nn.Module):
        """Wrong by 0.1 in the hole and by 0.5 elsewhere."""

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return image / 2 + 0.25 + torch.where(hole > 0, 0.1, 0.5)

    level = torch.full_like(truth, 0.5)
    assert decibels(Off(), (level,), level, hole) == pytest.approx(20, abs=0.01)

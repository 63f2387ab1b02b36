"""The finish of a fill: steps of brightness are spread, structures that do not fit color nothing, the equation is solved."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.errors import Cancelled
from lacuna_models.exemplar import membrane
from lacuna_models.exemplar.completion import complete
from lacuna_models.region import Mask, Pixels

SIDE = 128
ROWS, COLUMNS = np.indices((SIDE, SIDE)).astype(np.float32)
HOLE = (np.abs(ROWS - 64) < 24) & (np.abs(COLUMNS - 64) < 24)
NEVER = np.zeros(1, np.uint8)


def before_and_after(truth: Pixels, hole: Mask = HOLE, seed: int = 0) -> tuple[Pixels, Pixels]:
    """The fill as it is before its finish, and the whole fill."""
    voted: list[Pixels] = []
    filled = complete(
        np.where(hole[..., None], np.float32(0), truth),
        hole,
        ~hole,
        seed=seed,
        on_picture=lambda _, picture: voted.append(picture.copy()),
    )
    return np.where(hole[..., None], voted[-1], truth), filled


def sunlit_grain() -> Pixels:
    """A wall of fine grain in a light that grows from left to right, with a dark post at its left end."""
    grain = 1 + 0.02 * np.random.default_rng(5).standard_normal((SIDE, SIDE))
    wall = np.where(COLUMNS < 12, 0.05, 0.4 + 0.2 * COLUMNS / SIDE) * grain
    return np.repeat(wall[..., None], 3, axis=2).astype(np.float32)


STRIPE = np.abs(COLUMNS - 64) < 20  # no place outside it has the light that belongs inside


def largest_step(light: Pixels) -> float:
    """Between neighboring columns' means, from which the grain has gone."""
    return float(np.abs(np.diff(light[20:])).max())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_light_is_continued_and_its_steps_vanish(seed: int) -> None:
    truth = sunlit_grain()
    voted, filled = before_and_after(truth, STRIPE, seed)
    wanted, before, after = (picture[..., 0].mean(axis=0) for picture in (truth, voted, filled))
    assert np.abs(after - wanted).max() < 0.7 * np.abs(before - wanted).max()
    assert largest_step(after) < 0.5 * largest_step(before)


def test_grain_keeps_its_strength() -> None:
    truth = sunlit_grain()
    _, filled = before_and_after(truth)
    grain = np.abs(np.diff(filled[..., 0], axis=1))
    assert 0.8 < grain[42:87, 42:86].mean() / grain[:36].mean() < 1.25


@pytest.mark.parametrize("thickness", [2, 10, 40])
def test_a_dark_bar_beside_the_hole_does_not_darken_it(thickness: int) -> None:
    """A bar of a kind that is nowhere else touches the hole: what does not fit there is no step of brightness."""
    truth = np.full((SIDE, SIDE, 3), 0.6, np.float32)
    truth += np.random.default_rng(6).normal(0, 0.03, (SIDE, SIDE, 1)).astype(np.float32)
    truth[41:88, 41 - thickness : 41] = 0.05
    voted, filled = before_and_after(truth)
    assert abs(float((filled - voted)[HOLE].mean())) < 0.01
    assert float((filled - voted)[HOLE].min()) > -0.05


def test_what_is_exact_stays() -> None:
    truth = np.tile(np.random.default_rng(1).random((11, 13, 3)).astype(np.float32), (12, 10, 1))[:SIDE, :SIDE]
    voted, filled = before_and_after(truth)
    np.testing.assert_allclose(filled, voted, rtol=0, atol=1e-6)


def test_the_same_seed_gives_the_same_bits() -> None:
    truth = sunlit_grain()
    assert np.array_equal(before_and_after(truth)[1], before_and_after(truth)[1])


def test_opacity_is_left_alone_and_what_is_clear_stays_clear() -> None:
    truth = np.concatenate([sunlit_grain(), np.ones((SIDE, SIDE, 1), np.float32)], axis=2)
    truth[:, :64] = 0  # colors are multiplied by opacity
    voted, filled = before_and_after(truth)
    assert np.array_equal(filled[..., 3], voted[..., 3])
    assert not filled[filled[..., 3] == 0].any()
    assert not np.array_equal(filled, voted)


def test_a_hole_whose_border_is_partly_the_frame_or_excluded_is_free_there() -> None:
    """The light of the one known side goes on; neither the frame nor what may not be sampled pulls."""
    truth = sunlit_grain()
    hole = (ROWS < 40) & (COLUMNS < 40)
    known = ~hole & (COLUMNS >= 60)
    filled = complete(np.where(known[..., None], truth, np.float32(0)), hole, known)
    assert filled[hole].min() > 0.25


def ragged_problem(height: int, width: int) -> tuple[Mask, Mask, Pixels]:
    """Unknown pixels, known ones among them, and right sides."""
    random = np.random.default_rng(0)
    inside = random.random((height, width)) < 0.8
    known = ~inside & (random.random((height, width)) < 0.7)
    return inside, known, (random.standard_normal((height, width, 4)) * inside[..., None]).astype(np.float32)


def test_the_membrane_solves_its_equation_on_ragged_shapes() -> None:
    inside, known, pull = ragged_problem(13, 18)
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(np.count_nonzero(inside))
    matrix, border = np.eye(int(np.count_nonzero(inside))) * 0.01, np.zeros(inside.shape, np.float32)
    for y, x in np.argwhere(inside):
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= v < 13 and 0 <= u < 18 and (inside[v, u] or known[v, u]):
                matrix[number[y, x], number[y, x]] += 1
                if inside[v, u]:
                    matrix[number[y, x], number[v, u]] -= 1
                else:
                    border[y, x] += 1
    height = membrane.solve(inside, border, pull, 0.01, NEVER)
    left = pull[inside] - matrix @ height[inside]
    assert np.linalg.norm(left) <= 2 * membrane.ENOUGH * np.linalg.norm(pull)
    assert not height[~inside].any()


def test_a_cancelled_membrane_stops() -> None:
    inside, known, pull = ragged_problem(64, 64)
    with pytest.raises(Cancelled):
        membrane.solve(inside, known.astype(np.float32), pull, 0.01, np.ones(1, np.uint8))

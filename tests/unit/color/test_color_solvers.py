"""What every color solver of the classics promises, whatever its method."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models import registry
from lacuna_models.color import domain_transform, levin
from lacuna_models.color.planes import chroma_of, luma_of
from lacuna_models.errors import Cancelled, NothingToSample
from lacuna_models.interfaces import ColorSolver
from lacuna_models.region import Region
from lacuna_models.run import Run
from unit.color.color_regions import BLUE, RED, dot, region_of, smooth_picture, square_hole, two_halves

SOLVERS = ["levin", "domain-transform"]


@pytest.fixture(params=SOLVERS)
def solver(request: pytest.FixtureRequest) -> ColorSolver:
    loaded: ColorSolver = registry.load(request.param)
    return loaded


@pytest.fixture(params=["at full size", "made smaller"])
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The working size: as large as the region, or a ninth and less of it."""
    if request.param == "made smaller":
        monkeypatch.setattr(levin, "MOST_HOLE", 400)
        monkeypatch.setattr(domain_transform, "MOST_PIXELS", 1000)
    return str(request.param)


@pytest.mark.usefixtures("limit")
def test_the_hole_is_colored_by_what_is_round_it_and_all_else_is_kept(solver: ColorSolver) -> None:
    image, hole = smooth_picture(110, 120), square_hole(110, 120, 25, 30, 60)
    luma = luma_of(image)
    image[hole] = np.nan

    colored = solver.solve(region_of(image, hole), luma, Run())

    np.testing.assert_array_equal(colored[~hole], image[~hole])
    np.testing.assert_allclose(luma_of(colored)[hole], luma[hole], atol=1e-6)
    true = smooth_picture(110, 120)
    gray = np.abs(chroma_of(true)[hole]).mean()
    assert np.abs(colored - true)[hole].mean() < gray / 2
    assert 0 <= colored[hole].min() <= colored[hole].max() <= 1


@pytest.mark.usefixtures("limit")
def test_each_hint_colors_its_own_object(solver: ColorSolver) -> None:
    """No color but two dots: each spreads to the edge of what it lies on."""
    image, hole = two_halves(96, 90, 45), np.ones((96, 90), bool)
    hints = dot(96, 90, 40, 10, RED + 0.15)
    hints.where[70:73, 80:83], hints.color[70:73, 80:83] = True, BLUE - 0.15
    region = region_of(np.full_like(image, np.nan), hole, hints=hints)

    colored = solver.solve(region, luma_of(image), Run())

    off = np.abs(colored - image)
    assert off[:, :42].mean() < 0.04
    assert off[:, 48:].mean() < 0.04
    np.testing.assert_allclose(chroma_of(colored)[hints.where], chroma_of(hints.color)[hints.where], atol=1e-5)


def test_every_pixel_may_be_a_hint(solver: ColorSolver) -> None:
    image = smooth_picture(30, 20)
    hints = dot(30, 20, 0, 0, RED, radius=40)

    colored = solver.solve(region_of(image, np.ones((30, 20), bool), hints=hints), luma_of(image), Run())

    assert np.abs(chroma_of(colored) - chroma_of(RED)).max() < 1e-5


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_any_size_is_colored(solver: ColorSolver, shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), RED)

    colored = solver.solve(region_of(image, np.ones(shape, bool), hints=dot(*shape, 0, 0, RED, radius=0)), luma_of(image), Run())

    np.testing.assert_allclose(colored, image, atol=1e-5)


def test_without_a_hole_nothing_happens(solver: ColorSolver) -> None:
    image = smooth_picture(10, 10)

    colored = solver.solve(region_of(image, np.zeros((10, 10), bool)), luma_of(image), Run())

    np.testing.assert_array_equal(colored, image)


def test_a_fourth_channel_is_left_out(solver: ColorSolver) -> None:
    image = np.concatenate([smooth_picture(20, 20), np.full((20, 20, 1), 0.5, np.float32)], axis=2)

    colored = solver.solve(region_of(image, square_hole(20, 20, 5, 5, 9)), luma_of(image[..., :3]), Run())

    assert colored.shape == (20, 20, 3)


def test_a_hole_among_transparent_pixels_takes_the_nearest_color(solver: ColorSolver) -> None:
    """Nothing known touches the hole: the only known pixels are in a far corner."""
    image, hole = np.full((60, 200, 3), np.nan, np.float32), square_hole(60, 200, 20, 20, 20)
    known = np.zeros_like(hole)
    known[50:55, 190:195] = True
    image[known] = RED
    luma = np.full(hole.shape, np.nan, np.float32)
    luma[hole], luma[known] = 0.5, luma_of(RED)

    colored = solver.solve(region_of(image, hole, known), luma, Run())

    np.testing.assert_allclose(chroma_of(colored)[hole], np.broadcast_to(chroma_of(RED), (400, 2)), atol=1e-4)


def test_the_same_is_made_again(solver: ColorSolver) -> None:
    image, hole = smooth_picture(50, 60), square_hole(50, 60, 10, 10, 30)

    one, other = (solver.solve(region_of(image, hole), luma_of(image), Run(seed=seed)) for seed in (1, 2))

    np.testing.assert_array_equal(one, other)


def test_a_reference_alone_is_not_enough_and_beside_known_pixels_it_is_told_to_be_of_no_use(solver: ColorSolver) -> None:
    image, hole = smooth_picture(20, 20), square_hole(20, 20, 5, 5, 9)
    beside = Region(image, hole, hole.astype(np.float32), ~hole, reference=image)
    alone = Region(image, hole, hole.astype(np.float32), np.zeros_like(hole), reference=image)
    run = Run()

    solver.solve(beside, luma_of(image), run)
    with pytest.raises(NothingToSample):
        solver.solve(alone, luma_of(image), run)

    assert len(run.warnings) == 1
    assert "takes no colors from another picture" in run.warnings[0]


def test_lights_beyond_one_keep_their_luma_and_get_their_color(solver: ColorSolver) -> None:
    image = 8 * smooth_picture(40, 50)
    hole = square_hole(40, 50, 10, 10, 20)

    colored = solver.solve(region_of(image, hole), luma_of(image), Run())

    np.testing.assert_allclose(luma_of(colored), luma_of(image), rtol=1e-5)
    assert np.abs(colored - image)[hole].mean() < np.abs(chroma_of(image)[hole]).mean() / 2


def test_a_cancel_at_any_progress_is_heard(solver: ColorSolver) -> None:
    image, hole = smooth_picture(60, 60), square_hole(60, 60, 10, 10, 40)
    steps: list[float] = []
    solver.solve(region_of(image, hole), luma_of(image), Run(on_progress=lambda _, fraction: steps.append(fraction)))

    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    for number in range(len(steps) - 1):
        with pytest.raises(Cancelled):
            solver.solve(region_of(image, hole), luma_of(image), cancelled_at(number))


def cancelled_at(step: int) -> Run:
    """A run that is cancelled when it reports progress for the step + 1st time."""
    heard: list[float] = []

    def listen(_: str, fraction: float) -> None:
        heard.append(fraction)
        if len(heard) > step:
            run.cancel()

    run = Run(on_progress=listen)
    return run

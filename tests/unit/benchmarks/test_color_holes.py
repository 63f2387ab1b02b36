"""The lists of holes on which color solvers are compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab.color_cases import ColorCase
from lab.color_holes import EIGHT, SIZES, Hole, drawn, drawn_case, eight, from_masks
from lacuna_models.color.planes import chroma_of


@pytest.fixture
def case(photographs: Path) -> ColorCase:
    """The square in the grass."""
    (found,) = from_masks(photographs, (64, 80), ("square",))[1:]
    return found


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise under the names of the photographs of EIGHT, wide and high ones."""
    folder = tmp_path_factory.mktemp("gallery")
    draw = np.random.default_rng(0)
    for number, hole in enumerate(EIGHT):
        shape = (60, 90, 3) if number % 2 else (90, 60, 3)
        Image.fromarray(draw.integers(0, 256, shape, np.uint8)).save(folder / f"{hole.photograph}.png")
    return folder


@pytest.mark.parametrize("hole", EIGHT)
def test_a_hole_is_the_same_at_every_size(hole: Hole) -> None:
    shares = [drawn(hole, size).mean() for size in SIZES.values()]
    assert min(shares) > 0.1
    assert max(shares) < 0.3
    assert max(shares) - min(shares) < 0.01


def test_the_eight_lie_inside_of_their_crops_and_are_always_the_same(gallery: Path) -> None:
    cases = eight(gallery, SIZES["small"])
    assert len({case.name for case in cases}) == len(cases) == 8
    assert all(case.picture.shape == (256, 320, 3) and 0.1 < case.hole.mean() < 0.3 for case in cases)
    assert [case.digest for case in eight(gallery, SIZES["small"])] == [case.digest for case in cases]


def test_a_photograph_that_is_missing_is_named(photographs: Path) -> None:
    with pytest.raises(SystemExit, match=EIGHT[0].photograph):
        drawn_case(photographs, EIGHT[0], SIZES["small"])


def test_every_mask_of_a_folder_is_a_hole(photographs: Path) -> None:
    cases = from_masks(photographs, (64, 80))
    assert [case.name for case in cases] == ["flat square", "grass object", "grass square", "grass strokes"]
    assert all(case.picture.shape == (64, 80, 3) and case.hole.any() for case in cases)
    rows, columns = (np.flatnonzero(cases[0].hole.any(axis=axis)) for axis in (1, 0))
    assert len(rows) == len(columns) == pytest.approx(60 * 80 / 200, abs=1)


def test_a_solver_sees_no_color_in_the_hole(case: ColorCase) -> None:
    region = case.region()
    assert region.hints is None
    assert np.abs(chroma_of(region.image)[case.hole]).max() < 1e-6
    assert np.array_equal(region.image[~case.hole], case.truth[~case.hole])
    assert np.array_equal(region.known, ~case.hole)


def test_hints_are_small_discs_of_the_true_color_in_the_hole(case: ColorCase) -> None:
    (one, four) = (case.region(count).hints for count in (1, 4))
    assert one is not None
    assert four is not None
    assert 1 <= np.count_nonzero(one.where) <= 7 * 7
    assert (one.where <= four.where).all()
    assert (four.where <= case.hole).all()
    mean = case.truth[one.where].mean(axis=0)
    assert one.color[one.where] == pytest.approx(np.broadcast_to(mean, one.color[one.where].shape), abs=1e-5)

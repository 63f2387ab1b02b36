"""Reading a folder of photographs and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lacuna
from lab.cases import blended, find_cases, square_hole
from lab.methods import method_of


def test_every_mask_of_a_picture_is_a_case(photographs: Path) -> None:
    assert [(case.name, case.kind) for case in find_cases(photographs)] == [
        ("flat", "square"),
        ("grass", "object"),
        ("grass", "square"),
        ("grass", "strokes"),
    ]
    assert [case.name for case in find_cases(photographs, ("square",), names=("gr",))] == ["grass"]


def test_with_a_known_truth_the_hole_is_the_mask(photographs: Path) -> None:
    (case,) = find_cases(photographs, ("square",), names=("grass",))
    assert (case.grow, case.feather) == (0, 0)
    assert np.array_equal(case.hole, np.asarray(Image.open(photographs / "grass.mask-square.png")) > 0)


def test_an_object_is_grown_and_feathered_as_the_product_does_it(photographs: Path) -> None:
    (case,) = find_cases(photographs, ("object",))
    by_default = lacuna.inpaint(case.picture, case.selection, method="telea")
    assert np.array_equal(method_of("telea").fill(case), by_default)
    assert (by_default != case.picture).any(axis=2)[~case.selection].any()
    assert np.array_equal(by_default[~case.hole], case.picture[~case.hole])


def test_a_fill_is_blended_by_alpha_and_leaves_the_rest_alone(photographs: Path) -> None:
    (case,) = find_cases(photographs, ("object",))
    white = blended(case, np.full_like(case.picture, 255))
    assert (white[case.alpha == 1] == 255).all()
    assert np.array_equal(white[~case.hole], case.picture[~case.hole])
    soft = case.hole & (case.alpha < 1)
    assert (white[soft] >= case.picture[soft]).all()
    assert (white[soft] < 255).any()


def test_the_longest_side_is_brought_to_the_size(photographs: Path) -> None:
    (case,) = find_cases(photographs, ("square",), size=100, names=("grass",))
    assert case.picture.shape == (90, 100, 3)
    assert case.hole.sum() == 30 * 30


def test_the_third_needs_no_mask(photographs: Path) -> None:
    flat, grass = find_cases(photographs, ("third",), size=90)
    assert (flat.name, grass.name, grass.kind) == ("flat", "grass", "third")
    assert grass.picture.shape == (90, 90, 3)
    rows, columns = (np.flatnonzero(grass.hole.any(axis=axis)) for axis in (1, 0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (30, 59, 30, 59)
    assert (grass.has_truth, grass.grow, grass.feather, grass.scale) == (True, 0, 0, 0.5)


def test_the_third_is_cut_from_the_photographs_middle(photographs: Path) -> None:
    (case,) = find_cases(photographs, ("third",), names=("grass",))
    whole = np.asarray(Image.open(photographs / "grass.png"))
    assert np.array_equal(case.picture, whole[:, 10:190])
    assert square_hole(1024, 1024, 1024 // 3)[342:683, 342:683].sum() == 341 * 341  # as the published samples have it


def test_a_mask_without_its_picture_or_of_another_size_is_named(tmp_path: Path) -> None:
    Image.new("L", (8, 8), 255).save(tmp_path / "lost.mask-square.png")
    with pytest.raises(SystemExit, match="lost"):
        find_cases(tmp_path)
    Image.new("RGB", (9, 8)).save(tmp_path / "lost.png")
    with pytest.raises(SystemExit, match="8 x 8"):
        find_cases(tmp_path)

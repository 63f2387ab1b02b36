"""`recolor`, the benchmark, from the outside: a rendered thing with a highlight on it, two colors, the table and the sheet."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import recolor as command
from lab.cases import find_masks
from lab.recolored import luma_error, preview_of, recolored

HEIGHT, WIDTH = 60, 80


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """'ball': a shaded brown disc on gray, with a mask of the kind 'ball' and one of another kind."""
    made = tmp_path_factory.mktemp("ball")
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    shade = np.clip(0.3 + 0.7 * np.exp(-((rows - 20) ** 2 + (columns - 30) ** 2) / 300), 0, 1)[..., None]
    disc = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(disc, (40, 30), 20, 255, -1)
    ball = shade * (0.6, 0.4, 0.25) * 255
    Image.fromarray(np.where(disc[..., None] > 0, ball, 120).astype(np.uint8)).save(made / "ball.png")
    Image.fromarray(disc).save(made / "ball.mask-ball.png")
    Image.fromarray(disc).save(made / "ball.mask-eyes.png")
    return made


def test_one_row_a_color_and_one_of_all(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--images", str(folder), "--kinds", "ball", "--colors", "#3f7d4e", "#4d86c4", "--sheets", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split(" | ")[:2] for line in lines[:2]] == [["| ball ball", "`#3f7d4e`"], ["| ball ball", "`#4d86c4`"]]
    figures = [float(cell) for cell in lines[0].strip(" |").split(" | ")[2:]]
    error, error_16, spread, to_target = figures[:4]
    assert error < 1
    assert error_16 < 1
    assert spread > 0.5
    assert to_target < 12
    assert lines[2].startswith("| **all**")
    assert [path.name for path in tmp_path.iterdir()] == ["ball-ball.png"]


def test_kinds_have_their_colors(folder: Path) -> None:
    eyes, ball = find_masks(folder, ("eyes", "ball"), names=("ball",))[::-1]
    assert command.colors_for(eyes, ()) == command.COLORS["eyes"]
    assert command.colors_for(ball, ()) == command.OTHERS
    assert command.colors_for(eyes, ["#000000"]) == ["#000000"]


def test_a_color_that_is_there_already_is_met_and_a_far_one_is_measured_as_far(folder: Path) -> None:
    (case,) = find_masks(folder, ("ball",))
    result = recolored(case, "#3f7d4e")
    untouched = type(result)(case, "#3f7d4e", case.picture, 1.0, 1.0, 0.0, 0.0)
    assert untouched.spread == 1
    assert untouched.to_target > 20
    assert result.to_target < untouched.to_target / 3


def test_luma_error_is_in_levels() -> None:
    gray = np.full((4, 4, 3), 100, np.uint8)
    assert luma_error(gray, gray) == 0
    assert luma_error(gray + np.uint8(2), gray) == pytest.approx(2)


def test_a_preview_is_as_large_as_a_dialog_shows_it(folder: Path) -> None:
    (case,) = find_masks(folder, ("ball",), size=1600)
    picture, selection = preview_of(case)
    assert max(picture.shape) == 400
    assert picture.shape[:2] == selection.shape
    assert 0.1 < selection.mean() < 0.9


def test_a_folder_without_such_masks_ends_with_a_sentence(folder: Path) -> None:
    with pytest.raises(SystemExit, match="of the kinds lips"):
        command.main(["--images", str(folder), "--kinds", "lips"])

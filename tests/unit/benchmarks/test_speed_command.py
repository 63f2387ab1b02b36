"""`speed` with small pictures: every table has its rows; what it times is its own affair."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import speed
from lab.cases import Case
from lab.methods import method_of
from lab.scenes import scene, square_hole
from lab.staged import STAGES, staged_fill
from lab.timings import place, time_fill


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    speed.main(words)
    return capsys.readouterr().out.splitlines()


def cells(lines: list[str], *beginning: str) -> list[str]:
    """Of the first row that begins so, after these."""
    (line, *_) = [line for line in lines if line.startswith("| " + " | ".join(beginning) + " |")]
    return [cell.strip() for cell in line.strip("|").split("|")][len(beginning) :]


def test_every_method_has_its_row_and_a_missing_peer_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no G'MIC there
    methods = ("patchmatch", "opencv-telea", "gmic-matchpatch")
    lines = printed(capsys, "--only", "sizes", "--sizes", "64", "--repeats", "1", "--methods", *methods)
    cold, warm, peak, ratio = cells(lines, "patchmatch", "cpu")
    assert float(cold.split()[0]) > float(warm.split()[0]) > 0
    assert float(peak) > 20
    assert float(ratio) > 0
    assert cells(lines, "opencv-telea", "cpu")[3] == "1.00"
    assert cells(lines, "gmic-matchpatch", "cpu")[0] == "the program gmic is not installed"
    assert len(cells(lines, "64", "patchmatch", "cpu")) == 4  # boxes, region, fine, composite


def test_a_larger_canvas_is_set_beside_the_smallest(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "CANVASES", {"small": (256, 256), "large": (512, 384)})
    monkeypatch.setattr(speed, "CANVAS_HOLE", 40)
    lines = printed(capsys, "--only", "canvases", "--repeats", "1", "--methods", "telea", "opencv-telea")
    assert cells(lines, "telea", "small")[1] == "1.00"
    assert float(cells(lines, "telea", "large")[0]) > 0


def test_a_cancel_is_timed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "CANCELS", (0.05,))
    lines = printed(capsys, "--only", "cancel", "--sizes", "900", "--methods", "patchmatch", "telea")
    assert float(cells(lines, "patchmatch")[0]) < 60
    assert not any(line.startswith("| telea") for line in lines)


def test_a_device_that_is_not_there_or_not_used_is_named(tmp_path: Path) -> None:
    hole = place(tmp_path, "64", scene(64, 64), 20)
    assert "cuda" in time_fill(hole, method_of("telea"), "cuda:99", 1).note


def test_the_stages_add_up_to_the_whole_fill() -> None:
    case = Case("scene", "square", scene(64, 64), square_hole(64, 64, 20))
    picture, stages, device = staged_fill(case, "patchmatch", {}, "cpu")
    assert device == "cpu"
    assert set(stages) <= set(STAGES)
    assert (picture != case.picture).any(axis=2)[case.hole].any()
    assert np.array_equal(picture[~case.hole], case.picture[~case.hole])


def test_the_middle_of_a_larger_scene_is_the_same() -> None:
    small, large = scene(200, 100), scene(2400, 1500)
    assert np.array_equal(large[700:800, 1100:1300], small)
    assert large.shape == (1500, 2400, 3)
    assert square_hole(101, 100, 34).sum() == 34 * 34

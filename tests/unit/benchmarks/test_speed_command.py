"""`speed` with small pictures: every table has its rows; what it times is its own affair."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import speed
from lab.cancels import Moment, Report, cancel_seconds, moments_of
from lab.cases import Case, square_hole
from lab.methods import method_of
from lab.scenes import scene
from lab.staged import STAGES, staged_fill
from lab.timings import place, time_fill

HUNDREDTHS = r"\d+\.\d{2}"
THOUSANDTHS = r"\d+\.\d{3}"


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
    for figure in (cold, warm):
        assert re.fullmatch(rf"{HUNDREDTHS} \({HUNDREDTHS} to {HUNDREDTHS}\)", figure)
    assert float(peak) > 20  # MiB; the interpreter alone is more
    assert re.fullmatch(HUNDREDTHS, ratio)
    assert cells(lines, "opencv-telea", "cpu")[3] == "1.00"
    assert cells(lines, "gmic-matchpatch", "cpu")[0] == "the program gmic is not installed"
    assert len(cells(lines, "64", "patchmatch", "cpu")) == 4  # boxes, region, fine, composite


def test_a_larger_canvas_is_set_beside_the_smallest(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "CANVASES", {"small": (256, 256), "large": (512, 384)})
    monkeypatch.setattr(speed, "CANVAS_HOLE", 40)
    lines = printed(capsys, "--only", "canvases", "--repeats", "1", "--methods", "telea", "opencv-telea")
    assert cells(lines, "telea", "small")[1] == "1.00"
    seconds, ratio, whole, peak = cells(lines, "telea", "large")
    assert re.fullmatch(THOUSANDTHS, seconds)
    assert re.fullmatch(HUNDREDTHS, ratio)
    assert re.fullmatch(THOUSANDTHS, whole)
    assert float(peak) > 20


def test_a_cancel_is_timed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "CANCELS", (0.05,))
    lines = printed(capsys, "--only", "cancel", "--sizes", "128", "--methods", "patchmatch", "telea")
    count, mean, most = cells(lines, "patchmatch")
    obeyed, tried = (int(number) for number in count.split(" of "))
    assert 1 <= obeyed <= tried  # a cancel at a share of the time may come too late, one where a level changes cannot
    assert re.fullmatch(THOUSANDTHS, mean)
    assert re.fullmatch(THOUSANDTHS, most)
    assert not any(line.startswith("| telea") for line in lines)


def test_a_method_without_its_weights_is_named_once_and_not_timed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    monkeypatch.setattr(speed, "CANVASES", {"small": (256, 256)})
    lines = printed(capsys, "--sizes", "64", "--repeats", "1", "--methods", "dfnet")
    assert [line for line in lines if "dfnet" in line] == ["| dfnet | cpu | the weights dfnet.safetensors are missing | – | – |"]


def test_a_fill_is_cancelled_at_shares_of_its_time_and_where_levels_change() -> None:
    picture_at = {2.0, 5.0, 6.0, 9.0}
    reports = [Report(float(second), second in picture_at) for second in range(10)]
    assert moments_of(reports, 10.0, (0.25,)) == [
        Moment(2, 0.5),
        *(Moment(number) for number in (4, 5, 6, 8, 9)),  # the first picture is not among the last three
    ]


def test_a_cancel_in_the_middle_of_a_fill_is_obeyed_and_one_behind_its_end_comes_too_late() -> None:
    case = Case("scene", "square", scene(64, 64), square_hole(64, 64, 20))
    assert cancel_seconds(case, "patchmatch", {}, Moment(1)) is not None
    assert cancel_seconds(case, "patchmatch", {}, Moment(1, behind=3600.0)) is None


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

"""`color` from the outside: rendered pictures, solvers and peers, the tables, the sheets and what is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import color as command
from lab.color_cases import ColorCase
from lab.color_holes import from_masks
from lab.color_results import run_one
from lab.color_solvers import Nearest, Telea, known_names, solvers_of
from lab.color_tables import gains_table, in_common, means_table
from lacuna_models import registry
from lacuna_models.color.planes import luma_of
from lacuna_models.region import Pixels, Region

SIZE = (64, 80)


@pytest.fixture
def case(photographs: Path) -> ColorCase:
    """The square in the grass."""
    return from_masks(photographs, SIZE, ("square",))[1]


class Careless:
    """Breaks the interface in one way."""

    name = "careless"

    def __init__(self, outside: float = 0.0, luma: float = 0.0) -> None:
        self.outside, self.luma = outside, luma

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return "1"

    def solve(self, region: Region, luma: Pixels) -> Pixels:
        gray, image = (luma + self.luma)[..., None], region.image + self.outside
        return np.where(region.hole[..., None], gray, image).astype(np.float32)


def rows_of(text: str, solver: str) -> list[list[str]]:
    """The cells of every table row of this solver."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith(f"| {solver} |")
    ]


def test_tables_and_sheets(photographs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--images", str(photographs), "--hints", "0", "2", "--cache", str(tmp_path / "cache"), "--sheets", str(tmp_path)]
    command.main([*asked, "--solvers", "levin", "nearest", "pyramid", "--kept", "pyramid"])
    text = capsys.readouterr().out
    assert "## 256 x 320 px" in text
    (means, by_hints) = rows_of(text, "nearest")
    assert means[1] == "4"
    assert re.fullmatch(r"inf / \d+\.\d\d / \d+\.\d", by_hints[2])  # the flat picture comes back as it was
    assert rows_of(text, "pyramid")[0][1] == "0 of 4: not computed"
    assert rows_of(text, "levin")[0][3] == "1.00"
    sheets = sorted(path.name for path in tmp_path.glob("*.png"))
    assert len(sheets) == 4 * 2
    assert sheets[0] == "256x320-0-flat-square.png"
    assert Image.open(tmp_path / sheets[0]).width > 400


def test_a_flat_picture_comes_back_as_it_was(photographs: Path, tmp_path: Path) -> None:
    flat = from_masks(photographs, SIZE, ("square",))[0]
    result = run_one(Nearest(), flat, 0, tmp_path)
    assert result.picture is not None
    assert np.abs(result.picture.astype(int) - flat.picture).max() <= 1
    assert result.ciede < 0.5
    assert result.foreign == 0


@pytest.mark.parametrize("solver", [Telea(), Nearest()])
def test_a_peer_keeps_the_luma_and_meets_its_hints(solver: Telea | Nearest, case: ColorCase) -> None:
    picture = solver.solve(case.region(4), case.luma)
    assert np.abs(luma_of(picture) - case.luma).max() < 1e-6
    result = run_one(solver, case, 4, Path("never written"), compute=False)
    assert result.note == "not computed"
    hints = case.hints(4)
    assert hints is not None
    assert np.abs(picture - hints.color)[hints.where].mean() < 0.1


def test_a_result_is_kept_and_not_computed_again(case: ColorCase, tmp_path: Path) -> None:
    first = run_one(Nearest(), case, 1, tmp_path)
    (said,) = tmp_path.glob("*.json")
    said.write_text(json.dumps({"seconds": 12.5}))
    again = run_one(Nearest(), case, 1, tmp_path, compute=False)
    assert (again.seconds, again.psnr) == (12.5, first.psnr)
    assert run_one(Nearest(), case, 2, tmp_path, compute=False).note == "not computed"


@pytest.mark.parametrize(("careless", "told"), [(Careless(outside=0.01), "outside"), (Careless(luma=0.01), "luma")])
def test_a_solver_that_does_not_keep_to_its_interface_ends_the_program(
    careless: Careless, told: str, case: ColorCase, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match=told):
        run_one(careless, case, 0, tmp_path)


def test_weights_that_are_not_there_make_an_untrained_row(
    case: ColorCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = registry.Part("brought", "color", "nowhere:Solver", "", "", "experimental", weights={"brought.safetensors": ""})
    monkeypatch.setitem(registry.PARTS, "brought", part)
    (solver,) = solvers_of(["brought"])
    assert run_one(solver, case, 0, tmp_path).note == "untrained: the weights brought.safetensors are missing"


def test_without_a_name_every_solver_and_both_peers_take_part() -> None:
    assert [solver.name for solver in solvers_of([])] == known_names()
    assert {"fast", "levin", "pyramid", "domain-transform", "opencv-telea", "nearest"} <= set(known_names())
    with pytest.raises(SystemExit, match="there are fast"):
        solvers_of(["fats"])


def test_gains_are_told_hole_by_hole(photographs: Path, tmp_path: Path) -> None:
    cases = from_masks(photographs, SIZE)
    results = [run_one(solver, one, 0, tmp_path) for one in cases[1:] for solver in (Nearest(), Telea())]
    *holes, mean, least = gains_table(results, "nearest", ["opencv-telea", "pyramid"]).splitlines()[2:]
    gains = [results[2 * number].psnr - results[2 * number + 1].psnr for number in range(3)]
    assert [line.split(" | ")[2] for line in holes] == [f"{gain:+.2f}" for gain in gains]
    assert mean.split(" | ")[2] == f"{np.mean(gains):+.2f}"
    assert least.split(" | ")[2] == f"{min(gains):+.2f}"
    assert mean.split(" | ")[3].strip(" |") == "–"


def test_a_solver_that_did_some_holes_only_is_compared_on_those(photographs: Path, tmp_path: Path) -> None:
    cases = from_masks(photographs, SIZE)[1:]
    computed = {("nearest", 0), ("nearest", 1), ("nearest", 2), ("opencv-telea", 1)}
    results = [
        run_one(solver, one, 0, tmp_path, compute=(solver.name, number) in computed)
        for number, one in enumerate(cases)
        for solver in (Nearest(), Telea())
    ]
    assert rows_of(means_table(results), "opencv-telea")[0][1:3] == ["1 of 3: not computed", "–"]
    common = in_common(results)
    assert [(result.solver, result.case) for result in common] == [("nearest", cases[1]), ("opencv-telea", cases[1])]
    assert rows_of(means_table(common), "nearest")[0][4] == f"{common[0].psnr:.2f}"


def test_a_folder_without_masks_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"holds no NAME\.mask-KIND\.png"):
        command.main(["--images", str(tmp_path)])

"""`quality` from the outside: two small pictures, three methods, the tables and the contact sheet."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import lab
import quality as command

BENCHMARKS = Path(lab.__file__).parent.parent
METHODS = ("telea", "opencv-telea", "gmic-matchpatch")


def quality(photographs: Path, cache: Path, *more: str, methods: tuple[str, ...] = METHODS) -> str:
    """What the command prints on a machine without G'MIC."""
    program = [sys.executable, str(BENCHMARKS / "quality.py"), "--images", str(photographs), "--cache", str(cache)]
    environment = {**os.environ, "PATH": str(cache)}
    done = subprocess.run([*program, "--methods", *methods, *more], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def row(text: str, *beginning: str) -> list[str]:
    """The cells of the first table row that begins so, after these."""
    (line, *_) = [line for line in text.splitlines() if line.startswith("| " + " | ".join(beginning) + " |")]
    return [cell.strip() for cell in line.strip("|").split("|")][len(beginning) :]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheets")


@pytest.fixture(scope="module")
def text(photographs: Path, cache: Path, sheets: Path) -> str:
    return quality(photographs, cache, "--sheets", str(sheets))


def test_a_flat_picture_comes_back_as_it_was(text: str) -> None:
    seconds, l1, psnr_hole, psnr, ssim, *_ = row(text, "flat", "telea")
    assert re.fullmatch(r"\d+\.\d{2}", seconds)
    assert (l1, psnr_hole, psnr, ssim) == ("0.000", "inf", "inf", "1.0000")


def test_grass_does_not(text: str) -> None:
    _, l1, psnr_hole, psnr, ssim, *_ = (float(cell) for cell in row(text, "grass", "telea"))
    assert 0 < l1 < 10
    assert psnr == pytest.approx(psnr_hole - 10 * math.log10(60 * 60 / (180 * 200)), abs=0.02)
    assert ssim < 0.99


def test_a_peer_that_is_not_installed_is_named(text: str) -> None:
    assert row(text, "gmic-matchpatch")[0] == "0 of 2: the program gmic is not installed"
    assert row(text, "grass", "gmic-matchpatch")[0] == "the program gmic is not installed"


def test_the_scenes_own_figures_stand_beside(text: str) -> None:
    assert row(text, "(original)")[0] == "2"
    assert row(text, "grass", "(original)")


def test_kinds_with_a_known_truth_are_also_summed_up(text: str) -> None:
    _, combined = text.split("## square and strokes")
    assert row(combined, "telea")[0] == "3"


def test_every_picture_of_the_contact_sheet_is_there(text: str, sheets: Path) -> None:
    assert text
    page = (sheets / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'src="([^"]+)"', page)
    assert len(named) == 4 * 3 * 4  # cases, rows (fitted, 100 %, 200 %), panels (original, hole, two methods)
    assert {file.relative_to(sheets).as_posix() for file in sheets.glob("crops/*.png")} == set(named)
    assert Image.open(sheets / named[0]).size == (200, 180)
    assert {file.name for file in sheets.glob("*.png")} == {
        "flat-square.png",
        "grass-object.png",
        "grass-square.png",
        "grass-strokes.png",
    }


def test_the_panels_are_small_files(photographs: Path, cache: Path, tmp_path: Path, text: str) -> None:
    assert text
    command.main(
        [
            "--images",
            str(photographs),
            "--cache",
            str(cache),
            "--methods",
            "telea",
            "--kinds",
            "object",
            "--panels",
            str(tmp_path),
        ]
    )
    (panels,) = tmp_path.iterdir()
    assert panels.name == "grass-object.jpg"
    assert panels.stat().st_size < 50_000


def test_a_second_run_fills_only_what_is_new(text: str, photographs: Path, cache: Path) -> None:
    filled = set(cache.glob("*.json"))
    assert quality(photographs, cache) == text
    assert set(cache.glob("*.json")) == filled
    quality(photographs, cache, methods=("navier-stokes", "telea"))
    assert len([path for path in cache.glob("*.json") if path not in filled and ".figures" not in path.name]) == 4


def test_several_sizes_are_set_side_by_side(
    photographs: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    asked = ["--images", str(photographs), "--cache", str(cache), "--methods", "telea", "dfnet", "--kinds", "third", "square"]
    command.main([*asked, "--size", "90", "240", "--figures", "L1 %", "PSNR", "SSIM", "--panels", str(tmp_path / "panels")])
    by_size, small, large = re.split(r"^# \d+ px$", capsys.readouterr().out, flags=re.MULTILINE)
    for kind in ("third", "square"):
        _, of_kind = by_size.split(f"# {kind}, by size")
        assert len(row(of_kind, "telea")) == 2
        for cell, part in zip(row(of_kind, "telea"), (small, large), strict=True):
            l1, psnr, ssim = (float(one) for one in row(part.split(f"## {kind}")[1], "telea")[2:5])
            assert [float(one) for one in cell.split(" / ")] == pytest.approx([2.55 * l1, psnr, ssim], abs=0.01)
        assert row(of_kind, "dfnet") == ["–", "–"]
    assert row(small, "dfnet")[0] == "0 of 2: the weights dfnet.safetensors are missing"
    assert "Enlarged, so without fine detail of their own: flat, grass." in large
    assert "Enlarged" not in small
    assert {path.parent.name for path in (tmp_path / "panels").rglob("*.jpg")} == {"90", "240"}


def test_an_empty_folder_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"holds no NAME\.mask-KIND\.png"):
        command.main(["--images", str(tmp_path)])

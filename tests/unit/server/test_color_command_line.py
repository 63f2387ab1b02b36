"""`lacuna recolor` and `lacuna colorize`, and hints on the command line."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from lacuna_models.bt709 import LUMA
from lacuna_server.cli.arguments import parse
from lacuna_server.cli.main import main
from lacuna_server.io.files import read_image, write_image
from lacuna_server.io.orientation import as_shown, as_stored
from lacuna_server.io.picture import Picture
from unit.server.commands import COMMAND

SIZE = (60, 80)
LEFT, RIGHT = np.s_[10:50, 8:32], np.s_[10:50, 48:72]  # the two things of the picture
GREEN, RED = "#2e8b57", "#b04030"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: two things on a ground, in color and in gray, and masks of both and of one of them."""
    write_image(tmp_path / "color.png", Picture(things()))
    write_image(tmp_path / "gray.png", Picture(luma(things()).round().astype(np.uint8)[..., None]))
    write_image(tmp_path / "both.png", Picture(mask(LEFT, RIGHT)))
    write_image(tmp_path / "left.png", Picture(mask(LEFT)))
    write_image(tmp_path / "small.png", Picture(mask(LEFT)[:30]))
    write_image(tmp_path / "hints.png", Picture(dot(20, 30)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def things() -> NDArray[np.uint8]:
    """A brown and a blue rectangle, both with folds, on a warm ground."""
    folds = 0.8 + 0.2 * np.sin(np.arange(SIZE[1]) / 3.0)[None, :, None]
    pixels = np.full((*SIZE, 3), (190, 180, 160), np.float64)
    for where, color in ((LEFT, (120, 90, 70)), (RIGHT, (70, 90, 130))):
        pixels[where] = color
    noise = np.random.default_rng(5).normal(0, 3, (*SIZE, 3))
    return np.clip(np.rint(pixels * folds + noise), 0, 255).astype(np.uint8)


def mask(*parts: Any) -> NDArray[np.uint8]:
    drawn = np.zeros((*SIZE, 1), np.uint8)
    for part in parts:
        drawn[part] = 255
    return drawn


def dot(x: int, y: int, color: tuple[int, int, int] = (176, 64, 48), size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """A painted hint on a transparent layer."""
    pixels = np.zeros((*size, 4), np.uint8)
    pixels[y - 2 : y + 3, x - 2 : x + 3] = (*color, 255)
    return pixels


def luma(pixels: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(pixels[..., :3].astype(np.float64) @ np.array(LUMA))


def redness(pixels: NDArray[Any], where: Any) -> float:
    """R' - B' on average, in eight-bit steps."""
    part = pixels[where].astype(np.float64)
    return float((part[..., 0] - part[..., 2]).mean())


def run(*arguments: str) -> int:
    return main([*arguments, "--no-server"])


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The JSON of a command that succeeds."""
    status = run(*arguments, "--json")
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == 0, made
    return made


def test_a_selection_becomes_a_color_and_keeps_its_luma(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recolor", "color.png", "--mask", "left.png", "--color", GREEN, "-o", "new.png") == 0
    assert capsys.readouterr().out.startswith("new.png: recolored on cpu in ")
    before, after = things(), read_image(folder / "new.png").pixels
    outside = mask(LEFT)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])
    assert np.abs(luma(after) - luma(before)).max() <= 0.5
    part = after[LEFT].reshape(-1, 3).mean(axis=0)
    assert part.argmax() == 1, "green"


def test_several_colors_come_from_hints(folder: Path) -> None:
    pinned = ["--hint", f"20,30,{GREEN}", "--hint", f"60,30,{RED},2"]
    assert run("recolor", "color.png", "--mask", "both.png", *pinned, "-o", "new.png") == 0
    after = read_image(folder / "new.png").pixels
    assert after[LEFT].reshape(-1, 3).mean(axis=0).argmax() == 1
    assert redness(after, RIGHT) > 30


@pytest.mark.parametrize("operation", ["recolor", "colorize"])
def test_points_painted_dots_and_at_mean_the_same_place(folder: Path, operation: str) -> None:
    ways = {
        "pinned": ["--hint", f"20,30,{RED},2"],
        "painted": ["--hints", "hints.png"],
        **({"at": ["--color", RED, "--at", "20,30"]} if operation == "recolor" else {}),
    }
    for name, way in ways.items():
        assert run(operation, "color.png", "--mask", "left.png", *way, "-o", f"{name}.png") == 0
        assert redness(read_image(folder / f"{name}.png").pixels, np.s_[28:33, 18:23]) > 40


def test_a_hint_covers_what_is_painted(folder: Path) -> None:
    over = ["--hints", "hints.png", "--hint", f"20,30,{GREEN},5"]
    for name, way in (("both", over), ("alone", over[2:])):
        assert run("recolor", "color.png", "--mask", "left.png", *way, "-o", f"{name}.tif") == 0
    assert (folder / "both.tif").read_bytes() == (folder / "alone.tif").read_bytes()


def test_strength_and_tone_are_obeyed(folder: Path) -> None:
    ask = ["recolor", "color.png", "--mask", "left.png", "--color", "#101060"]
    assert run(*ask, "--strength", "0", "-o", "none.png") == 0
    np.testing.assert_array_equal(read_image(folder / "none.png").pixels, things())
    assert run(*ask, "--tone", "100", "-o", "dark.png") == 0
    assert luma(read_image(folder / "dark.png").pixels)[LEFT].mean() < luma(things())[LEFT].mean() - 20


def test_a_part_gets_its_color_back_from_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pixels = things()
    hole = np.s_[20:40, 14:26]
    pixels[hole] = luma(pixels)[hole].round()[..., None]
    write_image(folder / "faded.png", Picture(pixels))
    write_image(folder / "hole.png", Picture(mask(hole)))
    made = told(capsys, "colorize", "faded.png", "--mask", "hole.png", "-o", "new.png", "--color-solver", "levin")
    assert (made["operation"], made["color_solver"], made["outs"]) == ("colorize", "levin", ["new.png"])
    after = read_image(folder / "new.png").pixels
    np.testing.assert_allclose(redness(after, hole), redness(things(), hole), atol=10)
    outside = mask(hole)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], pixels[outside])


def test_without_a_mask_the_whole_gray_picture_is_colored_and_becomes_rgb(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = told(capsys, "colorize", "gray.png", "--hint", f"20,30,{RED}", "--hint", "60,30,#405a82", "-o", "new.png")
    assert made["warnings"] == ["A gray picture cannot hold color, so it is written as RGB."]
    before, after = read_image(folder / "gray.png").pixels, read_image(folder / "new.png").pixels
    assert after.shape == (*SIZE, 3)
    assert np.abs(luma(after) - before[..., 0]).max() <= 0.5
    assert redness(after, LEFT) > 20 > -20 > redness(after, RIGHT)


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_depth_and_transparency_of_a_gray_picture_stay(folder: Path, dtype: str) -> None:
    full = np.iinfo(dtype).max
    gray = (luma(things()) / 255 * full).astype(dtype)
    opacity = np.full(SIZE, full, dtype)
    opacity[:, :5] = 0
    write_image(folder / "gray.png", Picture(np.stack([gray, opacity], axis=2)))
    assert run("colorize", "gray.png", "--hint", f"20,30,{RED}", "-o", "new.png") == 0
    after = read_image(folder / "new.png").pixels
    assert after.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(after[..., 3], opacity)
    assert (after[:, :5, :3] == gray[:, :5, None]).all(), "what is transparent stays as it was"
    assert redness(after, LEFT) > 0


def test_a_gray_profile_is_not_kept_where_color_comes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_image(folder / "gray.png", Picture(luma(things()).astype(np.uint8)[..., None], icc=bytes(16) + b"GRAY" + bytes(112)))
    made = told(capsys, "recolor", "gray.png", "--mask", "left.png", "--color", RED, "-o", "new.png")
    assert made["warnings"] == ["A gray picture cannot hold color, so it is written as RGB, without its grayscale color profile."]
    assert read_image(folder / "new.png").icc == b""


def test_a_reference_lends_its_colors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference is larger than what is sent, and gray where the picture is like nothing in it."""
    large = np.kron(things(), np.ones((20, 20, 1), np.uint8))
    write_image(folder / "large.jpg", Picture(large))
    made = told(capsys, "colorize", "gray.png", "--reference", "large.jpg", "-o", "new.png")
    assert made["reference"] is True
    after = read_image(folder / "new.png").pixels
    assert after.reshape(-1, 3).std(axis=1).max() > 5, "there is color"
    assert run("recolor", "color.png", "--mask", "left.png", "--reference", "large.jpg", "-o", "new.png") == 0


def test_hints_color_a_fill(folder: Path) -> None:
    ask = ["inpaint", "color.png", "--mask", "left.png", "--method", "telea", "--grow", "0", "--feather", "0"]
    assert run(*ask, "-o", "plain.png") == 0
    assert run(*ask, "--hint", f"20,30,{RED}", "-o", "hinted.png") == 0
    plain, hinted = (read_image(folder / name).pixels for name in ("plain.png", "hinted.png"))
    at = np.s_[28:33, 18:23]
    assert redness(hinted, at) > redness(plain, at) + 20
    outside = mask(LEFT)[..., 0] == 0
    np.testing.assert_array_equal(hinted[outside], things()[outside])


def test_a_gray_picture_gets_a_fill_in_color_where_hints_are_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["inpaint", "gray.png", "--mask", "left.png", "--method", "telea"]
    assert told(capsys, *ask, "-o", "gray-fill.png")["warnings"] == []
    assert read_image(folder / "gray-fill.png").is_gray
    made = told(capsys, *ask, "--hint", f"20,30,{RED}", "-o", "new.png")
    assert made["warnings"][0] == "A gray picture cannot hold color, so it is written as RGB."
    assert redness(read_image(folder / "new.png").pixels, LEFT) > 5


def turned(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    return tags.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("orientation", [3, 5, 6, 7, 8])
def test_hints_lie_on_the_picture_as_viewers_show_it(folder: Path, orientation: int) -> None:
    """A camera held otherwise: the left thing of the picture as shown is colored, by a point and by a painted dot."""
    stored = np.ascontiguousarray(as_stored(things(), orientation))
    write_image(folder / "turned.jpg", Picture(stored, exif=turned(orientation)))
    for way in (["--hint", f"20,30,{RED},2"], ["--hints", "hints.png"], ["--color", RED, "--at", "20,30"]):
        assert run("recolor", "turned.jpg", "--mask", "both.png", *way, "-o", "new.png") == 0
        new = read_image(folder / "new.png")
        assert new.exif == turned(orientation)
        after = as_shown(new.pixels, orientation)
        assert redness(after, LEFT) > redness(things(), LEFT) + 30
        np.testing.assert_allclose(redness(after, RIGHT), redness(things(), RIGHT), atol=5)


def test_painted_hints_that_only_fit_the_stored_pixels_are_taken_so(folder: Path) -> None:
    write_image(folder / "turned.png", Picture(things(), exif=turned(6)))
    assert run("recolor", "turned.png", "--mask", "both.png", "--hints", "hints.png", "-o", "new.png") == 0
    assert redness(read_image(folder / "new.png").pixels, LEFT) > redness(things(), LEFT) + 30


def test_hints_outside_the_selection_are_told_with_their_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = np.tile(things(), (1, 4, 1))
    write_image(folder / "wide.png", Picture(wide))
    drawn = np.zeros((SIZE[0], 4 * SIZE[1], 1), np.uint8)
    drawn[LEFT] = 255
    write_image(folder / "mask.png", Picture(drawn))
    write_image(folder / "far.png", Picture(dot(250, 30, size=drawn.shape[:2])))
    hints = ["--hint", f"20,30,{RED}", "--hint", f"5,30,{RED},0", "--hint", f"200,30,{RED}", "--hints", "far.png"]
    made = told(capsys, "recolor", "wide.png", "--mask", "mask.png", *hints, "-o", "new.png")
    assert any("away from the selection" in sentence and ": 2." in sentence for sentence in made["warnings"])
    assert any(sentence.startswith("1 pixel") and "outside the selection" in sentence for sentence in made["warnings"])


def test_ten_thousand_hints_are_read_and_met(folder: Path) -> None:
    """On the command line and painted; both say the same, so the pictures are the same."""
    side = 300
    ground = np.random.default_rng(2).integers(90, 110, (side, side, 3), dtype=np.uint8)
    write_image(folder / "ground.png", Picture(ground))
    write_image(folder / "all.png", Picture(np.full((side, side, 1), 255, np.uint8)))
    painted = np.zeros((side, side, 4), np.uint8)
    painted[0:300:3, 0:300:3] = (176, 64, 48, 255)
    write_image(folder / "dots.png", Picture(painted))
    points = [text for y in range(0, 300, 3) for x in range(0, 300, 3) for text in ("--hint", f"{x},{y},{RED},0")]
    assert run("recolor", "ground.png", "--mask", "all.png", *points, "-o", "points.png") == 0
    assert run("recolor", "ground.png", "--mask", "all.png", "--hints", "dots.png", "-o", "painted.png") == 0
    assert (folder / "points.png").read_bytes() == (folder / "painted.png").read_bytes()
    assert redness(read_image(folder / "points.png").pixels, np.s_[:]) > 40


def test_hints_keep_their_order_in_every_way_to_write_them() -> None:
    written = ["--hint", "1,2,#ff0000;3,4,#00ff00,0", "--hint=5,6,#0000ff", "--strength", "5", "--hint", " 7,8,#000000,200"]
    given = parse(["recolor", "a.png", "--mask", "m.png", *written, "-o", "o.png"])
    told = ["1,2,#ff0000,3", "3,4,#00ff00,0", "5,6,#0000ff,3", "7,8,#000000,200"]
    assert [str(hint) for hint in given.hint] == told
    assert (given.strength, given.out) == (5, Path("o.png"))


@pytest.mark.parametrize("part", [np.s_[30:31, 20:21], np.s_[:]])
def test_one_pixel_and_the_whole_picture_may_be_recolored(folder: Path, part: Any) -> None:
    write_image(folder / "part.png", Picture(mask(part)))
    assert run("recolor", "color.png", "--mask", "part.png", "--color", RED, "-o", "new.png") == 0
    after = read_image(folder / "new.png").pixels
    assert redness(after, part) > redness(things(), part) + 10
    assert np.abs(luma(after) - luma(things())).max() <= 0.5


@pytest.mark.usefixtures("folder")
def test_a_jpeg_says_that_luma_is_not_kept_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recolor", "color.png", "--mask", "left.png", "--color", RED, "-o", "new.jpg") == 0
    assert capsys.readouterr().err.startswith("lacuna: note: A JPEG is compressed anew")


def test_stages_are_saved(folder: Path) -> None:
    ask = ["recolor", "color.png", "--mask", "left.png", "--color", RED, "-o", "new.png"]
    assert main([*ask, "--save-stages", "stages"]) == 0
    assert {path.name.rpartition("-")[2] for path in (folder / "stages").iterdir()} == {"alpha.png", "color.png"}


def test_the_server_makes_the_same_files_as_this_process(folder: Path, server: dict[str, str]) -> None:
    for operation, more in (
        ("recolor", ["--color", RED, "--hint", f"60,30,{GREEN}"]),
        ("colorize", ["--hints", "hints.png", "--reference", "color.png", "--color-solver", "levin"]),
        ("inpaint", ["--hint", f"20,30,{RED}", "--method", "telea"]),
    ):
        ask = [operation, "color.png", "--mask", "both.png", *more, "--json", "-o"]
        done = subprocess.run([*COMMAND, *ask, "server.png"], env=server, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert json.loads(done.stdout)["server"] is True
        assert run(*ask, "alone.png") == 0
        assert (folder / "server.png").read_bytes() == (folder / "alone.png").read_bytes()


FAILURES = {
    "mask_size": ["recolor", "color.png", "--mask", "small.png", "--color", RED],
    "hints_size": ["recolor", "color.png", "--mask", "left.png", "--hints", "small-hints.png"],
    "hints_opaque": ["recolor", "color.png", "--mask", "left.png", "--hints", "color.png"],
    "hint_outside": ["recolor", "color.png", "--mask", "left.png", "--hint", f"80,30,{RED}"],
    "hints_outside": ["recolor", "color.png", "--mask", "left.png", "--hint", f"60,30,{RED}"],
    "no_color_given": ["recolor", "color.png", "--mask", "left.png"],
    "empty_selection": ["recolor", "color.png", "--mask", "empty.png", "--color", RED],
    "no_color": ["colorize", "gray.png"],
    "unknown_part": ["colorize", "color.png", "--mask", "left.png", "--color-solver", "magic"],
    "no_sources": ["colorize", "color.png", "--mask", "left.png", "--sample-mask", "empty.png"],
    "sources_size": ["colorize", "color.png", "--mask", "left.png", "--sample-mask", "small.png"],
    "unreadable": ["colorize", "gray.png", "--reference", "missing.png"],
}


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str], code: str) -> None:
    write_image(folder / "empty.png", Picture(mask()))
    write_image(folder / "small-hints.png", Picture(dot(20, 20)[:30]))
    assert run(*FAILURES[code], "-o", "new.png", "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not (folder / "new.png").exists()


@pytest.mark.parametrize(
    "more",
    [
        ["--color", "red"],
        ["--color", "#12345"],
        ["--hint", "1,2"],
        ["--hint", "1,2,#ff0000,201"],
        ["--hint", "--color"],
        ["--hint"],
        ["--at", "1,2"],
        ["--at", "1", "--color", RED],
        ["--strength", "101"],
        ["--tone", "-1"],
        ["--grow", "3"],
    ],
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("recolor", "a.png", "--mask", "m.png", "-o", "o.png", *more)
    assert ended.value.code == 2
    assert "usage: lacuna" in capsys.readouterr().err


@pytest.mark.parametrize("operation", ["inpaint", "recolor", "colorize"])
def test_every_option_stands_in_the_manual(capsys: pytest.CaptureFixture[str], operation: str) -> None:
    with pytest.raises(SystemExit):
        main([operation, "--help"])
    options = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out)) - {"--help"}
    manual = (Path(__file__).parents[3] / "docs" / "commands.md").read_text()
    _, _, section = manual.partition(f"\n## lacuna {operation}\n")
    described = set(re.findall(r"--[a-z][a-z-]*", section.partition("\n## ")[0]))
    assert "--color-solver" in options or operation == "recolor"
    assert options - {"--out", "--mask"} <= described

"""`lacuna` as people run it: a process of its own, its exit status, and one line when something is wrong."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import network_weights
from lacuna_client import VERSION
from lacuna_client.islands import LEAST_GROW
from lacuna_server.io.files import read_image, write_image
from lacuna_server.io.picture import Picture
from lacuna_server.pipeline.blend import alpha_of, weights
from unit.server.commands import COMMAND

SIZE = (150, 200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space and an umlaut in its name, a picture, its mask, a mask of another size and two for sampling."""
    folder = tmp_path / "Urlaub in Köln"
    folder.mkdir()
    pixels = (np.random.default_rng(8).random((*SIZE, 3)) * 60 + np.linspace(40, 180, SIZE[1])[:, None]).astype(np.uint8)
    write_image(folder / "bild.png", Picture(pixels))
    mask = np.zeros((*SIZE, 1), np.uint8)
    cv2.circle(mask, (90, 70), 12, 255, -1)
    write_image(folder / "maske.png", Picture(mask))
    write_image(folder / "klein.png", Picture(mask[:100]))
    left, nothing = np.zeros((*SIZE, 1), np.uint8), np.zeros((*SIZE, 1), np.uint8)
    left[:, :85] = 255
    write_image(folder / "links.png", Picture(left))
    write_image(folder / "nichts.png", Picture(nothing))
    return folder


def lacuna(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


def inpaint(folder: Path, *more: str | Path, out: str = "neu.png", **options: Any) -> subprocess.CompletedProcess[str]:
    where: list[str | Path] = [folder / "bild.png", "--mask", folder / "maske.png", "-o", folder / out]
    return lacuna("inpaint", *where, *more, **options)


def outside(folder: Path, grow: int = LEAST_GROW, feather: int = 4) -> NDArray[np.bool_]:
    mask = read_image(folder / "maske.png").pixels[..., 0]
    return np.asarray(alpha_of(weights(mask), grow, feather) == 0)


def test_the_version_is_told() -> None:
    done = lacuna("--version")
    assert (done.returncode, done.stdout) == (0, f"lacuna {VERSION}\n")


def test_the_version_loads_no_heavy_library() -> None:
    program = """
import sys
from lacuna_server.cli.main import main
try:
    main(["--version"])
finally:
    assert not {"numpy", "torch", "cv2", "PIL", "zmq", "numba"} & set(sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 0


def test_a_picture_is_filled_in_process(folder: Path) -> None:
    done = inpaint(folder, "--no-server")
    assert (done.returncode, done.stderr) == (0, "")
    assert "neu.png: filled by patchmatch on cpu in " in done.stdout
    before, after = (read_image(folder / name).pixels for name in ("bild.png", "neu.png"))
    np.testing.assert_array_equal(after[outside(folder)], before[outside(folder)])
    assert (after != before).any()


def test_a_picture_is_filled_by_the_server_as_in_process(folder: Path, server: dict[str, str]) -> None:
    through = inpaint(folder, "--json", env=server, out="server.png")
    alone = inpaint(folder, "--json", "--no-server", out="allein.png")
    assert (through.returncode, alone.returncode) == (0, 0), through.stdout + alone.stdout
    one, two = json.loads(through.stdout), json.loads(alone.stdout)
    assert (one["server"], two["server"]) == (True, False)
    assert one["method"] == two["method"] == "patchmatch"
    assert (folder / "server.png").read_bytes() == (folder / "allein.png").read_bytes()


def test_json_says_how_it_was_made(folder: Path) -> None:
    made = json.loads(inpaint(folder, "--no-server", "--json", "--seed", "5", "--method", "telea").stdout)
    always = {
        "outs",
        "operation",
        "method",
        "backbone",
        "refiner",
        "color_solver",
        "varies",
        "versions",
        "weights",
        "seed",
        "variants",
        "grow",
        "feather",
        "device",
        "times",
        "warnings",
    }
    assert made.keys() == always | {"server"}
    assert (made["outs"], made["method"], made["seed"], made["device"]) == ([str(folder / "neu.png")], "telea", 5, "cpu")
    assert (made["backbone"], made["refiner"], made["weights"]) == ("telea", "none", {})
    assert (made["variants"], made["grow"], made["feather"]) == (1, LEAST_GROW, 4)
    assert made["versions"]["lacuna"] == VERSION


def test_settings_reach_the_fill(folder: Path) -> None:
    inpaint(folder, "--no-server", "--grow", "0", "--feather", "0", "--context", "20", "--method", "navier-stokes")
    before, after = (read_image(folder / name).pixels for name in ("bild.png", "neu.png"))
    np.testing.assert_array_equal(after[outside(folder, 0, 0)], before[outside(folder, 0, 0)])


def test_each_variant_is_a_file_of_its_own_by_the_server_as_in_process(folder: Path, server: dict[str, str]) -> None:
    through = inpaint(folder, "--json", "--variants", "2", "--sample-mask", folder / "links.png", env=server, out="s.tiff")
    alone = inpaint(folder, "--json", "--variants", "2", "--sample-mask", folder / "links.png", "--no-server", out="a.tiff")
    assert (through.returncode, alone.returncode) == (0, 0), through.stdout + alone.stdout
    made = json.loads(through.stdout)
    assert made["outs"] == [str(folder / "s-1.tiff"), str(folder / "s-2.tiff")]
    assert (made["variants"], made["sources"]) == (2, True)
    assert not (folder / "s.tiff").exists()
    files = [(folder / name).read_bytes() for name in ("s-1.tiff", "s-2.tiff", "a-1.tiff", "a-2.tiff")]
    assert files[:2] == files[2:]
    assert files[0] != files[1]
    before = read_image(folder / "bild.png").pixels
    for name in ("s-1.tiff", "s-2.tiff"):
        after = read_image(folder / name).pixels
        np.testing.assert_array_equal(after[outside(folder)], before[outside(folder)])


def test_a_variant_that_could_not_be_written_stops_the_fill_before_it_begins(folder: Path) -> None:
    (folder / "neu-2.png").mkdir()
    done = inpaint(folder, "--no-server", "--variants", "3")
    assert done.returncode == 1
    assert "neu-2.png could not be written: it is not a regular file." in done.stderr
    assert not (folder / "neu-1.png").exists()


def test_a_method_that_cannot_vary_says_so(folder: Path) -> None:
    done = inpaint(folder, "--no-server", "--variants", "3", "--method", "telea")
    assert done.returncode == 0
    assert done.stderr == "lacuna: note: telea always gives the same fill, so one variant was made instead of 3.\n"
    assert done.stdout.startswith(f"{folder / 'neu-1.png'}: filled by telea")
    assert sorted(path.name for path in folder.glob("neu*")) == ["neu-1.png"]


def test_only_what_the_sample_mask_leaves_white_is_sampled(folder: Path) -> None:
    pixels = read_image(folder / "bild.png").pixels.copy()
    pixels[:, 90:] = (255, 0, 0)
    write_image(folder / "bild.png", Picture(pixels))
    assert inpaint(folder, "--no-server", "--sample-mask", folder / "links.png", "--feather", "0").returncode == 0
    inside = read_image(folder / "maske.png").pixels[..., 0] > 0
    assert read_image(folder / "neu.png").pixels[inside][:, 1].min() > 30, "no red in it"


def test_the_ways_of_sampling_are_told(folder: Path) -> None:
    ways = ["--mirror", "--rotate", "30", "--scale", "20", "--grow", "auto", "--search", "randomized"]
    made = json.loads(inpaint(folder, "--no-server", "--json", *ways).stdout)
    assert {name: made.get(name) for name in ("mirror", "rotate", "scale", "search", "grow")} == {
        "mirror": True,
        "rotate": 30,
        "scale": 20,
        "search": None,
        "grow": LEAST_GROW,
    }


def test_other_parts_and_tiles_may_be_named(folder: Path, server: dict[str, str], tmp_path: Path) -> None:
    network_weights.write(tmp_path / "weights")
    server["LACUNA_WEIGHTS_DIR"] = str(tmp_path / "weights")
    parts = ["--backbone", "light", "--refiner", "exemplar+unet", "--tile", "64", "--json"]
    through, alone = (json.loads(inpaint(folder, *parts, *where, env=server).stdout) for where in ([], ["--no-server"]))
    for made in (through, alone):
        assert (made["method"], made["backbone"], made["refiner"]) == ("patchmatch", "light", "exemplar+unet")
        assert made["weights"].keys() == {"light-coarse.safetensors", "light-refinement.safetensors"}


def test_stages_are_saved_when_asked_for(folder: Path) -> None:
    made = json.loads(inpaint(folder, "--save-stages", folder / "stufen", "--json", "--method", "telea").stdout)
    assert made["server"] is False
    (name,) = {path.name.rpartition("-")[0] for path in (folder / "stufen").iterdir()}
    assert re.fullmatch(r"box-\d+-\d+", name), "stages are told apart by their box's place"
    assert {path.name for path in (folder / "stufen").iterdir()} == {
        f"{name}-{stage}.png" for stage in ("alpha", "coarse", "fill")
    }
    assert read_image(folder / "stufen" / f"{name}-fill.png").pixels.dtype == np.uint16


def test_a_jpeg_says_that_it_cannot_keep_every_bit(folder: Path) -> None:
    done = inpaint(folder, "--no-server", out="neu.jpg")
    assert done.returncode == 0
    assert done.stderr.startswith("lacuna: note: A JPEG is compressed anew")


FAILURES = {
    "mask_size": ["bild.png", "--mask", "klein.png", "-o", "neu.png"],
    "sources_size": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--sample-mask", "klein.png"],
    "no_sources": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--sample-mask", "nichts.png"],
    "unreadable": ["fehlt.png", "--mask", "maske.png", "-o", "neu.png"],
    "unwritable": ["bild.png", "--mask", "maske.png", "-o", "fehlt/neu.png"],
    "format": ["bild.png", "--mask", "maske.png", "-o", "neu.gif"],
    "unknown_method": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--method", "magie"],
    "unknown_part": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--refiner", "unet+magie"],
    "nothing_fills": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--backbone", "none", "--refiner", "none"],
    "weights_missing": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--method", "dfnet", "--no-server"],
    "no_device": ["bild.png", "--mask", "maske.png", "-o", "neu.png", "--device", "cuda:99", "--no-server"],
}


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_is_one_line_and_status_1(folder: Path, code: str) -> None:
    before = sorted(folder.iterdir())
    done = lacuna("inpaint", *FAILURES[code], cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("lacuna: ")
    assert done.stderr.count("\n") == 1
    told = lacuna("inpaint", *FAILURES[code], "--json", cwd=folder)
    assert (told.returncode, told.stderr) == (1, "")
    error = json.loads(told.stdout)["error"]
    assert error["code"] == code
    assert done.stderr == f"lacuna: {error['sentence']} {error['hint']}\n"
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["inpaint", "a.png"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--grow", "1000"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--grow", "-1"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--grow", "automatic"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--seed", "x"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--variants", "0"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--rotate", "181"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--search", "magic"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--tile", "63"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--tile", "100000"],
        ["inpaint", "a.png", "--mask", "m.png", "-o", "o.png", "--device", "toaster"],
        ["server"],
        ["magic"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    done = lacuna(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: lacuna" in done.stderr


def test_the_server_is_started_seen_and_stopped(server: dict[str, str]) -> None:
    assert lacuna("server", "status", env=server).returncode == 1
    started = json.loads(lacuna("server", "start", "--json", env=server).stdout)
    again = json.loads(lacuna("server", "start", "--json", env=server).stdout)
    status = json.loads(lacuna("server", "status", "--json", env=server).stdout)
    assert started["running"]
    assert started["pid"] == again["pid"] == status["pid"]
    assert json.loads(lacuna("server", "stop", "--json", env=server).stdout) == {"stopped": True}
    assert json.loads(lacuna("server", "status", "--json", env=server).stdout) == {"running": False}
    assert json.loads(lacuna("server", "stop", "--json", env=server).stdout) == {"stopped": False}


def test_a_server_in_the_foreground_stays_until_it_is_stopped(server: dict[str, str]) -> None:
    with subprocess.Popen([*COMMAND, "server", "start", "--foreground"], env=server) as process:
        while not (status := json.loads(lacuna("server", "status", "--json", env=server).stdout))["running"]:
            assert process.poll() is None
        assert status["pid"] == process.pid
        assert lacuna("server", "stop", env=server).returncode == 0
        assert process.wait() == 0


def test_ctrl_c_cancels_and_leaves_nothing(folder: Path, server: dict[str, str]) -> None:
    """On a terminal, where the progress bar shows; the fill is asked for round a hole that takes a while."""
    large = np.random.default_rng(1).integers(0, 256, (1500, 1500, 3), dtype=np.uint8)
    mask = np.zeros((1500, 1500, 1), np.uint8)
    mask[300:1200, 300:1200] = 255
    write_image(folder / "bild.png", Picture(large))
    write_image(folder / "maske.png", Picture(mask))
    before = sorted(folder.iterdir())
    for where in ("--no-server", "--seed=1"):
        screen, terminal = pty.openpty()
        command = [*COMMAND, "inpaint", "bild.png", "--mask", "maske.png", "-o", "neu.png", where]
        process = subprocess.Popen(command, cwd=folder, env=server, stderr=terminal, stdout=subprocess.PIPE, text=True)
        os.close(terminal)
        shown = b""
        while b"detail" not in shown:  # 'Filling in the detail: 20 % ...'
            shown += os.read(screen, 1000)
        process.send_signal(signal.SIGINT)
        rest = _until_closed(screen)
        assert process.wait() == 130
        assert b"lacuna: Cancelled." in rest
        assert b"Traceback" not in rest
        assert sorted(folder.iterdir()) == before


def _until_closed(screen: int) -> bytes:
    shown = b""
    try:
        while piece := os.read(screen, 1000):
            shown += piece
    except OSError:  # how Linux says that the terminal's other end is closed
        pass
    os.close(screen)
    return shown


DEFECT = """
import sys
from lacuna_server.cli import main, models
models.registry.listing = lambda: 1 / 0
sys.exit(main.main(["models", "list"]))
"""


def test_a_defect_is_one_line_and_its_traceback_is_in_the_log(tmp_path: Path) -> None:
    environment = {**os.environ, "LACUNA_LOG_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", DEFECT], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"lacuna: Something went wrong inside Lacuna. The details are in the log ({tmp_path / 'cli.log'}).\n"
    assert "ZeroDivisionError" in (tmp_path / "cli.log").read_text()


@pytest.mark.parametrize("option", ["--idle-minutes=nan", "--idle-minutes=-1", "--max-job=0", "--memory=-1"])
def test_a_server_with_an_impossible_limit_is_wrong_usage(option: str) -> None:
    done = lacuna("server", "start", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert "above 0" in done.stderr


def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    with open("/dev/full", "w", encoding="ascii") as full:  # noqa: PTH123 - a device, not a file of ours
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        command = [*COMMAND, "models", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "standard output could not be written" in done.stderr

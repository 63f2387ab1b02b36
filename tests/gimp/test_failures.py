"""What breaks is said in one sentence, and the picture stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from lacuna_client.errors import LacunaError

from .conftest import StartGimp
from .driver import Gimp, Placing, wait_until
from .pictures import Picture, noise, slow


def plug_in_process(gimp: Gimp) -> int:
    """The process of the plug-in that is at work in this GIMP."""
    script = gimp.profile / "plug-ins" / "lacuna-gimp" / "lacuna-gimp.py"
    found = subprocess.run(["pgrep", "-f", str(script)], capture_output=True, text=True, check=True).stdout.split()
    assert len(found) == 1, found
    return int(found[0])


def test_killed_plug_in_is_a_cancel(gimp: Gimp, placing: Placing) -> None:
    """GIMP's own Cancel button kills a plug-in: the server stops the job by itself."""
    picture = slow(gimp)
    before = picture.native()
    picture.start_filling(mode="NONINTERACTIVE", method="patchmatch")
    wait_until(placing.job_runs, "the job to run")
    os.kill(plug_in_process(gimp), signal.SIGKILL)
    assert picture.end_of_fill().status != "success"
    wait_until(lambda: not placing.job_runs(), "the server to cancel the job")
    assert picture.native() == before
    picture.image.delete()


@pytest.mark.parametrize("output", ["layer", "in-place"])
def test_killed_server_ends_in_one_sentence(gimp: Gimp, placing: Placing, output: str) -> None:
    picture = slow(gimp)
    before = picture.native()
    picture.start_filling(mode="NONINTERACTIVE", method="patchmatch", output=output)
    wait_until(placing.job_runs, "the job to run")
    placing.kill_server()
    fill = picture.end_of_fill()
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("server_gone")))
    assert picture.native() == before
    assert picture.layers() == [picture.layer]
    picture.image.delete()


def test_next_click_after_that_starts_a_new_server(gimp: Gimp) -> None:
    picture = Picture(gimp)
    picture.select(30, 20, 20, 20)
    fill = picture.fill()
    assert fill.status == "success", fill.sentence


def test_two_gimps_share_one_server(start_gimp: StartGimp, placing: Placing) -> None:
    placing.kill_server()
    pictures = [Picture(start_gimp()) for _ in range(2)]
    for picture in pictures:
        picture.select(30, 20, 20, 20)
        picture.start_filling(mode="NONINTERACTIVE")
    for picture in pictures:
        fill = picture.end_of_fill()
        assert fill.status == "success", fill.sentence
    assert len(placing.starter.running()) == 1


def clicked(gimp: Gimp) -> str:
    """The sentence that a click ends in, the second one too."""
    picture = Picture(gimp)
    picture.select(30, 20, 20, 20)
    fills = [picture.fill(procedure="lacuna-inpaint-again") for _ in range(2)]
    assert fills[0] == fills[1]
    assert fills[0].status == "failed"
    assert picture.layers() == [picture.layer]
    return fills[0].sentence


def test_missing_server_is_explained(start_gimp: StartGimp) -> None:
    gimp = start_gimp(environment={"LACUNA_SERVER": "", "LACUNA_RUNTIME_DIR": "/tmp/lacuna-nowhere"})
    assert clicked(gimp) == str(LacunaError("server_missing"))


def test_server_that_cannot_start_is_explained(start_gimp: StartGimp, scratch: Path) -> None:
    gimp = start_gimp(environment={"LACUNA_SERVER": "false", "LACUNA_RUNTIME_DIR": str(scratch / "other-run")})
    assert "could not be started" in clicked(gimp)


@pytest.mark.parametrize("missing", ["vendor", "lacuna_client", "lacuna_plugin"])
def test_missing_part_of_the_plug_in_is_explained_by_its_menu_entry(start_gimp: StartGimp, missing: str) -> None:
    gimp = start_gimp(without=missing)
    assert gimp.ask("described", name="lacuna-inpaint")["menus"] == ["<Image>/Filters/Lacuna"]
    said = clicked(gimp)
    assert said.startswith("Lacuna's plug-in is incomplete")
    assert said.endswith("Run the installer again: python3 installer/install.py")


def test_picture_of_impossible_values_is_refused_and_logged(gimp: Gimp, placing: Placing) -> None:
    pixels = noise()
    pixels[60, 70] = float("nan")
    picture = Picture(gimp, "RGB", "FLOAT_LINEAR", pixels)
    picture.select(30, 20, 20, 20)
    fill = picture.fill()
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("bad_pixels")))
    assert "bad_pixels" in placing.log("plugin.log")

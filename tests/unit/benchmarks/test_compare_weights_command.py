"""`compare_weights` with tiny networks: what it compares, its verdict and its status."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import compare_weights as command
from lab.cases import find_cases
from lab.contenders import SmallTelea, candidate, method_for, weighed, without
from lab.methods import Ours, method_of
from lacuna_models import weights
from lacuna_models.networks import catalog

COARSE: Mapping[str, Any] = {"widths": [8, 16]}
REFINEMENT: Mapping[str, Any] = {"widths": [4, 4, 8, 8]}


def write(path: Path, network: str, config: Mapping[str, Any], noise: float) -> str:
    """Weights as training begins with them (nothing is added to the smooth guess), and noise added to that."""
    torch.manual_seed(0)
    made: Any = catalog.build(network, config)
    with torch.no_grad():
        made.last.weight.normal_(0, noise)
    weights.save(path, network, config, made.state_dict(), notes={"size": "64"})
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Weights by name: a coarse network that does no harm, one that does, one for luma, and a refinement network."""
    folder = tmp_path_factory.mktemp("files")
    return {
        "smooth": write(folder / "smooth.safetensors", "light-coarse", COARSE, 0.0),
        "noisy": write(folder / "noisy.safetensors", "light-coarse", COARSE, 2.0),
        "luma": write(folder / "luma.safetensors", "light-coarse", {**COARSE, "mono": True}, 0.0),
        "refinement": write(folder / "refinement.safetensors", "light-refinement", REFINEMENT, 0.0),
    }


@pytest.fixture
def own_weights(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, with a coarse network."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "light-coarse.safetensors").write_bytes(Path(files["smooth"]).read_bytes())
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(folder))
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


def compared(photographs: Path, cache: str, old: str, new: str, *more: str) -> int:
    return command.main([old, new, "--images", str(photographs), "--size", "200", "--cache", cache, *more])


def test_the_better_weights_are_accepted_in_one_direction_only(
    photographs: Path, cache: str, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    flat = ("--names", "flat", "--kinds", "square", "third")
    assert compared(photographs, cache, files["noisy"], files["smooth"], *flat) == 0
    text = capsys.readouterr().out
    assert "## new against telea sized as for 64 px" in text
    assert text.rstrip().endswith("**accept: HaarPSI got clearly better, nothing of HaarPSI worse.**")
    assert compared(photographs, cache, files["smooth"], files["noisy"], *flat) == 1
    assert capsys.readouterr().out.rstrip().endswith("**refuse: HaarPSI got worse.**")


def test_the_same_weights_are_no_improvement(photographs: Path, cache: str, files: dict[str, str]) -> None:
    assert compared(photographs, cache, files["smooth"], files["smooth"]) == 1


def test_without_old_weights_what_there_is_without_a_network_decides(
    photographs: Path, cache: str, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(photographs, cache, "none", files["noisy"]) == 1
    text = capsys.readouterr().out
    assert "| old |" not in text
    assert text.count("## new against") == 1


def test_a_refiner_is_measured_against_what_it_was_given(
    photographs: Path, cache: str, files: dict[str, str], own_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert own_weights.is_dir()
    assert compared(photographs, cache, "none", files["refinement"], "--kinds", "square") == 1
    text = capsys.readouterr().out
    assert "## new against without unet" in text
    assert "| HaarPSI | +0.0000 | 0.0000 | 0 | 0 | alike |" in text  # this one changes nothing yet


@pytest.mark.parametrize(
    ("file", "method", "parts"),
    [
        ("smooth", "hybrid", (None, "exemplar")),
        ("smooth", "two-stage", ("telea", "unet")),
        ("refinement", "two-stage:refiner=exemplar+unet", ("light", "exemplar")),
        ("refinement", "two-stage:backbone=telea", ("telea", None)),
    ],
)
def test_in_a_method_it_is_measured_against_that_method_without_it(
    file: str, method: str, parts: tuple[str | None, str | None], files: dict[str, str]
) -> None:
    one = candidate(Path(files[file]))
    rest = without(one, method_for(one, method))
    assert isinstance(rest, Ours)
    assert (rest.composed.backbone, rest.composed.refiner) == parts


def test_each_contender_works_with_its_own_file_and_the_users_folder_is_put_back(
    photographs: Path, files: dict[str, str], own_weights: Path, tmp_path: Path
) -> None:
    (case,) = find_cases(photographs, ("square",), names=("grass",))
    fills = {}
    for name in ("smooth", "noisy"):
        one = candidate(Path(files[name]))
        (tmp_path / name).mkdir()
        fills[name] = weighed(name, method_for(one), one, tmp_path / name).fill(case)
        assert os.environ["LACUNA_WEIGHTS_DIR"] == str(own_weights)
    assert np.array_equal(fills["smooth"], method_of("light").fill(case))
    assert not np.array_equal(fills["smooth"], fills["noisy"])


def test_at_the_pictures_own_size_small_telea_is_telea(photographs: Path) -> None:
    for case in find_cases(photographs, names=("grass",)):
        assert np.array_equal(SmallTelea(200).fill(case), method_of("telea").fill(case))
        assert not np.array_equal(SmallTelea(8).fill(case), method_of("telea").fill(case))


def test_the_sheets_show_the_truth_and_all_contenders(
    photographs: Path, cache: str, files: dict[str, str], tmp_path: Path
) -> None:
    compared(photographs, cache, files["noisy"], files["smooth"], "--sheets", str(tmp_path), "--kinds", "square")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for name in ("original", "telea sized as for 64 px", "old", "new"):
        assert f"<figcaption>{name}" in page
    assert {path.name for path in tmp_path.glob("*.png")} == {"flat-square.png", "grass-square.png"}


@pytest.mark.parametrize(
    ("old", "new", "more", "sentence"),
    [
        ("smooth", "refinement", (), "different networks: smooth.safetensors is for 'light'"),
        ("none", "missing", (), "missing.safetensors could not be read"),
        ("none", "damaged", (), "damaged.safetensors is cut off"),
        ("none", "luma", (), "luma.safetensors is for a network that knows luma only"),
        ("none", "smooth", ("--method", "patchmatch"), "patchmatch does not use 'light'"),
        ("none", "smooth", ("--method", "magic"), "there is no method 'magic'"),
        ("none", "smooth", ("--method", "hybrid:refiner=magic"), "no such backbone, refiner or color solver: 'magic'"),
        ("none", "smooth", ("--features", "nothing.safetensors"), "nothing.safetensors"),
        ("none", "smooth", ("--features", str(Path(__file__))), "does not hold SqueezeNet's weights"),
        ("none", "smooth", ("--kinds", "object"), "holds no mask under which the truth is known"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(
    old: str,
    new: str,
    more: tuple[str, ...],
    sentence: str,
    photographs: Path,
    cache: str,
    files: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "damaged.safetensors").write_bytes(Path(files["smooth"]).read_bytes()[:-10])
    paths = {**files, "none": "none", **{name: str(tmp_path / f"{name}.safetensors") for name in ("missing", "damaged")}}
    with pytest.raises(SystemExit) as ended:
        compared(photographs, cache, paths[old], paths[new], *more)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_fault_of_the_program_is_no_verdict(
    photographs: Path, cache: str, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "compare", None)
    assert compared(photographs, cache, "none", files["smooth"]) == 2
    assert "Traceback" in capsys.readouterr().err

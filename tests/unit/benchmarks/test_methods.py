"""Naming methods on the command line."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab.cases import find_cases
from lab.figures import Figures
from lab.methods import Ours, method_of, methods_of
from lab.peers import PEERS
from lab.results import run_one
from lacuna_client.errors import LacunaError
from lacuna_models import registry


def test_without_a_name_every_method_and_every_peer_takes_part() -> None:
    assert [method.name for method in methods_of([])] == [*registry.METHODS, *PEERS]


def test_a_method_of_the_product_may_carry_settings() -> None:
    assert method_of("patchmatch:mirror=on,rotate=30,seed=7") == Ours(
        "patchmatch:mirror=on,rotate=30,seed=7", "patchmatch", (("mirror", True), ("rotate", 30), ("seed", 7))
    )


@pytest.mark.parametrize("name", ["patchmath", "opencv-telea:seed=1", "patchmatch:grow=3"])
def test_an_unknown_name_ends_the_program_and_says_what_there_is(name: str) -> None:
    with pytest.raises(SystemExit, match="there are"):
        method_of(name)


def test_a_backbone_works_alone_and_parts_may_be_exchanged() -> None:
    alone, mixed = method_of("light"), method_of("two-stage:backbone=telea,refiner=exemplar+unet,tile=256")
    assert isinstance(alone, Ours)
    assert isinstance(mixed, Ours)
    assert (alone.composed.backbone, alone.composed.refiner) == ("light", None)
    assert mixed.composed.backbone == "telea"
    assert mixed.composed.refiners == ("exemplar", "unet")
    assert mixed.weights() == ["light-refinement.safetensors"]
    colored = method_of("mono:color_solver=levin")
    assert isinstance(colored, Ours)
    assert colored.composed.color == "levin"


@pytest.mark.parametrize("option", ["backbone=exemplar", "refiner=light", "refiner=exemplar+", "backbone=none,refiner=none"])
def test_parts_that_there_are_not_are_refused(option: str) -> None:
    with pytest.raises(LacunaError):
        method_of(f"two-stage:{option}")


def test_weights_that_are_not_on_the_machine_are_named(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    (case,) = find_cases(photographs, ("object",))
    result = run_one(method_of("dfnet"), case, Figures(), tmp_path)
    assert (result.picture, result.note) == (None, "the weights dfnet.safetensors are missing")


def test_a_fill_is_kept_for_the_weights_that_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    versions: set[str] = set()
    for content in (b"one", b"two"):
        (tmp_path / "dfnet.safetensors").write_bytes(content)
        os.utime(tmp_path / "dfnet.safetensors", ns=(0, len(versions)))
        versions.add(method_of("dfnet:refiner=none").version())
    assert len(versions) == 2
    assert method_of("patchmatch").version() not in versions


@pytest.mark.parametrize("option", ["seed=many", "rotate=500", "mirror=1", "search=lucky"])
def test_a_value_out_of_range_is_refused(option: str) -> None:
    with pytest.raises(LacunaError):
        method_of(f"patchmatch:{option}")


def test_a_setting_reaches_the_method(photographs: Path, tmp_path: Path) -> None:
    (case,) = find_cases(photographs, ("object",))
    fills = [run_one(method_of(f"patchmatch:seed={seed}"), case, Figures(), tmp_path).picture for seed in (1, 2)]
    assert fills[0] is not None
    assert fills[1] is not None
    assert (fills[0] != fills[1]).any()


@pytest.mark.parametrize("name", ["patchmatch", "telea", "opencv-telea", "opencv-navier-stokes"])
def test_no_method_sees_the_truth_in_the_hole(name: str, photographs: Path) -> None:
    (case,) = find_cases(photographs, ("square",), names=("grass",))
    painted = np.where(case.hole[..., None], np.uint8(7), case.picture)
    assert np.array_equal(method_of(name).fill(case), method_of(name).fill(replace(case, picture=painted)))

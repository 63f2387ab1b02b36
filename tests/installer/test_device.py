"""Which torch is installed, and why."""

from __future__ import annotations

import pytest

from lacuna_installer import device, torch_build
from lacuna_installer.device import Device
from lacuna_installer.failure import InstallError

from .conftest import Home, sentence_of

CPU = Device("cpu", "", "")
CUDA_13 = Device("cuda", "13.0", "")


@pytest.mark.parametrize(
    ("nvidia_smi", "tag"),
    [
        ("", "cpu"),
        ("NVIDIA H100, 580.65.06", "cu130"),
        ("GeForce RTX 3060, 560.35", "cu126"),
        ("GeForce GTX 970, 470.256", "cpu"),
    ],
)
def test_the_driver_decides(nvidia_smi: str, tag: str) -> None:
    chosen = device.choose("auto", nvidia_smi)
    assert chosen.tag == tag
    assert chosen.reason


def test_asking_for_cuda_without_a_driver_is_refused_with_the_reason() -> None:
    with pytest.raises(InstallError, match=r"too old for CUDA .* Install NVIDIA's driver"):
        device.choose("cuda", "GeForce GTX 970, 470.256")


def test_the_installer_says_why_there_is_no_cuda(home: Home) -> None:
    said = sentence_of(home.install("--server-only", "--device", "cuda", PATH=""))
    assert "no NVIDIA GPU was found" in said


@pytest.mark.parametrize(
    ("plan", "tag"),
    [
        ({"torch": "2.13.0+cpu", "sympy": "1.14"}, "cpu"),
        ({"torch": "2.13.0+cu126"}, "cu126"),
        ({"torch": "2.13.0", "nvidia-cudnn-cu13": "9.1"}, "cu13"),
        ({"torch": "2.13.0", "triton": "3.5"}, "cuda"),
        ({"torch": "2.13.0", "sympy": "1.14"}, "cpu"),
    ],
)
def test_what_pip_plans_tells_the_build(plan: dict[str, str], tag: str) -> None:
    assert torch_build.tag_of(plan) == tag


@pytest.mark.parametrize(
    ("planned", "wanted", "fits"),
    [("cpu", CPU, True), ("cu13", CPU, False), ("cu13", CUDA_13, True), ("cu126", CUDA_13, False), ("cpu", CUDA_13, False)],
)
def test_pytorchs_own_index_is_named_only_for_another_build(planned: str, wanted: Device, *, fits: bool) -> None:
    assert torch_build.fits(planned, wanted) is fits

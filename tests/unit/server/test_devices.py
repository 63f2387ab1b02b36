"""Which devices' workers may take a job."""

from __future__ import annotations

import pytest

from lacuna_client.errors import LacunaError
from lacuna_server.front.devices import suited

GPUS = ["cuda:0", "cuda:1", "cpu"]


@pytest.mark.parametrize(
    ("wanted", "devices", "accelerated", "found"),
    [
        ("auto", GPUS, True, ("cuda:0", "cuda:1")),
        ("auto", GPUS, False, ("cpu",)),
        ("auto", ["cpu"], True, ("cpu",)),
        ("cuda", GPUS, True, ("cuda:0", "cuda:1")),
        ("cuda:1", GPUS, True, ("cuda:1",)),
        ("cuda:1", GPUS, False, ("cpu",)),
        ("cpu", GPUS, True, ("cpu",)),
    ],
)
def test_what_uses_a_gpu_goes_to_one_and_all_else_to_the_cpu(
    wanted: str, devices: list[str], accelerated: bool, found: tuple[str, ...]
) -> None:
    assert suited(wanted, devices, accelerated=accelerated) == found


@pytest.mark.parametrize("accelerated", [False, True])
@pytest.mark.parametrize("wanted", ["cuda", "cuda:0", "toaster"])
def test_a_device_that_is_not_there_is_told(wanted: str, accelerated: bool) -> None:
    with pytest.raises(LacunaError) as caught:
        suited(wanted, ["cpu"], accelerated=accelerated)
    assert caught.value.code == "no_device"

"""From the device that was asked for to the one that computes, without importing torch where nothing needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lacuna_client.errors import LacunaError

if TYPE_CHECKING:  # the command line's grammar reads PATTERN, and loads no numpy for it
    from lacuna_models.run import Run

PATTERN = re.compile(r"auto|cpu|cuda(:\d{1,3})?")


def choose(run: Run, name: str, *, network: bool) -> None:
    """Give the run its device, and tell it what was not heeded. Arguments and errors as those of resolve."""
    run.device, warnings = resolve(name, network=network)
    for warning in warnings:
        run.warn(warning)


def resolve(name: str, *, network: bool) -> tuple[str, list[str]]:
    """('cpu' or 'cuda:N', sentences for the artist).

    Args:
        name: 'auto', 'cpu' or 'cuda[:N]'.
        network: whether the method runs a network; what does not computes on the CPU.

    Raises LacunaError 'no_device' when a GPU is asked for that is not there, 'bad_value' when the name is none.
    """
    if not PATTERN.fullmatch(name):
        raise LacunaError("bad_value", name="device", value=name, allowed="auto, cpu, cuda or cuda:N")
    if name == "cpu" or (name == "auto" and not network):
        return "cpu", []
    count = cuda_count()
    if name == "auto":
        return ("cuda:0" if count else "cpu"), []
    index = int(name.partition(":")[2] or 0)
    if index >= count:
        raise LacunaError("no_device", name=name, detail=f"{count} CUDA devices")
    if network:
        return f"cuda:{index}", []
    return "cpu", [f"This method computes on the CPU; {name} was not used."]


def cuda_count() -> int:
    """How many CUDA devices torch sees; 0 without torch. Imports torch."""
    try:
        import torch
    except ImportError:
        return 0
    return int(torch.cuda.device_count()) if torch.cuda.is_available() else 0

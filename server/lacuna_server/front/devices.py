"""Which devices this machine has, found without importing torch."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lacuna_client.errors import LacunaError


def present() -> list[str]:
    """'cuda:0', ... for each NVIDIA GPU that may be used, then 'cpu'."""
    return [f"cuda:{index}" for index in range(_gpu_count())] + ["cpu"]


def suited(wanted: str, devices: list[str], *, accelerated: bool) -> tuple[str, ...]:
    """The devices whose workers may take a job.

    Args:
        wanted: 'auto', 'cpu', 'cuda' or 'cuda:N'.
        devices: what present() found.
        accelerated: whether the job uses a GPU where there is one; one that does not always computes on the CPU.

    Raises LacunaError 'no_device'.
    """
    gpus = tuple(device for device in devices if device != "cpu")
    chosen = {"auto": gpus or ("cpu",), "cpu": ("cpu",), "cuda": gpus}.get(wanted, tuple(one for one in gpus if one == wanted))
    if not chosen:
        raise LacunaError("no_device", name=wanted[:64])
    return chosen if accelerated else ("cpu",)


def _gpu_count() -> int:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([one for one in visible.split(",") if one.strip() not in ("", "-1")])
    listed = Path("/proc/driver/nvidia/gpus")
    if listed.is_dir():
        return len(list(listed.iterdir()))
    return _asked_driver() if os.name == "nt" else 0


def _asked_driver() -> int:
    program = shutil.which("nvidia-smi")
    if not program:
        return 0
    try:
        found = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in found.stdout.splitlines())

"""Which build of torch pip would install, and where to take the one for a device from.

Plain PyPI has gigabytes of CUDA in its Linux build, other indexes have CPU builds: so pip is asked what it would do,
and PyTorch's own index is named only where the configured one has the wrong build.

`python -m lacuna_installer.torch_build PYTHON` prints pip's arguments for a CPU build in PYTHON's environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .device import Device
from .journal import clean_environment

VERSION = "2.13.0"
REQUIREMENT = f"torch=={VERSION}"
PYTORCH_INDEX = "https://download.pytorch.org/whl/"


def pip_arguments(python: Path, device: Device, source: Sequence[str]) -> list[str]:
    """Arguments for `pip install` that bring torch for the device.

    Args:
        python: the environment's interpreter, with pip.
        source: the index or folder that the person named, as pip's arguments; then it is taken as it is.
    """
    if source:
        return [REQUIREMENT, *source]
    planned = planned_tag(python)
    if planned is not None and fits(planned, device):
        return [REQUIREMENT]
    return [REQUIREMENT, "--index-url", PYTORCH_INDEX + device.tag]


def planned_tag(python: Path) -> str | None:
    """What pip would install from where it is configured for: 'cpu', 'cu130', 'cuda' (of unknown version); None = nothing.

    Nothing is installed; where the index serves metadata, nothing big is downloaded either.
    """
    plan = [str(python), "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", REQUIREMENT]
    done = subprocess.run(plan, capture_output=True, text=True, env=clean_environment(), stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        return None
    try:
        found = {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in json.loads(done.stdout)["install"]}
    except (ValueError, KeyError):
        return None
    return tag_of(found)


def tag_of(found: dict[str, str]) -> str:
    """The build's tag from the names and versions of torch and what it brings."""
    local = found.get("torch", "").partition("+")[2]
    if local:
        return local
    for name in found:
        if name.startswith("nvidia-") and "-cu" in name:
            return "cu" + name.rpartition("-cu")[2]
    return "cuda" if any(name.startswith(("nvidia-", "cuda-", "triton")) for name in found) else "cpu"


def fits(planned: str, device: Device) -> bool:
    """A CUDA build serves a device when it is of the same major version ('cu13' and 'cu130')."""
    if device.kind == "cpu":
        return planned == "cpu"
    return planned.startswith("cu") and planned[2:4] == device.tag[2:4]


if __name__ == "__main__":
    print(" ".join(pip_arguments(Path(sys.argv[1]), Device("cpu", "", "tests run on the CPU"), [])))

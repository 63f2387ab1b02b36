"""Which device the server's torch is for, found by looking."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from typing import Literal

from .ask import output
from .failure import InstallError

Kind = Literal["cpu", "cuda"]
# The oldest driver (Linux, Windows) for each CUDA that torch is built with, newest first: NVIDIA's release notes,
# "CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version Compatibility".
CUDA_DRIVERS = (("13.0", 580, 580), ("12.6", 525, 528))


@dataclass(frozen=True, slots=True)
class Device:
    """What torch is installed for.

    Attributes:
        cuda: the CUDA version of the build ('13.0'), '' for the CPU.
        reason: why, for the person who installs.
    """

    kind: Kind
    cuda: str
    reason: str

    @property
    def tag(self) -> str:
        """As PyTorch names its builds: 'cpu', 'cu130'."""
        return "cu" + self.cuda.replace(".", "") if self.cuda else "cpu"


def choose(asked: str, found: str | None = None) -> Device:
    """The device for --device auto, cpu or cuda. Raises InstallError for cuda without a driver that torch can use.

    Args:
        found: nvidia-smi's line (nvidia_smi() when None); '' = no GPU.
    """
    if asked == "cpu":
        return Device("cpu", "", "you asked for it")
    if sys.platform == "darwin":
        if asked == "cuda":
            raise InstallError("There is no CUDA on macOS.", "Run it with --device cpu.")
        return Device("cpu", "", "there is no CUDA on macOS")
    line = nvidia_smi() if found is None else found
    name, _, driver = (part.strip() for part in line.partition(","))
    cuda = _newest_cuda(driver)
    if cuda:
        return Device("cuda", cuda, f"{name} with driver {driver}, which runs CUDA {cuda}")
    missing = (
        f"{name} has driver {driver}, too old for CUDA {CUDA_DRIVERS[-1][0]}" if name else "no NVIDIA GPU was found (nvidia-smi)"
    )
    if asked == "cuda":
        raise InstallError(f"CUDA cannot be used: {missing}.", "Install NVIDIA's driver, or run it with --device cpu.")
    return Device("cpu", "", missing)


def nvidia_smi() -> str:
    """'NAME, DRIVER' of the first GPU; '' without a GPU or a driver."""
    program = shutil.which("nvidia-smi")
    if not program:
        return ""
    query = [program, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    return output(query).strip().partition("\n")[0]


def _newest_cuda(driver: str) -> str:
    major = driver.partition(".")[0]
    if not major.isdigit():
        return ""
    column = 2 if platform.system() == "Windows" else 1
    return next((row[0] for row in CUDA_DRIVERS if int(major) >= int(row[column])), "")

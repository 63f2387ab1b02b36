"""Every weights file that is on this machine, and whether it can be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import registry, weight_files
from .errors import WeightsError
from .networks import catalog
from .two_stage.usable import usable


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Attributes:
        network: which the file is for, by its name.
        problem: why it cannot be used, one sentence; '' = it can.
        notes: what it says of itself.
    """

    path: Path
    network: str
    problem: str
    notes: dict[str, str]


def verify() -> list[Verdict]:
    """Load and try every weights file that a part may use; of those that came with Lacuna the SHA-256 is compared too."""
    folders = weight_files.user_folder(), weight_files.shipped_folder()
    files = [(folder, name, luma) for folder in folders for name in catalog.NETWORKS for luma in (False, True)]
    paths = [(folder / weight_files.file_of(name, luma=luma), name, luma) for folder, name, luma in files]
    return [_verdict(path, name, luma) for path, name, luma in paths if path.exists()]


def _verdict(path: Path, network: str, luma: bool) -> Verdict:
    try:
        loaded = usable(path, network, sha256=registry.sha256_for(path), luma=luma)
    except WeightsError as error:
        return Verdict(path, network, str(error), {})
    return Verdict(path, network, "", loaded.notes)

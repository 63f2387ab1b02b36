"""Networks with their weights, loaded once a device and kept: a second click does not read them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

from .. import registry, weight_files, weights
from ..run import Run
from .usable import size_of, usable


@dataclass(frozen=True, slots=True)
class Ready:
    """A network on its device.

    Attributes:
        network: float32, in evaluation mode.
        multiple: px, of which both sides of its input must be multiples.
        halo: px, how far round a tile its input must reach; 0 for a network that sees the whole picture.
        size: px, the long side of the pictures that it was trained for.
        sha256: of that file.
    """

    network: nn.Module
    multiple: int
    halo: int
    size: int
    sha256: str


class _Stamp(NamedTuple):
    """What changes when another file is put in a file's place."""

    path: Path
    modified: int
    size: int


_kept: dict[tuple[str, str], tuple[_Stamp, Ready]] = {}  # by file name and device; as long as the process lives


def ready(network_name: str, device: str, run: Run, *, luma: bool = False) -> Ready:
    """The network with its weights on that device; the run is told which file took part.

    A file in the user's own folder may be any weights for the network; one that came with Lacuna must be the very file.

    Args:
        luma: the one for luma alone.

    Raises WeightsMissing, WeightsError, and out of memory (memory.is_out_of_memory).
    """
    file_name = weight_files.file_of(network_name, luma=luma)
    path = weight_files.find(file_name)
    about = path.stat()
    stamp = _Stamp(path, about.st_mtime_ns, about.st_size)
    kept = _kept.get((file_name, device))
    if kept is None or kept[0] != stamp:
        kept = stamp, _loaded(path, network_name, device, luma=luma)
        _kept[file_name, device] = kept
    run.weights[file_name] = kept[1].sha256
    return kept[1]


def _loaded(path: Path, network_name: str, device: str, *, luma: bool) -> Ready:
    wanted = registry.sha256_for(path)
    loaded = usable(path, network_name, sha256=wanted, luma=luma)
    network: Any = loaded.network.requires_grad_(False)
    network.to(device=device, memory_format=torch.channels_last)
    sha256 = wanted or weights.sha256_of(path)
    return Ready(network, network.multiple, getattr(network, "halo", 0), size_of(path.name, loaded.notes), sha256)

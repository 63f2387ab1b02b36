"""Whether weights that are whole can be used: for color or luma, at a size that there is, and by a network that works."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .. import weights
from ..errors import WeightsError
from ..memory import is_out_of_memory
from ..networks import catalog
from ..networks.shifts import Shifts, stacked
from ..weights import Loaded

USUAL_SIZE = 512  # px of the long side, for weights that do not say for which size they were trained
LARGEST_SIZE = 2048  # px; beyond, a coarse network would take memory by the gigabyte


def usable(path: Path, network_name: str, *, sha256: str | None = None, luma: bool = False) -> Loaded:
    """As weights.load(), and as check(): what everything goes through that loads or verifies weights."""
    loaded = weights.load(path, network_name, sha256=sha256)
    check(path.name, network_name, loaded, luma=luma)
    return loaded


def check(file_name: str, network_name: str, loaded: Loaded, *, luma: bool = False) -> None:
    """Raises WeightsError for a network that does not fill what it is to fill, a size that is none, or one that does not work.

    Args:
        luma: it is to fill luma alone instead of color.
    """
    if knows_luma_only(loaded) and not luma:
        raise WeightsError(f"{file_name} is for a network that knows luma only, so it cannot fill color.")
    if luma and not knows_luma_only(loaded):
        raise WeightsError(f"{file_name} is for a network that fills color, so it is none for luma alone.")
    size_of(file_name, loaded.notes)
    try:
        given, made = _tried(network_name, loaded.network, luma=luma)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise WeightsError(f"{file_name} is for a network that does not work ({error}).") from error
    if made.shape != given.shape:
        raise WeightsError(f"{file_name} is for a network that does not make a picture of the size that it is given.")


def knows_luma_only(loaded: Loaded) -> bool:
    """Whether the network fills luma alone."""
    return bool(loaded.config.get("mono"))


def size_of(file_name: str, notes: Mapping[str, str]) -> int:
    """Px, the long side of the pictures that the weights were trained for. Raises WeightsError for one that is none."""
    size = notes.get("size", str(USUAL_SIZE))
    if not size.isdecimal() or not 0 < int(size) <= LARGEST_SIZE:
        raise WeightsError(f"{file_name} says that it is for pictures of '{size[:32]}' px, which is no such size.")
    return int(size)


def _tried(network_name: str, network: Any, *, luma: bool) -> tuple[Tensor, Tensor]:
    """A picture of the smallest size with a hole, of what the network is to fill, and what the network makes of it."""
    picture = torch.full((1, 3, network.multiple, network.multiple), 0.5)
    hole = torch.zeros_like(picture[:, :1])
    hole[..., 0, 0] = 1
    channels = 1 if luma else 3
    with torch.inference_mode():
        match catalog.NETWORKS[network_name].role:
            case "backbone":
                return picture[:, :channels], network(picture, hole)
            case "refiner":
                return picture[:, :channels], network(stacked(picture[:, :channels], hole, Shifts(1, 1, 1, 1)))
            case "color":
                return picture[:, :2], network(picture[:, :1], picture[:, :2], 1 - hole)

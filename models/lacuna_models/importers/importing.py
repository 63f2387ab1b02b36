"""From a file that the user has to a weights file in the user's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
from torch import Tensor

from .. import weight_files, weights
from ..errors import UnknownCheckpoint
from ..networks import catalog
from .checkpoint import tensors_of
from .published import PUBLISHED, Published


@dataclass(frozen=True, slots=True)
class Imported:
    """
    Attributes:
        network: which it is, a name of networks.catalog.
        path: the weights file that was written.
        about: what was imported, in one line.
        replaced: whether a file of that name was there before.
    """

    network: str
    path: Path
    about: str
    replaced: bool


def import_file(source: Path, network: str = "") -> Imported:
    """Import a published checkpoint, or a weights file of Lacuna's own format (such as one trained elsewhere).

    Args:
        network: which network it must be, '' = recognized.

    Raises UnknownCheckpoint when it is none that is known, WeightsError when it does not fit its network or cannot be
    written; then nothing is.
    """
    own = _network_of(source)
    if own and network not in ("", own):
        raise UnknownCheckpoint(f"{source.name} is for the network '{own}', not for '{network}'.")
    return _copied(source, own) if own else _converted(source, network)


def _network_of(source: Path) -> str:
    """The network that a weights file of Lacuna's own format is for; '' for any other file."""
    try:
        with safetensors.safe_open(source, "pt") as file:
            name = (file.metadata() or {}).get("network", "")
    except (safetensors.SafetensorError, OSError):
        return ""
    return name if name in catalog.NETWORKS else ""


def _copied(source: Path, network: str) -> Imported:
    notes = weights.load(source, network).notes
    about = f"weights for {network}" + (f" ({notes['trained']})" if "trained" in notes else "")
    target = weight_files.user_folder() / f"{network}.safetensors"
    replaced = target.is_file()
    weights.write(target, source.read_bytes())
    return Imported(network, target, about, replaced)


def _converted(source: Path, network: str) -> Imported:
    tensors = tensors_of(source)
    published = _recognized(source, tensors, network)
    weights.check(source.name, published.network, {}, tensors)
    notes = {"trained": f"imported from {source.name}", "source": published.about}
    target = weight_files.user_folder() / f"{published.network}.safetensors"
    replaced = target.is_file()
    weights.save(target, published.network, {}, published.converted(tensors), half=False, notes=notes)
    return Imported(published.network, target, published.about, replaced)


def _recognized(source: Path, tensors: Mapping[str, Tensor], network: str) -> Published:
    for published in PUBLISHED:
        if published.network == network or (not network and published.sign in tensors):
            return published
    known = "; ".join(published.about for published in PUBLISHED)
    raise UnknownCheckpoint(f"{source.name} is none of the checkpoints that are known: {known}.")

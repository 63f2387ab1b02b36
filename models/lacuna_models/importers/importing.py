"""From a file that the user has to a weights file in the user's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .. import weight_files, weights
from ..errors import UnknownCheckpoint
from ..networks import catalog
from ..two_stage.usable import check, knows_luma_only
from ..weights import Loaded
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

    Raises UnknownCheckpoint when it is none that is known, WeightsError when it does not fit its network, could not
    be used or cannot be written; then nothing is.
    """
    own = weights.network_of(source)
    own = own if own in catalog.NETWORKS else ""
    if own and network not in ("", own):
        raise UnknownCheckpoint(f"{source.name} is for the network '{own}', not for '{network}'.")
    return _copied(source, own) if own else _converted(source, network)


def _copied(source: Path, network: str) -> Imported:
    loaded = weights.load(source, network)
    luma = knows_luma_only(loaded)
    check(source.name, network, loaded, luma=luma)
    trained = f" ({loaded.notes['trained']})" if "trained" in loaded.notes else ""
    about = f"weights for {network}{' in luma' if luma else ''}{trained}"
    target = weight_files.user_folder() / weight_files.file_of(network, luma=luma)
    replaced = target.is_file()
    weights.write(target, source.read_bytes())
    return Imported(network, target, about, replaced)


def _converted(source: Path, wanted: str) -> Imported:
    tensors = _with_counters(tensors_of(source))
    published = _recognized(source, tensors, wanted)
    config = published.config(source)
    weights.check(source.name, published.network, config, tensors)
    notes = {"trained": f"imported from {source.name}", "source": published.about, **published.notes}
    converted = published.converted(tensors)
    with torch.device("meta"):
        network = catalog.build(published.network, config)
    network.load_state_dict(converted, assign=True)
    check(source.name, published.network, Loaded(network.float().eval(), config, notes))
    target = weight_files.user_folder() / weight_files.file_of(published.network)
    replaced = target.is_file()
    weights.save(target, published.network, config, converted, half=False, notes=notes)
    said = ", ".join(f"{name} {value}" for name, value in config.items())
    return Imported(published.network, target, f"{published.about}{', ' if said else ''}{said}", replaced)


def _with_counters(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Batch normalizations of files from before PyTorch 0.4.1 do not count their batches; nothing depends on it."""
    counters = (name.replace("running_var", "num_batches_tracked") for name in tensors if name.endswith("running_var"))
    return {**{name: torch.tensor(0) for name in counters}, **tensors}


def _recognized(source: Path, tensors: Mapping[str, Tensor], network: str) -> Published:
    for published in PUBLISHED:
        if published.network == network or (not network and published.sign in tensors):
            return published
    known = "; ".join(published.about for published in PUBLISHED)
    raise UnknownCheckpoint(f"{source.name} is none of the checkpoints that are known: {known}.")

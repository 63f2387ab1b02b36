"""A checkpoint's tensors by name, read without running anything that the file holds."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_file
from torch import Tensor

from ..errors import UnknownCheckpoint

MOST_BYTES = 1 << 30  # seven times the largest checkpoint that can be imported
WRAPPERS = ("state_dict", "model", "generator")  # what training scripts put the tensors under
PREFIX = "module."  # what torch's DataParallel puts before every name


def tensors_of(path: Path) -> dict[str, Tensor]:
    """The tensors of a file of torch.save (old or new format) or of safetensors, on the CPU, by their names in the network.

    Raises UnknownCheckpoint for a file that cannot be read, is too large, is cut off, holds code, or holds no named tensors.
    """
    loaded = _read_safetensors(path) if _beginning(path)[8:] == b"{" else _read_pickle(path)
    for wrapper in WRAPPERS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(wrapper), Mapping):
            loaded = loaded[wrapper]
    if not isinstance(loaded, Mapping) or not loaded:
        raise UnknownCheckpoint(f"{path.name} holds no tensors by name.")
    for name, one in loaded.items():
        if not isinstance(name, str) or not _is_plain(one):
            raise UnknownCheckpoint(f"{path.name} holds something else than tensors: {ascii(name)[:60]}.")
    prefix = PREFIX if all(name.startswith(PREFIX) for name in loaded) else ""
    return {name.removeprefix(prefix): one for name, one in loaded.items()}


def _beginning(path: Path) -> bytes:
    """The first 9 bytes, of a file that is not too large; those of safetensors are a length in 8 bytes, then JSON."""
    try:
        size = path.stat().st_size
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                size = max(size, sum(entry.file_size for entry in archive.infolist()))
        with path.open("rb") as file:
            beginning = file.read(9)
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnknownCheckpoint(f"{path} could not be read: {reason}.") from error
    if size > MOST_BYTES:
        raise UnknownCheckpoint(f"{path.name} is larger than {MOST_BYTES >> 20} MiB when it is unpacked.")
    return beginning


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (safetensors.SafetensorError, OSError) as error:
        raise UnknownCheckpoint(f"{path.name} is cut off or is no safetensors file ({error}).") from error


def _read_pickle(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a hostile file can make the unpickler raise whatever it likes
        why = "it is cut off, is no checkpoint of PyTorch, or holds code, which is never run"
        raise UnknownCheckpoint(f"{path.name} could not be read: {why}.") from error


def _is_plain(one: object) -> bool:
    """Whether it is a dense tensor that lies in memory whole: the size that it claims is the size that it has."""
    if not isinstance(one, Tensor) or one.layout != torch.strided or one.device.type != "cpu" or one.is_quantized:
        return False
    return one.numel() * one.element_size() <= one.untyped_storage().nbytes()

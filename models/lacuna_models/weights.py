"""Networks' weights: safetensors files, checked before anything of them is used.

A file's metadata says which network it is for ("network") and with which arguments that was made ("config", JSON); its
other entries are notes. Nothing in such a file can run code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import save as serialized
from torch import Tensor, nn

from .atomic import replace_file
from .errors import WeightsError
from .networks import catalog

FLOATS = (torch.float16, torch.bfloat16, torch.float32)
Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    Attributes:
        network: on the CPU, float32, in evaluation mode.
        config: the keyword arguments that it was made with.
        notes: what else the file says of itself, such as "size" (px) or "trained".
    """

    network: nn.Module
    config: dict[str, Any]
    notes: dict[str, str]


def save(
    path: Path,
    network_name: str,
    config: Config,
    state_dict: Mapping[str, Tensor],
    *,
    half: bool = True,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write a weights file, whole or not at all.

    Args:
        network_name: of networks.catalog.
        config: the keyword arguments of its constructor, plain JSON values.
        state_dict: of that very network: every tensor and no other.
        half: store float16 instead of float32.
        notes: further metadata.

    Raises WeightsError when the state dict does not fit the network, holds values that are not finite (or not in float16),
    or cannot be written; then a file that was there is as it was.
    """
    metadata = {**(notes or {}), "network": network_name, "config": json.dumps(dict(config))}
    wanted = check(path.name, network_name, config, state_dict)
    kept = {}
    for name, one in state_dict.items():
        dtype = wanted[name].dtype
        stored = torch.float16 if half and dtype.is_floating_point else dtype
        kept[name] = one.detach().to("cpu", stored, copy=True).contiguous()
    _check_finite(path.name, kept)
    write(path, serialized(kept, metadata))


def write(path: Path, data: bytes) -> None:
    """Write the bytes of a weights file, whole or not at all; makes its folder. Raises WeightsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        reason = getattr(error, "strerror", None) or str(error)
        raise WeightsError(f"{path} could not be written: {reason}.") from error


def check(file_name: str, network_name: str, config: Config, state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Whether these are the tensors of that network: every one and no other, of its shapes and types, finite.

    Returns the network's own tensors by name, without memory: their shapes and types. Raises WeightsError.
    """
    wanted = _skeleton(network_name, config, file_name).state_dict()
    _check_layout(file_name, wanted, {name: (tuple(one.shape), one.dtype) for name, one in state_dict.items()})
    _check_finite(file_name, state_dict)
    return wanted


def load(path: Path, network_name: str, *, sha256: str | None = None) -> Loaded:
    """Read a weights file and build its network.

    Args:
        network_name: the network that the file must be for.
        sha256: of the file's bytes, in hexadecimal; None = not checked.

    Raises WeightsError for a file that cannot be read, is cut off or no safetensors file, is for another network, has
    another SHA-256, lacks a tensor or has one too many, or has one of another shape or type or with values that are not
    finite. Sizes are compared before anything of that size is read.
    """
    try:
        with safetensors.safe_open(path, "pt") as file:
            config, notes = _read_metadata(path.name, network_name, file.metadata())
            network = _skeleton(network_name, config, path.name)
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
            found = {name: (tuple(one.get_shape()), _dtype(one.get_dtype())) for name, one in slices.items()}
            _check_layout(path.name, network.state_dict(), found)
            _check_sha256(path, sha256)
            state = {name: file.get_tensor(name) for name in found}
            _check_finite(path.name, state)
            wanted = network.state_dict()
            # copied: what is mapped from the file must not change when the file does
            state = {name: one.to(wanted[name].dtype, copy=True) for name, one in state.items()}
    except safetensors.SafetensorError as error:
        raise WeightsError(f"{path.name} is cut off or is no safetensors file ({error}).") from error
    except OSError as error:
        raise WeightsError(f"{path} could not be read: {error.strerror or error}.") from error
    network.load_state_dict(state, assign=True)
    return Loaded(network.eval(), config, notes)


def network_of(path: Path) -> str:
    """What a weights file says that it is for; '' for one that does not, or that cannot be read: load() then says why."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            return str((file.metadata() or {}).get("network", ""))
    except (safetensors.SafetensorError, OSError):
        return ""


def sha256_of(path: Path) -> str:
    """Of the file's bytes, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_metadata(name: str, network_name: str, metadata: dict[str, str] | None) -> tuple[dict[str, Any], dict[str, str]]:
    """(config, notes)."""
    notes = dict(metadata or {})
    made_for = notes.pop("network", None)
    if made_for is None:
        raise WeightsError(f"{name} does not say which network it is for, so it is no weights file of Lacuna's.")
    if made_for != network_name:
        raise WeightsError(f"{name} is for the network '{made_for}', not for '{network_name}'.")
    try:
        config = json.loads(notes.pop("config", ""))
    except (ValueError, RecursionError) as error:  # RecursionError: nested too deep
        raise WeightsError(f"{name} does not say how its network is made (its 'config' is no JSON).") from error
    if not isinstance(config, dict):
        raise WeightsError(f"{name} does not say how its network is made (its 'config' is no JSON object).")
    return config, notes


def _skeleton(network_name: str, config: Config, file_name: str) -> nn.Module:
    """The network without memory for its weights."""
    if network_name not in catalog.NETWORKS:
        raise WeightsError(f"{file_name} is for the network '{network_name}', which this Lacuna does not have.")
    catalog.network_class(network_name)  # imported before: what its module makes must not be of the meta device
    try:
        with torch.device("meta"):
            return catalog.build(network_name, config)
    except (TypeError, ValueError, RuntimeError, LookupError, ArithmeticError) as error:
        raise WeightsError(f"{file_name} asks for a network '{network_name}' that cannot be made ({error}).") from error


def _dtype(name: str) -> torch.dtype | None:
    """Of a safetensors type name; None for one that no network here has."""
    return {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "I64": torch.int64}.get(name)


def _check_layout(
    name: str, wanted: Mapping[str, Tensor], found: Mapping[str, tuple[tuple[int, ...], torch.dtype | None]]
) -> None:
    if missing := sorted(wanted.keys() - found.keys()):
        raise WeightsError(f"{name} lacks {_some(missing)}.")
    if extra := sorted(found.keys() - wanted.keys()):
        raise WeightsError(f"{name} holds {_some(extra)}, which its network does not have.")
    for key, (shape, dtype) in found.items():
        expected = wanted[key]
        if shape != tuple(expected.shape):
            raise WeightsError(f"{name}: {key} is {_size(shape)} instead of {_size(tuple(expected.shape))}.")
        if dtype not in (FLOATS if expected.dtype.is_floating_point else (expected.dtype,)):
            raise WeightsError(f"{name}: {key} is of a type that is not supported.")


def _check_finite(name: str, tensors: Mapping[str, Tensor]) -> None:
    for key, one in tensors.items():
        if not bool(torch.isfinite(one).all()):
            raise WeightsError(f"{name}: {key} holds values that are not numbers, or are beyond its type's range.")


def _check_sha256(path: Path, wanted: str | None) -> None:
    if wanted is None:
        return
    found = sha256_of(path)
    if found != wanted.lower():
        raise WeightsError(f"{path.name} is damaged or another version: its SHA-256 begins with {found[:12]}, not {wanted[:12]}.")


def _some(names: list[str]) -> str:
    """The first few of them, and how many more there are; a file's names may be long and hold anything."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(ascii(name)[1:-1][:80] for name in names[:3]) + more


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"

"""All that a training needs to go on exactly where it stopped."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch


def save(path: Path, state: dict[str, Any]) -> None:
    """Atomically: a training that is killed while it writes keeps the state before. Raises OSError."""
    partial = path.with_name(f"{path.name}.partial")
    torch.save(state, partial)
    partial.replace(path)


def load(path: Path, device: torch.device) -> dict[str, Any]:
    """What save() wrote: tensors, numbers and texts only, never code.

    Raises OSError; ValueError for a file that is cut off, damaged or of something else.
    """
    try:
        loaded = torch.load(path, map_location=device, weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ValueError(f"{path} cannot be read; delete it to begin anew ({str(error).splitlines()[0]})") from error
    if not isinstance(loaded, dict) or not {"label", "step", "seconds"} <= loaded.keys():
        raise ValueError(f"{path} is not the state of a training")
    return loaded

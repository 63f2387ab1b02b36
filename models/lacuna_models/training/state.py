"""All that a training needs to go on exactly where it stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def save(path: Path, state: dict[str, Any]) -> None:
    """Atomically: a training that is killed while it writes keeps the state before. Raises OSError."""
    partial = path.with_name(f"{path.name}.partial")
    torch.save(state, partial)
    partial.replace(path)


def load(path: Path, device: torch.device) -> dict[str, Any]:
    """What save() wrote: tensors, numbers and texts only, never code. Raises OSError, pickle.UnpicklingError."""
    loaded: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return loaded

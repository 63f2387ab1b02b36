"""Weights files with random values, of networks that are small enough for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lacuna_models import weights
from lacuna_models.networks import catalog

FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "light-coarse.safetensors": ("light-coarse", {"widths": [8, 8, 12, 16]}),
    "light-refinement.safetensors": ("light-refinement", {"widths": [4, 6, 8, 8]}),
    "light-coarse-mono.safetensors": ("light-coarse", {"mono": True, "widths": [8, 8, 12, 16]}),
    "light-refinement-mono.safetensors": ("light-refinement", {"mono": True, "widths": [4, 6, 8, 8]}),
    "dfnet.safetensors": ("dfnet", {"widths": [4] * 8}),
    "refinement.safetensors": ("refinement", {"widths": [4] * 8}),
    "zhang.safetensors": ("zhang", {"width": 4}),
}


def write(folder: Path, *names: str, gain: float = 1.0, **notes: str) -> None:
    """Write those files, or all."""
    for name in names or FILES:
        network, config = FILES[name]
        weights.save(folder / name, network, config, random_state(network, config, gain), notes=notes)


def random_state(network: str, config: dict[str, Any], gain: float = 1.0) -> dict[str, Tensor]:
    """Every layer's output depends on its input, and is about as large; no tensor is left at zero."""
    state = catalog.build(network, config).state_dict()
    random = torch.Generator().manual_seed(5)
    for name, one in state.items():
        if one.ndim > 1:
            state[name] = torch.randn(one.shape, generator=random) * gain * (2 / one[0].numel()) ** 0.5
        elif name.endswith("bias"):
            state[name] = torch.randn(one.shape, generator=random) * 0.1
    return state

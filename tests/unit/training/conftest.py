"""A small folder of photographs, and a feature network with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from lacuna_models.features.squeezenet import LAYERS

WIDTHS = {"fire2": 64, "fire3": 64, "fire4": 128, "fire5": 128, "fire6": 192, "fire7": 192, "fire8": 256, "fire9": 256}


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dozen colorful pictures; at least one of them is held out by its name."""
    folder = tmp_path_factory.mktemp("photographs")
    random = np.random.default_rng(0)
    for number in range(24):
        coarse = random.integers(0, 256, (4, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((96, 64), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="session")
def feature_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SqueezeNet's tensors with random values."""
    torch.manual_seed(0)
    tensors, given = {"conv1.weight": torch.randn(96, 3, 7, 7) / 50, "conv1.bias": torch.zeros(96)}, 96
    for layer in LAYERS[1:]:
        wide, squeezed = WIDTHS[layer], WIDTHS[layer] // 4
        for part, shape in (
            ("squeeze", (squeezed, given, 1, 1)),
            ("expand1x1", (wide, squeezed, 1, 1)),
            ("expand3x3", (wide, squeezed, 3, 3)),
        ):
            tensors[f"{layer}.{part}.weight"] = torch.randn(shape) / (shape[1] * shape[2]) ** 0.5
            tensors[f"{layer}.{part}.bias"] = torch.zeros(shape[0])
        given = 2 * wide
    path = tmp_path_factory.mktemp("features") / "squeezenet.safetensors"
    save_file(tensors, path)
    return path

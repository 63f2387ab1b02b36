"""A small folder of photographs, and a feature network with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file

from feature_network import random_squeezenet


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
    path = tmp_path_factory.mktemp("features") / "squeezenet.safetensors"
    save_file(random_squeezenet(), path)
    return path

"""The distance in a feature network, with a network of random weights in SqueezeNet's layout."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from lacuna_models.metrics.perceptual import LEAST_SIDE, PerceptualDistance
from lacuna_models.region import Pixels

# fire: channels in, after the squeeze, of each expansion (Iandola et al. 2016, table 1)
FIRES = {2: (96, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128), 6: (256, 48, 192), 7: (384, 48, 192)}
FIRES |= {8: (384, 64, 256), 9: (512, 64, 256)}


def random_squeezenet() -> dict[str, torch.Tensor]:
    shapes = {"conv1": (96, 3, 7, 7)}
    for number, (given, squeezed, wide) in FIRES.items():
        shapes[f"fire{number}.squeeze"] = (squeezed, given, 1, 1)
        shapes[f"fire{number}.expand1x1"] = (wide, squeezed, 1, 1)
        shapes[f"fire{number}.expand3x3"] = (wide, squeezed, 3, 3)
    draw = torch.Generator().manual_seed(0)
    tensors = {}
    for name, shape in shapes.items():
        fan_in = shape[1] * shape[2] * shape[3]
        tensors[f"{name}.weight"] = (torch.randn(shape, generator=draw) * (2 / fan_in) ** 0.5).half()
        tensors[f"{name}.bias"] = torch.zeros(shape[0]).half()
    return tensors


@pytest.fixture(scope="module")
def distance(tmp_path_factory: pytest.TempPathFactory) -> PerceptualDistance:
    path = tmp_path_factory.mktemp("network") / "squeezenet.safetensors"
    save_file(random_squeezenet(), path)
    return PerceptualDistance(path)


def grain(height: int, width: int) -> Pixels:
    return np.random.default_rng(0).random((height, width, 3)).astype(np.float32)


def test_equal_pictures_have_no_distance(distance: PerceptualDistance) -> None:
    assert distance(grain(64, 80), grain(64, 80)) == 0


def test_more_blur_is_farther(distance: PerceptualDistance) -> None:
    truth = grain(96, 96)
    near, far = (np.asarray(cv2.GaussianBlur(truth, (0, 0), sigma), np.float32) for sigma in (0.5, 3))
    assert 0 < distance(near, truth) < distance(far, truth)


def test_the_smallest_picture_has_a_distance_and_a_smaller_one_says_so(distance: PerceptualDistance) -> None:
    least = grain(LEAST_SIDE, LEAST_SIDE)
    assert distance(1 - least, least) > 0
    with pytest.raises(ValueError, match="px a side"):
        distance(least[1:], least[1:])


def test_a_file_without_a_layer_is_refused(tmp_path: Path) -> None:
    tensors = random_squeezenet()
    del tensors["fire9.squeeze.weight"]
    save_file(tensors, tmp_path / "half.safetensors")
    with pytest.raises(KeyError, match=r"fire9\.squeeze\.weight"):
        PerceptualDistance(tmp_path / "half.safetensors")

"""The distance in a feature network, with a network of random weights in SqueezeNet's layout."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from safetensors.torch import save_file

from feature_network import random_squeezenet
from lacuna_models.features.squeezenet import LEAST_SIDE
from lacuna_models.metrics.perceptual import PerceptualDistance
from lacuna_models.region import Pixels


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

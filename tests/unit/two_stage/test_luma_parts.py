"""The networks for luma alone as backbone and refiner: they see color and fill gray."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lacuna_models.color.planes import luma_of
from lacuna_models.region import Pixels, Region
from lacuna_models.run import Run
from lacuna_models.two_stage.coarse import LightMonoBackbone
from lacuna_models.two_stage.refining import MonoUnetRefiner
from unit.two_stage.regions import DEVICES, box, picture, region

pytestmark = pytest.mark.usefixtures("weights_folder")
HOLE = box(90, 130, slice(30, 60), slice(40, 80))


def completed(seen: Region, device: str = "cpu") -> Pixels:
    return LightMonoBackbone().complete(seen, Run(device=device))


def refined(seen: Region, device: str = "cpu") -> Pixels:
    coarse = np.where(seen.hole[..., None], np.float32(0.4), seen.image)
    return MonoUnetRefiner().refine(seen, coarse, Run(device=device))


@pytest.mark.parametrize("part", [completed, refined])
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("channels", [3, 4])
def test_the_hole_is_filled_with_gray_and_every_other_bit_stays(
    part: Callable[[Region, str], Pixels], device: str, channels: int
) -> None:
    seen = region(picture(90, 130, channels), HOLE)
    filled = part(seen, device)
    assert filled.shape == seen.image.shape
    assert filled[~HOLE].tobytes() == seen.image[~HOLE].tobytes()
    inside = filled[HOLE]
    assert (inside[:, 0] == inside[:, 1]).all()
    assert (inside[:, 0] == inside[:, 2]).all()
    assert inside[:, 0].std() > 0
    assert 0 <= inside.min() <= inside.max() <= 1


def test_the_backbone_sees_color() -> None:
    """Other colors of the same luma, another fill."""
    image = picture(90, 130)
    gray = np.repeat(luma_of(image)[..., None], 3, axis=2).astype(np.float32)
    assert np.abs(completed(region(image, HOLE)) - completed(region(gray, HOLE)))[HOLE].max() > 1e-3


def test_the_refiner_sees_luma_alone() -> None:
    image = picture(90, 130)
    gray = np.repeat(luma_of(image)[..., None], 3, axis=2).astype(np.float32)
    np.testing.assert_allclose(refined(region(image, HOLE))[HOLE], refined(region(gray, HOLE))[HOLE], atol=1e-5)


def test_the_provenance_of_a_run_names_the_file_for_luma() -> None:
    run = Run()
    LightMonoBackbone().complete(region(picture(90, 130), HOLE), run)
    assert run.weights.keys() == {"light-coarse-mono.safetensors"}

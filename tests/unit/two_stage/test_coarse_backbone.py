"""Stage 1 by network: what it may see, what it may change, and at which size it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import network_weights
from lacuna_models import weights
from lacuna_models.errors import Cancelled, NothingToSample, WeightsError, WeightsMissing
from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.region import Region
from lacuna_models.run import Run
from lacuna_models.two_stage.coarse import DfnetBackbone, LightBackbone
from lacuna_models.two_stage.loading import ready
from unit.two_stage.regions import DEVICES, box, picture, region

BACKBONES = [LightBackbone, DfnetBackbone]
HOLES = {
    "in the middle": box(90, 130, slice(30, 60), slice(40, 80)),
    "in a corner": box(90, 130, slice(0, 40), slice(100, 130)),
    "over half": box(90, 130, slice(0, 90), slice(20, 120)),
    "all but one pixel": ~box(90, 130, slice(50, 51), slice(60, 61)),
}
Make = Callable[[], LightBackbone | DfnetBackbone]


pytestmark = pytest.mark.usefixtures("weights_folder")


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("hole", HOLES.values(), ids=HOLES)
@pytest.mark.parametrize("channels", [3, 4])
def test_the_hole_is_filled_and_every_other_bit_stays(backbone: Make, device: str, hole: Any, channels: int) -> None:
    seen = region(picture(90, 130, channels), hole)
    filled = backbone().complete(seen, Run(device=device))
    assert filled.shape == seen.image.shape
    assert filled[~hole].tobytes() == seen.image[~hole].tobytes()
    assert np.isfinite(filled).all()
    assert 0 <= filled[hole].min() <= filled[hole].max() <= 1
    assert filled[hole].std() > 0


@pytest.mark.parametrize("backbone", BACKBONES)
def test_it_sees_neither_the_hole_nor_what_is_excluded(backbone: Make) -> None:
    hole, excluded = HOLES["in the middle"], box(90, 130, slice(0, 90), slice(0, 20))
    known = ~hole & ~excluded

    def filled(strange: float) -> bytes:
        image = np.where(known[..., None], picture(90, 130), np.float32(strange))
        return backbone().complete(Region(image, hole, hole.astype(np.float32), known, excluded), Run())[hole].tobytes()

    assert filled(0.0) == filled(1.0) == filled(-40.0)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_it_heeds_what_is_known(backbone: Make) -> None:
    hole = HOLES["in the middle"]
    image = picture(90, 130)
    one, other = (backbone().complete(region(shown, hole), Run())[hole] for shown in (image, image[:, ::-1]))
    assert np.abs(one - other).mean() > 1e-3


@pytest.mark.parametrize("opacity", [254 / 255, 0.5])
def test_dfnet_sees_the_color_of_a_layer_that_is_not_quite_opaque(opacity: float) -> None:
    hole = HOLES["in the middle"]
    opaque = np.dstack([picture(90, 130), np.ones((90, 130), np.float32)])
    thin = opaque * np.array([1, 1, 1, opacity], np.float32)
    one, other = (DfnetBackbone().complete(region(shown, hole), Run())[hole][:, :3] for shown in (opaque, thin))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_same_region_gives_the_same_bits(backbone: Make) -> None:
    seen = region(picture(70, 90), HOLES["in the middle"][:70, :90])
    assert backbone().complete(seen, Run(seed=1)).tobytes() == backbone().complete(seen, Run(seed=2)).tobytes()


@pytest.mark.parametrize("backbone", BACKBONES)
def test_values_beyond_1_are_brought_into_range_and_back(backbone: Make) -> None:
    """Eight times as bright a picture has eight times as bright a fill."""
    hole = HOLES["in the middle"]
    image = picture(90, 130) * np.float32(1.9)
    bright = backbone().complete(region(image, hole), Run())
    brighter = backbone().complete(region(image * 8, hole), Run())
    np.testing.assert_allclose(brighter[hole], bright[hole] * 8, rtol=1e-5)


def test_a_hole_without_surroundings_has_nothing_to_sample() -> None:
    hole = np.ones((40, 40), bool)
    with pytest.raises(NothingToSample):
        LightBackbone().complete(region(picture(40, 40), hole), Run())


def test_no_hole_no_change() -> None:
    image = picture(40, 40)
    assert LightBackbone().complete(region(image, np.zeros((40, 40), bool)), Run()).tobytes() == image.tobytes()


def test_one_pixel_of_a_region_of_two_is_filled() -> None:
    hole = box(1, 2, slice(0, 1), slice(0, 1))
    assert np.isfinite(LightBackbone().complete(region(picture(1, 2), hole), Run())).all()


@pytest.fixture
def seen(weights_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The sizes at which a light network of 112 px is shown something from now on."""
    network_weights.write(weights_folder, "light-coarse.safetensors", size="112")
    ready(LightBackbone.network, "cpu", Run())  # tried there on a picture of its own
    seen: list[tuple[int, ...]] = []
    forward = LightCoarse.forward

    def spy(self: LightCoarse, image: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
        seen.append(tuple(image.shape[-2:]))
        return forward(self, image, hole)

    monkeypatch.setattr(LightCoarse, "forward", spy)
    return seen


@pytest.mark.parametrize(
    ("side", "hole", "works_at"),
    [
        (1000, (slice(50, 450), slice(100, 900)), (64, 112)),  # 200 px deep
        (1000, (slice(100, 184), slice(100, 900)), (256, 512)),  # 42 px
        (1000, (slice(100, 120), slice(100, 900)), (512, 1008)),  # 10 px
        (60, (slice(5, 25), slice(5, 55)), (32, 64)),
    ],
    ids=["a wide hole", "a band", "a stroke", "a small region"],
)
def test_the_light_network_sees_a_hole_as_deep_as_those_it_was_trained_on(
    side: int, hole: tuple[slice, slice], works_at: tuple[int, int], seen: list[tuple[int, ...]]
) -> None:
    """Up to 21 px for weights of 112 px; no region is enlarged or seen smaller than they need; multiples of 16."""
    LightBackbone().complete(region(picture(side // 2, side), box(side // 2, side, *hole)), Run())
    assert seen == [works_at]


def test_what_must_not_be_sampled_is_unknown_to_the_network_like_the_hole(seen: list[tuple[int, ...]]) -> None:
    """A stroke in a wide part that is excluded is seen as small as a wide hole."""
    stroke = region(picture(500, 1000), box(500, 1000, slice(100, 120), slice(100, 900)))
    excluded = box(500, 1000, slice(50, 450), slice(50, 950)) & ~stroke.hole
    LightBackbone().complete(replace(stroke, known=stroke.known & ~excluded, excluded=excluded), Run())
    assert seen == [(64, 112)]


@pytest.mark.parametrize("size", ["0", "-5", "99999", "large"])
def test_a_size_that_is_none_is_refused(size: str, weights_folder: Path) -> None:
    network_weights.write(weights_folder, "light-coarse.safetensors", size=size)
    with pytest.raises(WeightsError, match=r"^light-coarse.safetensors says that it is for pictures of"):
        LightBackbone().complete(region(picture(40, 40), box(40, 40, slice(0, 9), slice(0, 9))), Run())


def test_a_network_for_luma_is_refused(weights_folder: Path) -> None:
    config = {"mono": True, "widths": [8, 8]}
    state = network_weights.random_state("light-coarse", config)
    weights.save(weights_folder / "light-coarse.safetensors", "light-coarse", config, state)
    with pytest.raises(WeightsError, match="luma only"):
        LightBackbone().complete(region(picture(40, 40), box(40, 40, slice(0, 9), slice(0, 9))), Run())


def test_missing_weights_are_told_by_name(weights_folder: Path) -> None:
    (weights_folder / "dfnet.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"dfnet\.safetensors"):
        DfnetBackbone().complete(region(picture(40, 40), box(40, 40, slice(0, 9), slice(0, 9))), Run())


def test_a_cancel_ends_it() -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        LightBackbone().complete(region(picture(40, 40), box(40, 40, slice(0, 9), slice(0, 9))), run)

"""The network of Zhang et al. 2017 as a color solver: what it is given, and what becomes of what it makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import network_weights
from lacuna_models.color.planes import chroma_of, luma_of
from lacuna_models.color.zhang import ZhangSolver
from lacuna_models.errors import Cancelled, NothingToSample, WeightsMissing
from lacuna_models.metrics import cielab
from lacuna_models.networks.lab import lab_of, rgb_of
from lacuna_models.networks.zhang import Zhang
from lacuna_models.region import Region
from lacuna_models.run import Run
from unit.color.color_regions import RED, dot, region_of, smooth_picture, square_hole

DEVICES = ["cpu", *(["cuda:0"] if torch.cuda.is_available() else [])]


@pytest.fixture
def weights_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a narrow network of random weights."""
    network_weights.write(tmp_path, "zhang.safetensors", size="64")
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    return tmp_path


def pixels(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(2).random((count, 1, 3), np.float32)


def test_lab_is_that_of_the_metrics_and_comes_back() -> None:
    rgb = np.concatenate([pixels(500), [[[0, 0, 0]], [[1, 1, 1]], [[0.02, 0.01, 0.03]]]]).astype(np.float32)
    tensor = torch.from_numpy(rgb).permute(2, 0, 1)[None].double()

    lab = lab_of(tensor)

    np.testing.assert_allclose(lab[0].permute(1, 2, 0).numpy(), cielab.lab_of(rgb), atol=1e-4)
    np.testing.assert_allclose(rgb_of(lab).numpy(), tensor.numpy(), atol=1e-6)


def test_colors_that_are_not_given_are_not_seen() -> None:
    network = Zhang(width=4).eval()
    lightness, mask = torch.full((1, 1, 16, 24), 40.0), torch.zeros(1, 1, 16, 24)
    mask[..., :5] = 1
    given = torch.randn(1, 2, 16, 24) * 20
    other = torch.where(mask > 0, given, torch.full_like(given, torch.nan))

    with torch.inference_mode():
        assert torch.equal(network(lightness, given, mask), network(lightness, other, mask))


def test_the_mask_is_centered_as_the_weights_want_it() -> None:
    """Half of the masks value: 0.5 less for all of it is what the other center makes."""
    torch.manual_seed(1)
    retrained = Zhang(width=4, mask_center=0.5).eval()
    from_caffe = Zhang(width=4, mask_center=0.0).eval()
    from_caffe.load_state_dict(retrained.state_dict())
    lightness, given = torch.full((1, 1, 16, 16), 40.0), torch.zeros(1, 2, 16, 16)

    with torch.inference_mode():
        one = retrained(lightness, given, torch.ones(1, 1, 16, 16))
        other = from_caffe(lightness, given, torch.full((1, 1, 16, 16), 0.5))

    torch.testing.assert_close(one, other)


@pytest.mark.usefixtures("weights_folder")
@pytest.mark.parametrize("device", DEVICES)
def test_the_hole_gets_colors_and_keeps_its_luma(device: str) -> None:
    image, hole = smooth_picture(130, 100), square_hole(130, 100, 30, 20, 50)
    image[hole] = np.nan
    luma = luma_of(smooth_picture(130, 100))
    run = Run(device=device)

    colored = ZhangSolver().solve(region_of(image, hole), luma, run)

    np.testing.assert_array_equal(colored[~hole], image[~hole])
    np.testing.assert_allclose(luma_of(colored)[hole], luma[hole], atol=1e-6)
    assert np.abs(chroma_of(colored)[hole]).max() > 0.01
    assert list(run.weights) == ["zhang.safetensors"]


@pytest.mark.usefixtures("weights_folder")
def test_hints_are_met_and_no_seam_is_left() -> None:
    """Random weights make random colors: what is given still holds at its own place, and just beside it."""
    image = np.full((96, 96, 3), RED)
    hole = square_hole(96, 96, 20, 20, 56)
    blue = np.array([0.35, 0.42, 0.6], np.float32)

    colored = ZhangSolver().solve(region_of(image, hole, hints=dot(96, 96, 48, 48, blue, radius=3)), luma_of(image), Run())

    expected = np.broadcast_to(chroma_of(blue), (7, 7, 2))
    np.testing.assert_allclose(chroma_of(colored)[45:52, 45:52], expected, atol=1e-5)
    off = np.abs(colored - image)
    assert off[[20, 75], 20:76].mean() < off[30:66, 30:40].mean() / 3


@pytest.mark.usefixtures("weights_folder")
@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (9, 200)])
def test_any_size_is_colored(shape: tuple[int, int]) -> None:
    image, hole = smooth_picture(*shape), np.ones(shape, bool)

    colored = ZhangSolver().solve(region_of(image, hole, hints=dot(*shape, 0, 0, RED)), luma_of(image), Run())

    assert colored.shape == image.shape
    assert np.isfinite(colored).all()


@pytest.mark.usefixtures("weights_folder")
def test_the_same_seed_or_another_gives_the_same_colors() -> None:
    image, hole = smooth_picture(40, 40), square_hole(40, 40, 10, 10, 20)

    one, other = (ZhangSolver().solve(region_of(image, hole), luma_of(image), Run(seed=seed)) for seed in (1, 2))

    np.testing.assert_array_equal(one, other)


@pytest.mark.usefixtures("weights_folder")
def test_a_reference_picture_is_told_to_be_of_no_use() -> None:
    image, hole = smooth_picture(40, 40), square_hole(40, 40, 10, 10, 20)
    region = Region(image, hole, hole.astype(np.float32), ~hole, reference=image)
    run = Run()

    ZhangSolver().solve(region, luma_of(image), run)

    assert run.warnings == [
        "The color solver zhang takes no colors from another picture; it used this picture's own and the hints."
    ]


def test_without_a_color_or_weights_it_says_so(weights_folder: Path) -> None:
    image, hole = smooth_picture(20, 20), np.ones((20, 20), bool)

    with pytest.raises(NothingToSample):
        ZhangSolver().solve(region_of(image, hole), luma_of(image), Run())
    (weights_folder / "zhang.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"zhang\.safetensors"):
        ZhangSolver().solve(region_of(image, ~hole), luma_of(image), Run())


@pytest.mark.usefixtures("weights_folder")
def test_a_cancel_is_heard_between_two_layers() -> None:
    image, hole = smooth_picture(64, 64), square_hole(64, 64, 10, 10, 40)
    heard: list[float] = []

    def cancel_when_coloring(text: str, _: float) -> None:
        if text == "Coloring":
            heard.append(0)
            run.cancel()

    run = Run(on_progress=cancel_when_coloring)

    with pytest.raises(Cancelled):
        ZhangSolver().solve(region_of(image, hole), luma_of(image), run)
    assert heard == [0]

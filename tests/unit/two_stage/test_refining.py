"""Stage 2 by network: tile by tile it gives what the whole region would, and it changes nothing but the hole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from torch import Tensor, nn

from lacuna_models.errors import Cancelled, NothingFilled, NothingToSample
from lacuna_models.networks.shifts import stacked
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run
from lacuna_models.two_stage import tiling
from lacuna_models.two_stage.inference import infer
from lacuna_models.two_stage.loading import ready
from lacuna_models.two_stage.refining import PublishedUnetRefiner, UnetRefiner
from lacuna_models.two_stage.resizing import padded
from lacuna_models.two_stage.shifting import best_shifts
from lacuna_models.two_stage.tensors import batch, picture_of
from lacuna_models.two_stage.tiling import SMALLER_TILES
from unit.two_stage.regions import DEVICES, box, picture, region

pytestmark = pytest.mark.usefixtures("weights_folder")
HOLES = {
    "in the middle": box(301, 413, slice(90, 200), slice(111, 300)),
    "at the border": box(301, 413, slice(0, 140), slice(250, 413)),
    "over half": box(301, 413, slice(20, 301), slice(0, 350)),
    "scattered": np.random.default_rng(2).random((301, 413)) > 0.999,
}
TOLERANCE = {"cpu": 2e-6, "cuda:0": 2e-2}  # a GPU computes in half precision
Make = Callable[[], UnetRefiner]


def coarse_of(seen: Region) -> Pixels:
    """Something in the hole."""
    filled = seen.image.copy()
    filled[seen.hole] = picture(seen.hole.shape[0], seen.hole.shape[1], seen.image.shape[2])[::-1][seen.hole]
    return filled


def refined(seen: Region, *, tile: int = 0, device: str = "cpu", make: Make = UnetRefiner) -> Pixels:
    run = Run(device=device)
    run.tile = tile
    return make().refine(seen, coarse_of(seen), run)


def untiled(seen: Region) -> Pixels:
    """The network over the whole stack of the whole region, as the paper has it."""
    run = Run()
    loaded = ready(UnetRefiner.network, "cpu", run)
    main, hole = (
        batch(padded(coarse_of(seen), loaded.multiple)),
        batch(padded(seen.hole.astype(np.float32)[..., None], loaded.multiple)),
    )
    made = picture_of(infer(loaded.network, [stacked(main, hole, best_shifts(seen.hole, seen.known))], "cpu", run))
    return np.clip(made[: seen.hole.shape[0], : seen.hole.shape[1]], 0, 1)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("hole", HOLES.values(), ids=HOLES)
@pytest.mark.parametrize("tile", [64, 0])
def test_tiles_have_no_seams(hole: Mask, tile: int, device: str) -> None:
    """Sides that are no multiples of anything; the tiles of 64 px lie by the dozen in the larger holes."""
    seen = region(picture(301, 413), hole)
    np.testing.assert_allclose(refined(seen, tile=tile, device=device)[hole], untiled(seen)[hole], rtol=0, atol=TOLERANCE[device])


def test_the_published_networks_tiles_have_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its halo is so large that only a long region has a tile without the other end in sight."""
    monkeypatch.setattr(tiling, "CPU_BYTES", 1 << 40)
    hole = box(40, 2300, slice(10, 30), slice(5, 2290))
    seen = region(picture(40, 2300), hole)
    tiled, whole = (refined(seen, tile=tile, make=PublishedUnetRefiner) for tile in (256, 4096))
    np.testing.assert_allclose(tiled[hole], whole[hole], rtol=0, atol=2e-6)


@pytest.mark.parametrize("make", [UnetRefiner, PublishedUnetRefiner])
@pytest.mark.parametrize("channels", [3, 4])
def test_only_the_hole_changes(make: Make, channels: int) -> None:
    hole = HOLES["at the border"]
    seen = region(picture(301, 413, channels), hole)
    result = refined(seen, make=make)
    assert result[~hole].tobytes() == seen.image[~hole].tobytes()
    assert np.abs(result[hole] - coarse_of(seen)[hole]).mean(axis=0).min() > 1e-3
    assert 0 <= result[hole].min() <= result[hole].max() <= 1


@pytest.mark.parametrize("make", [UnetRefiner, PublishedUnetRefiner])
def test_it_sees_nothing_that_may_not_be_sampled(make: Make) -> None:
    """What is excluded lies under all four copies of the hole, and beside it."""
    hole = box(100, 100, slice(45, 55), slice(45, 55))
    excluded = ~box(100, 100, slice(0, 20), slice(0, 100)) & ~hole
    known = ~hole & ~excluded

    def filled(strange: float) -> bytes:
        image = np.where(known[..., None], picture(100, 100), np.float32(strange))
        seen = Region(image, hole, hole.astype(np.float32), known, excluded)
        coarse = np.where(hole[..., None], np.float32(0.3), image)
        return make().refine(seen, coarse, Run())[hole].tobytes()

    assert filled(0.0) == filled(1.0) == filled(-40.0)


def test_it_sees_what_lies_a_shift_away() -> None:
    """A fifth of a large region to the right of the hole, much farther than the network itself can see."""
    hole = box(900, 900, slice(440, 460), slice(440, 460))
    image = picture(900, 900)
    changed = image.copy()
    changed[440:460, 620:640] = 1 - changed[440:460, 620:640]
    one, other = (
        UnetRefiner().refine(seen, np.where(hole[..., None], np.float32(0.5), shown), Run())
        for shown in (image, changed)
        for seen in [region(shown, hole)]
    )
    assert np.abs(one - other)[hole].max() > 1e-3


def test_values_beyond_1_are_brought_into_range_and_back() -> None:
    hole = HOLES["in the middle"]
    bright, brighter = (refined(region(picture(301, 413) * np.float32(1.9 * gain), hole)) for gain in (1, 8))
    assert bright[hole].max() > 1 or brighter[hole].max() > 1
    seen = region(picture(301, 413) * np.float32(15.2), hole)
    eight = UnetRefiner().refine(seen, coarse_of(region(picture(301, 413) * np.float32(1.9), hole)) * 8, Run())
    np.testing.assert_allclose(eight[hole], bright[hole] * 8, rtol=1e-4, atol=1e-4)


def test_without_a_filled_picture_there_is_nothing_to_refine() -> None:
    with pytest.raises(NothingFilled):
        UnetRefiner().refine(region(picture(40, 40), box(40, 40, slice(0, 9), slice(0, 9))), None, Run())


def test_a_hole_over_the_whole_frame_has_nothing_to_sample() -> None:
    seen = region(picture(40, 40), np.ones((40, 40), bool))
    with pytest.raises(NothingToSample):
        UnetRefiner().refine(seen, coarse_of(seen), Run())


def test_no_hole_no_change() -> None:
    image = picture(40, 40)
    assert UnetRefiner().refine(region(image, np.zeros((40, 40), bool)), image, Run()).tobytes() == image.tobytes()


def test_progress_and_previews_come_tile_by_tile() -> None:
    hole = HOLES["over half"]
    seen = region(picture(301, 413), hole)
    fractions: list[float] = []
    shown: list[Any] = []
    run = Run(on_progress=lambda _, fraction: fractions.append(fraction), on_preview=lambda one: shown.append(one.copy()))
    run.tile = 112
    result = UnetRefiner().refine(seen, coarse_of(seen), run)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert len(shown) == len(set(fractions[1:])) > 6
    assert (shown[-1] == result).all()


def test_a_cancel_stops_within_a_tile() -> None:
    hole = HOLES["over half"]
    seen = region(picture(301, 413), hole)
    tiles: list[float] = []

    def stop(_: str, fraction: float) -> None:
        tiles.append(fraction)
        if len(tiles) == 4:
            run.cancel()

    run = Run(on_progress=stop)
    run.tile = 64
    with pytest.raises(Cancelled):
        UnetRefiner().refine(seen, coarse_of(seen), run)
    assert len(tiles) == 4


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Height and width of what the network is given, tile by tile."""
    seen: list[tuple[int, int]] = []

    def spy(network: nn.Module, inputs: list[Tensor], device: str, run: Run) -> Tensor:
        seen.append((inputs[0].shape[-2], inputs[0].shape[-1]))
        return infer(network, inputs, device, run)

    monkeypatch.setattr(tiling, "infer", spy)
    return seen


def test_tiles_are_as_large_as_memory_allows(sizes: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of 100 MiB has more tiles than one of 1 GiB, and the same pixels."""
    hole = box(440, 440, slice(10, 430), slice(10, 430))
    seen = region(picture(440, 440), hole)
    large = refined(seen)
    assert sizes == [(448, 448)]
    monkeypatch.setattr(tiling, "CPU_BYTES", 100 << 20)
    small = refined(seen)
    assert len(sizes) > 9
    assert max(height * width for height, width in sizes[1:]) * UnetRefiner.pixel_bytes <= 100 << 20
    np.testing.assert_allclose(small[hole], large[hole], rtol=0, atol=2e-6)


@pytest.mark.parametrize(("allowed", "warnings"), [(100 << 20, [SMALLER_TILES]), (1 << 30, [])])
def test_tiles_that_are_asked_for_are_no_larger_than_memory_allows(
    allowed: int, warnings: list[str], sizes: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiling, "CPU_BYTES", allowed)
    seen = region(picture(440, 440), box(440, 440, slice(10, 430), slice(10, 430)))
    run = Run()
    run.tile = 4096
    UnetRefiner().refine(seen, coarse_of(seen), run)
    assert max(height * width for height, width in sizes) * UnetRefiner.pixel_bytes <= allowed
    assert run.warnings == warnings

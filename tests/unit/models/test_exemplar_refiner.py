"""The refiner as the pipeline sees it: odd shapes, ranges, opacity, cancel, progress."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_models import registry
from lacuna_models.errors import Cancelled, NothingToSample
from lacuna_models.exemplar.refiner import ExemplarRefiner
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run


def region_of(image: Pixels, hole: Mask, known: Mask | None = None) -> Region:
    return Region(image, hole, hole.astype(np.float32), ~hole if known is None else known)


def noise(height: int, width: int, channels: int = 3) -> Pixels:
    return np.random.default_rng(height * 1000 + width).random((height, width, channels)).astype(np.float32)


def hole_at(height: int, width: int, rows: slice, columns: slice) -> Mask:
    mask = np.zeros((height, width), np.bool_)
    mask[rows, columns] = True
    return mask


ALL = slice(None)
SHAPES: dict[str, tuple[int, int, slice, slice]] = {
    "one pixel": (33, 41, slice(16, 17), slice(20, 21)),
    "odd sizes": (67, 91, slice(20, 41), slice(33, 62)),
    "corner": (64, 64, slice(0, 20), slice(0, 20)),
    "a whole side": (64, 64, ALL, slice(40, 64)),
    "over nine tenths": (64, 64, slice(0, 62), slice(0, 62)),
    "a stripe through": (64, 64, slice(25, 40), ALL),
    "one row": (1, 40, ALL, slice(10, 14)),
    "one column": (40, 1, slice(10, 14), ALL),
    "narrower than a patch": (4, 60, ALL, slice(20, 30)),
    "two pixels": (1, 2, ALL, slice(0, 1)),
}


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_filled_and_nothing_else_changes(shape: str, channels: int) -> None:
    height, width, rows, columns = SHAPES[shape]
    image, hole = noise(height, width, channels), hole_at(height, width, rows, columns)
    given = image.copy()
    region = region_of(image, hole)
    filled = ExemplarRefiner().refine(region, None, Run())
    assert filled.dtype == np.float32
    assert filled.shape == image.shape
    assert np.array_equal(filled[~hole], image[~hole])
    assert image[~hole].min() - 1e-5 <= filled[hole].min()
    assert filled[hole].max() <= image[~hole].max() + 1e-5
    assert np.array_equal(image, given)


def test_several_holes_and_scattered_pixels() -> None:
    image = noise(90, 90)
    hole = hole_at(90, 90, slice(10, 20), slice(10, 30)) | hole_at(90, 90, slice(60, 75), slice(50, 70))
    hole |= np.random.default_rng(0).random((90, 90)) < 0.03
    filled = ExemplarRefiner().refine(region_of(image, hole), None, Run())
    assert np.isfinite(filled).all()
    assert np.array_equal(filled[~hole], image[~hole])


def test_no_hole_gives_the_picture_back() -> None:
    image = noise(20, 20)
    filled = ExemplarRefiner().refine(region_of(image, np.zeros((20, 20), np.bool_)), None, Run())
    assert np.array_equal(filled, image)


def test_nothing_known_is_said() -> None:
    hole = np.ones((20, 20), np.bool_)
    with pytest.raises(NothingToSample):
        ExemplarRefiner().refine(region_of(noise(20, 20), hole), None, Run())


def test_one_known_pixel_fills_everything() -> None:
    image, hole = noise(20, 20), np.ones((20, 20), np.bool_)
    hole[3, 4] = False
    filled = ExemplarRefiner().refine(region_of(image, hole), None, Run())
    assert np.allclose(filled, image[3, 4], atol=1e-6)


@pytest.mark.parametrize("factor", [-3.0, 1e-20, 65504.0, 1e30])
def test_values_of_any_range_are_filled_alike(factor: float) -> None:
    """The fill of a picture times a number is the fill times that number."""
    image, hole = noise(64, 64), hole_at(64, 64, slice(20, 40), slice(20, 40))
    exponent = np.float32(2.0 ** np.round(np.log2(abs(factor))) * np.sign(factor))
    plain = ExemplarRefiner().refine(region_of(image, hole), None, Run())
    scaled = ExemplarRefiner().refine(region_of(image * exponent, hole), None, Run())
    assert np.array_equal(scaled, plain * exponent)


def test_the_color_under_no_opacity_does_not_matter() -> None:
    """Two pictures that look the same are filled with what looks the same."""
    image, hole = noise(64, 64, 4), hole_at(64, 64, slice(24, 40), slice(24, 40))
    image[:, :32, 3] = 0
    other = image.copy()
    other[:, :32, :3] = 1 - other[:, :32, :3]
    first, second = (ExemplarRefiner().refine(region_of(one, hole), None, Run())[hole] for one in (image, other))
    assert np.array_equal(first, second)
    assert 0 < np.count_nonzero(first[:, 3]) < len(first)


def test_progress_rises_to_one_and_previews_grow() -> None:
    fractions: list[float] = []
    sizes: list[tuple[int, ...]] = []
    kept: list[str] = []
    run = Run(
        on_progress=lambda _, fraction: fractions.append(fraction),
        on_preview=lambda picture: sizes.append(picture.shape),
        on_stage=lambda name, _: kept.append(name),
    )
    hole = hole_at(120, 100, slice(40, 80), slice(30, 70))
    ExemplarRefiner().refine(region_of(noise(120, 100), hole), None, run)
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert sizes == sorted(sizes)
    assert len(sizes) > 2
    assert kept == ["initial"]


def test_a_run_that_is_cancelled_before_it_starts_does_no_work() -> None:
    previews: list[NDArray[Any]] = []
    run = Run(on_preview=previews.append)
    run.cancel()
    hole = hole_at(120, 120, slice(40, 80), slice(40, 80))
    with pytest.raises(Cancelled):
        ExemplarRefiner().refine(region_of(noise(120, 120), hole), None, run)
    assert previews == []


def test_cancel_from_another_thread_is_answered_within_a_sweep() -> None:
    """The computing thread waits in a progress report until the other has cancelled; no further report comes."""
    asked, cancelled = threading.Event(), threading.Event()
    reports: list[float] = []

    def report(_: str, fraction: float) -> None:
        reports.append(fraction)
        asked.set()
        cancelled.wait()

    run = Run(on_progress=report)

    def cancel() -> None:
        asked.wait()
        run.cancel()
        cancelled.set()

    other = threading.Thread(target=cancel)
    other.start()
    hole = hole_at(200, 200, slice(60, 140), slice(60, 140))
    with pytest.raises(Cancelled):
        ExemplarRefiner().refine(region_of(noise(200, 200), hole), None, run)
    other.join()
    assert len(reports) == 1


def test_a_guide_that_is_not_finite_is_refused() -> None:
    image, hole = noise(30, 30), hole_at(30, 30, slice(10, 20), slice(10, 20))
    with pytest.raises(ValueError, match="finite"):
        ExemplarRefiner().refine(region_of(image, hole), np.full_like(image, np.nan), Run())


def test_the_registry_finds_the_engine() -> None:
    assert registry.find("auto").refiner == "exemplar"
    assert isinstance(registry.load("exemplar"), ExemplarRefiner)


@pytest.mark.parametrize("folder", ["cache", "not a folder"])
def test_kernels_compile_whether_or_not_the_code_can_be_kept(folder: str, tmp_path: Path, tree: Path) -> None:
    """NUMBA_CACHE_DIR decides alone where the code is kept; a file in its place means nowhere."""
    place = tmp_path / folder
    if folder == "not a folder":
        place.write_text("")
    environment = {
        "PYTHONPATH": str(tree / "models"),
        "NUMBA_CACHE_DIR": str(place),
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    done = subprocess.run(
        [sys.executable, "-m", "lacuna_models.exemplar.compile"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert any(tmp_path.rglob("kernels.search-*.nbi")) == (folder == "cache")

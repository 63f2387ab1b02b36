"""The monochromic bottleneck: luma is filled first, then a color solver gives it color from this picture alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import network_weights
from lacuna_client.errors import LacunaError
from lacuna_client.result import Result
from lacuna_models import registry
from lacuna_models.registry import SOLVER
from lacuna_models.run import Run
from lacuna_server.methods import is_accelerated, method_of
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.pixels import array_of
from unit.server.scenes import SIZE, ask, box, disc, luma, pasted, spanned, waves


@pytest.fixture
def networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, small and random."""
    network_weights.write(tmp_path)
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))


def filled(image: NDArray[Any], *, run: Run | None = None, **options: Any) -> Result:
    return inpaint(ask(box(image, disc()), **{"color_solver": "levin", "output": "composite", **options}), run or Run())


def stages(image: NDArray[Any], **options: Any) -> dict[str, NDArray[Any]]:
    """What --save-stages would write, by name without the island's."""
    kept: dict[str, NDArray[Any]] = {}
    run = Run(on_stage=lambda name, picture: kept.update({name.removeprefix("box-0-0-"): picture}))
    filled(image, run=run, **options)
    return kept


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"method": "mono"}, ("none", "exemplar", "levin")),
        ({"method": "mono", "color_solver": ""}, ("none", "exemplar", SOLVER)),
        ({"method": "mono", "color_solver": "none"}, ("none", "exemplar", "none")),
        ({"method": "patchmatch", "color_solver": "auto"}, ("none", "exemplar", SOLVER)),
        ({"method": "telea"}, ("telea", "none", "levin")),
        ({"method": "telea", "color_solver": ""}, ("telea", "none", "none")),
    ],
)
def test_a_color_solver_makes_any_method_mono(options: dict[str, Any], parts: tuple[str, str, str]) -> None:
    made = filled(waves(), **options).provenance
    assert (made["backbone"], made["refiner"], made["color_solver"]) == parts
    assert ("color" in made["times"]) == (parts[2] != "none")


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_outside_the_hole_no_bit_changes(dtype: str) -> None:
    image = waves(dtype)
    (patch,) = filled(image, method="mono").patches
    outside = ~spanned(patch)
    assert pasted(image, patch)[outside].tobytes() == image[outside].tobytes()


def test_the_luma_is_that_of_the_gray_pictures_fill() -> None:
    """What fills sees no color; what colors keeps the luma."""
    image = waves("f4")
    gray = np.concatenate([np.repeat(luma(image)[..., None], 3, axis=2), image[..., 3:]], axis=2).astype(np.float32)
    (colored,), (plain,) = filled(image, method="telea").patches, filled(gray, method="telea", color_solver="none").patches
    np.testing.assert_allclose(luma(array_of(colored.pixels)), luma(array_of(plain.pixels)), atol=1e-5)
    assert np.ptp(array_of(colored.pixels)[..., :3], axis=2).max() > 0.1


def test_the_stages_show_gray_before_and_color_after() -> None:
    kept = stages(waves(), method="mono")
    assert list(kept) == ["alpha", "initial", "exemplar", "fill"]
    assert np.ptp(kept["exemplar"], axis=2).max() < 1e-6
    assert np.ptp(kept["fill"][disc() > 0], axis=1).max() > 0.1


def test_the_color_comes_from_the_surroundings() -> None:
    image = waves()
    image[..., :3] = np.where(np.arange(SIZE[1])[:, None] < 60, (128, 51, 51), (153, 204, 153))
    out = pasted(image, filled(image, method="telea").patches[0]).astype(int)
    assert (out[40:50, 48:54, 0] > out[40:50, 48:54, 1] + 30).all()
    assert (out[40:50, 66:72, 1] > out[40:50, 66:72, 0] + 30).all()


@pytest.mark.parametrize("solver", ["levin", "fast"])
def test_a_gray_picture_gets_a_gray_fill(solver: str) -> None:
    image = waves()
    image[..., 1] = image[..., 2] = image[..., 0]
    (patch,) = filled(image, method="mono", color_solver=solver).patches
    pixels = array_of(patch.pixels)
    assert (np.ptp(pixels[..., :3], axis=2) == 0).all()


def test_the_fills_opacity_is_kept() -> None:
    image = waves("f4")
    image[..., 3] = 0.6
    (patch,) = filled(image, method="telea").patches
    np.testing.assert_allclose(array_of(patch.pixels)[..., 3], 0.6, atol=1e-5)


def test_variants_differ_and_each_is_colored() -> None:
    result = filled(waves(), method="mono", variants=2)
    one, two = (array_of(patch.pixels) for patch in result.patches)
    assert (one != two).any()
    assert all(np.ptp(pixels[..., :3], axis=2).max() > 25 for pixels in (one, two))


@pytest.mark.parametrize(("method", "variants"), [("telea", 1), ("mono", 2)])
def test_progress_rises_to_1_through_all_stages(method: str, variants: int) -> None:
    seen: list[tuple[str, float]] = []
    filled(waves(), run=Run(on_progress=lambda text, fraction: seen.append((text, fraction))), method=method, variants=variants)
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert any(text.startswith("Restoring the color") for text, _ in seen)


@pytest.mark.parametrize("after", [0.1, 0.75])
def test_a_cancel_is_heard_in_every_stage(after: float) -> None:
    run = Run(on_progress=lambda _, fraction: run.cancel() if fraction >= after else None)
    with pytest.raises(LacunaError) as caught:
        filled(waves(), run=run, method="mono")
    assert caught.value.code == "cancelled"


@pytest.mark.usefixtures("networks")
@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"method": "light-mono", "color_solver": ""}, ("light-mono", "none", SOLVER)),
        ({"method": "two-stage", "backbone": "light-mono", "refiner": "unet-mono"}, ("light-mono", "unet-mono", "levin")),
        ({"method": "hybrid", "backbone": "light-mono"}, ("light-mono", "exemplar", "levin")),
        ({"method": "two-stage"}, ("light", "unet", "levin")),
        ({"method": "mono", "refiner": "exemplar+unet-mono"}, ("none", "exemplar+unet-mono", "levin")),
    ],
)
def test_networks_fill_luma_and_the_solver_colors_it(options: dict[str, Any], parts: tuple[str, str, str]) -> None:
    result = filled(waves(), **options)
    made = result.provenance
    assert (made["backbone"], made["refiner"], made["color_solver"]) == parts
    kept = stages(waves(), **options)
    assert np.ptp(kept["coarse" if "coarse" in kept else "exemplar"], axis=2).max() < 1e-5
    assert np.ptp(kept["fill"][disc() > 0], axis=1).max() > 0.1


@pytest.mark.usefixtures("networks")
def test_a_network_for_luma_needs_a_color_solver() -> None:
    with pytest.raises(LacunaError) as caught:
        filled(waves(), method="light-mono", color_solver="none")
    assert caught.value.code == "nothing_colors"


@pytest.mark.parametrize("name", ["magic", "exemplar", "light"])
def test_what_is_no_color_solver_is_told(name: str) -> None:
    with pytest.raises(LacunaError) as caught:
        filled(waves(), method="mono", color_solver=name)
    assert caught.value.code == "unknown_part"


def test_a_job_is_accelerated_by_the_parts_it_has() -> None:
    assert registry.is_accelerated(method_of("mono", color_solver="pyramid"))
    assert not registry.is_accelerated(method_of("mono"))
    assert is_accelerated("inpaint", {"method": "mono", "color_solver": "pyramid"})
    assert is_accelerated("colorize", {"color_solver": "pyramid"})
    assert not is_accelerated("colorize", {})
    assert not is_accelerated("recolor", {})


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("inpaint", {"method": 7}, "bad_request"),
        ("inpaint", {"color_solver": None}, "bad_request"),
        ("colorize", {"color_solver": ["fast"]}, "bad_request"),
        ("colorize", {"color_solver": "magic"}, "unknown_part"),
    ],
)
def test_names_from_the_wire_are_not_trusted(operation: str, params: dict[str, Any], code: str) -> None:
    with pytest.raises(LacunaError) as caught:
        is_accelerated(operation, params)
    assert caught.value.code == code

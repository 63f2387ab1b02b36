"""The whole operation on requests as they come over the wire, with real methods."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.result import Result
from lacuna_models.run import Run
from lacuna_server.pipeline.failures import as_sentences
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.pixels import array_of
from unit.server.scenes import METHOD, SIZE, Pixels, ask, box, disc, fill, pasted, spanned, waves

DTYPES = ["u1", "u2", "f4"]


@pytest.mark.parametrize("output", ["composite", "in-place"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_outside_the_spans_a_patch_holds_the_originals_bits(dtype: str, output: str) -> None:
    image, selection = waves(dtype), disc(soft=True)
    (patch,) = fill(box(image, selection), output=output).patches
    allowed, out = spanned(patch), pasted(image, patch)
    assert out[~allowed].tobytes() == image[~allowed].tobytes()
    assert (out[allowed] != image[allowed]).any()


def test_a_patch_is_the_holes_bounding_box_in_layer_pixels() -> None:
    (patch,) = fill(box(waves(), disc(), at=(1000, -5)), grow=3, feather=0).patches
    assert patch.rect == Rect(1000 + 60 - 17, -5 + 45 - 17, 35, 35)
    assert array_of(patch.pixels).shape == (35, 35, 4)


def test_in_place_never_changes_what_is_not_selected() -> None:
    image, selection = waves(), disc(soft=True)
    (patch,) = fill(box(image, selection), output="in-place", grow=8, feather=6).patches
    changed = (pasted(image, patch) != image).any(axis=2)
    assert changed.any()
    assert not changed[selection == 0].any()


def test_in_place_blends_a_soft_selection_by_its_own_values() -> None:
    """Deep in the grown hole alpha is 1, so the smaller of the two is the selection."""
    image, selection = waves("f4"), disc(soft=True)
    (whole,) = fill(box(image, selection), output="composite", grow=12, feather=0).patches
    (soft,) = fill(box(image, selection), output="in-place", grow=12, feather=0).patches
    share = (selection / np.float32(255))[..., None]
    expected = image + share * (pasted(image, whole) - image)
    np.testing.assert_allclose(pasted(image, soft), expected, atol=1e-6)


@pytest.mark.parametrize("method", ["patchmatch", "navier-stokes", "telea"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_gray_picture_gets_a_gray_fill(dtype: str, method: str) -> None:
    image = waves(dtype)
    image[..., :3] = image[..., :1]
    (patch,) = fill(box(image, disc()), output="layer", method=method).patches
    red, green, blue, _ = np.moveaxis(array_of(patch.pixels), 2, 0)
    np.testing.assert_array_equal(red, green)
    np.testing.assert_array_equal(green, blue)


@pytest.mark.parametrize("method", ["patchmatch", "navier-stokes"])
def test_the_fill_does_not_depend_on_what_was_selected(method: str) -> None:
    image, selection = waves("f4"), disc()
    other = image.copy()
    other[selection > 0] = (1, 0, 1, 0.5)
    one, two = (fill(box(pixels, selection), output="layer", method=method).patches[0] for pixels in (image, other))
    np.testing.assert_array_equal(array_of(one.pixels), array_of(two.pixels))


def test_a_transparent_hole_becomes_as_opaque_as_the_fill() -> None:
    image = waves()
    image[disc() > 0] = 0
    (patch,) = fill(box(image, disc()), output="composite").patches
    assert (pasted(image, patch)[..., 3] == 255).all()


@pytest.mark.parametrize("output", ["composite", "in-place"])
def test_a_locked_alpha_channel_stays(output: str) -> None:
    image = waves()
    image[..., 3] = np.linspace(0, 255, SIZE[1]).astype(np.uint8)
    (patch,) = fill(box(image, disc()), output=output, keep_alpha=True).patches
    np.testing.assert_array_equal(pasted(image, patch)[..., 3], image[..., 3])


def test_each_island_has_its_patch_and_an_empty_box_none() -> None:
    one, empty, two = (
        box(waves(), disc()),
        box(waves(), np.zeros(SIZE, np.uint8), at=(200, 0)),
        box(waves(), disc(), at=(5000, 0)),
    )
    result = fill(one, empty, two)
    assert [patch.rect.x // 1000 for patch in result.patches] == [0, 5]
    names = [buffer.spec.name for buffer in result.buffers()]
    assert len(set(names)) == len(names)


def test_a_result_survives_the_wire() -> None:
    result = fill(box(waves(), disc()))
    parsed = Result.parse(result.fields(), result.buffers())
    assert parsed.patches == result.patches
    assert parsed.provenance == result.provenance


def test_progress_runs_from_0_to_1_over_all_islands_without_going_back() -> None:
    seen: list[float] = []
    boxes = [box(waves(), disc()), box(waves(size=(200, 200)), disc((200, 200)), at=(500, 0))]
    inpaint(ask(*boxes), Run(on_progress=lambda _, fraction: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1


def test_the_provenance_says_how_it_was_made() -> None:
    made = fill(box(waves(), disc()), seed=7).provenance
    assert (made["method"], made["seed"], made["device"], made["weights"], made["warnings"]) == (METHOD, 7, "cpu", {}, [])
    assert (made["variants"], made["grow"], made["feather"]) == (1, 2, 2)
    assert not {"mirror", "rotate", "scale", "search", "sources"} & made.keys()
    assert made["versions"].keys() >= {"lacuna", "numpy", "opencv"}
    assert made["times"].keys() == {"region", "coarse", "composite", "total"}


def test_auto_is_told_by_the_name_of_what_it_stands_for() -> None:
    assert fill(box(waves(), disc()), method="auto").provenance["method"] == "patchmatch"


def test_every_stage_can_be_kept() -> None:
    kept: dict[str, tuple[int, ...]] = {}
    inpaint(ask(box(waves(), disc())), Run(on_stage=lambda name, picture: kept.update({name: picture.shape})))
    assert [name.rpartition("-")[2] for name in kept] == ["alpha", "coarse", "fill"]
    assert list(kept.values()) == [SIZE, (*SIZE, 3), (*SIZE, 3)]


@pytest.mark.parametrize("method", ["patchmatch", METHOD])
def test_a_cancel_ends_it_at_the_next_look(method: str) -> None:
    run = Run(on_progress=lambda _, fraction: run.cancel() if fraction > 0.05 else None)
    with pytest.raises(LacunaError) as caught:
        inpaint(ask(box(waves(), disc()), method=method), run)
    assert caught.value.code == "cancelled"


def _nan(channel: int) -> Pixels:
    image = waves("f4")
    image[2, 2, channel] = np.nan
    return image


@pytest.mark.parametrize(
    ("code", "request_"),
    [
        ("empty_selection", ask(box(waves(), np.zeros(SIZE, np.uint8)))),
        ("nothing_to_sample", ask(box(waves(), np.full(SIZE, 255, np.uint8)))),
        ("nothing_to_sample", ask(box(np.zeros((*SIZE, 4), np.uint8), disc()))),
        ("bad_pixels", ask(box(_nan(1), disc()))),
        ("bad_request", ask(box(waves(), np.full(SIZE, np.nan, np.float32)))),
        ("unknown_method", ask(box(waves(), disc()), method="magic")),
        ("no_device", ask(box(waves(), disc()), device="cuda:99")),
        ("bad_value", ask(box(waves(), disc()), device="toaster")),
    ],
)
def test_what_cannot_be_filled_is_told_by_its_code(code: str, request_: InpaintRequest) -> None:
    with pytest.raises(LacunaError) as caught:
        inpaint(request_, Run())
    assert caught.value.code == code


def _numpy_runs_out() -> None:
    np.empty(1 << 60, np.uint8)


def _opencv_runs_out() -> None:
    cv2.resize(np.zeros((1, 1), np.uint8), (1 << 30, 1 << 30))


def _torch_runs_out() -> None:
    import torch

    torch.empty(1 << 60, dtype=torch.uint8)


@pytest.mark.parametrize("run_out", [_numpy_runs_out, _opencv_runs_out, _torch_runs_out])
def test_too_little_memory_is_told_whoever_notices_it(run_out: Any) -> None:
    with pytest.raises(LacunaError) as caught, as_sentences():
        run_out()
    assert caught.value.code == "out_of_memory"


def test_a_defect_is_not_disguised() -> None:
    with pytest.raises(ZeroDivisionError), as_sentences():
        _ = 1 / 0

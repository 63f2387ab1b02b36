"""`import lacuna`: any picture as an array, in this process."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from inspect import Parameter, signature
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import lacuna
from lacuna.options import Options
from lacuna_client import settings
from lacuna_client.islands import plan, usual_grow
from lacuna_models import registry
from lacuna_server.pipeline.asking import inpaint_requests
from lacuna_server.pipeline.blend import alpha_of, weights
from lacuna_server.pipeline.boxes import Canvas, occupied

METHOD = "navier-stokes"
SIZE = (160, 220)


def picture(dtype: str, channels: int | None) -> NDArray[Any]:
    values = np.random.default_rng(3).random((*SIZE, channels) if channels else SIZE) * 0.5 + 0.25
    if channels in (2, 4):
        values[..., -1] = 1
    return (values * {"u1": 255, "u2": 65535}.get(dtype, 1)).astype(dtype)


@pytest.fixture
def mask() -> NDArray[np.uint8]:
    """A soft disc and a far scratch."""
    mask = np.zeros(SIZE, np.uint8)
    cv2.circle(mask, (60, 80), 15, 255, -1)
    cv2.line(mask, (180, 20), (200, 40), 255, 2, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (5, 5), 0))


@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1", "u2", "f2", "f4", "f8"])
def test_every_kind_of_picture_is_filled_and_keeps_its_bits_outside(dtype: str, channels: int | None, mask: NDArray[Any]) -> None:
    image = picture(dtype, channels)
    before = image.copy()
    filled = lacuna.inpaint(image, mask, method=METHOD)
    outside = alpha_of(weights(mask), usual_grow(occupied(mask)), 4) == 0
    assert (filled.shape, filled.dtype) == (image.shape, image.dtype)
    assert filled[outside].tobytes() == image[outside].tobytes()
    assert (filled[mask == 255] != image[mask == 255]).any()
    np.testing.assert_array_equal(image, before)


def test_a_mask_means_the_same_in_every_dtype(mask: NDArray[np.uint8]) -> None:
    image = picture("u2", 3)
    expected = lacuna.inpaint(image, mask, method=METHOD)
    for same in (mask.astype(np.uint16) * 257, mask / np.float64(255), (mask / 255).astype(np.float32)):
        np.testing.assert_allclose(lacuna.inpaint(image, same, method=METHOD), expected, atol=1)
    hard = mask > 100
    np.testing.assert_array_equal(
        lacuna.inpaint(image, hard, method=METHOD), lacuna.inpaint(image, hard.astype(np.uint8) * np.uint8(255), method=METHOD)
    )


def test_the_default_method_fills_and_repeats_itself(mask: NDArray[np.uint8]) -> None:
    image = picture("u1", 3)
    one, two = (lacuna.inpaint(image, mask) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_values_beyond_1_survive_in_floats(mask: NDArray[np.uint8]) -> None:
    image = picture("f4", 3) * np.float32(20)
    assert lacuna.inpaint(image, mask, method=METHOD)[mask == 255].max() > 4


def test_more_islands_than_a_request_holds_are_all_filled() -> None:
    image, mask = np.full((200, 6000, 3), 128, np.uint8), np.zeros((200, 6000), np.uint8)
    mask[100:104, 20::60] = 255
    image[mask > 0] = 0
    seen: list[float] = []
    filled = lacuna.inpaint(
        image, mask, method=METHOD, context=4, grow=0, feather=0, progress=lambda _, fraction: seen.append(fraction)
    )
    assert (
        len(inpaint_requests(Canvas(image, mask), {**settings.defaults(), "grow": 0, "feather": 0, "context": 4}).requests) == 2
    )
    np.testing.assert_allclose(filled, 128, atol=1)
    assert seen == sorted(seen)


@pytest.mark.parametrize("spread", [True, False])
def test_islands_far_apart_cost_what_their_boxes_cost(spread: bool) -> None:
    """Two small islands of 100 megapixels; beyond the copy that is returned, memory follows the boxes."""
    image, mask = np.zeros((10000, 10000), np.uint8), np.zeros((10000, 10000), np.uint8)
    image[:] = np.arange(10000, dtype=np.uint16).astype(np.uint8)
    mask[50:70, 50:70] = 255
    mask[9900:9920, 9900:9920] = 255 if spread else 0
    tracemalloc.start()
    try:
        lacuna.inpaint(image, mask, method=METHOD)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < image.nbytes + (30 << 20)


def test_the_boxes_are_those_that_the_plug_in_cuts(mask: NDArray[np.uint8]) -> None:
    values = {**settings.defaults(), "grow": 3, "feather": 2, "context": 10}
    (request,), _ = inpaint_requests(Canvas(picture("u1", 3), mask), values)
    tiles = {(x // 32, y // 32) for y, x in zip(*np.nonzero(mask), strict=True)}
    assert set(occupied(mask)) == tiles
    assert [one.rect for one in request.boxes] == plan(tiles, SIZE[1], SIZE[0], grow=3, feather=2, context=10)


def test_the_usual_grow_is_the_plug_ins(mask: NDArray[np.uint8]) -> None:
    wide = np.zeros((600, 800), np.uint8)
    wide[100:420, 200:520] = 255
    (request,), _ = inpaint_requests(Canvas(np.zeros((600, 800, 3), np.uint8), wide), settings.defaults())
    assert request.grow == usual_grow(occupied(wide)) == 7
    image = picture("u1", 3)
    automatic, given = (lacuna.inpaint(image, mask, method=METHOD, grow=grow) for grow in ("auto", usual_grow(occupied(mask))))
    np.testing.assert_array_equal(automatic, given)


def far_sources() -> NDArray[np.float64]:
    """Only the top right corner may be sampled: half and more counts."""
    sources = np.full(SIZE, 0.49)
    sources[:30, 180:] = 0.5
    return sources


def test_only_what_the_sources_allow_is_sampled(mask: NDArray[np.uint8]) -> None:
    image = picture("u1", 3)
    image[:30, 180:] = (10, 250, 10)
    mask[:, 150:] = 0
    filled = lacuna.inpaint(image, mask, sources=far_sources(), feather=0)
    assert (filled[mask == 255] == (10, 250, 10)).all()
    outside = alpha_of(weights(mask), usual_grow(occupied(mask)), 0) == 0
    np.testing.assert_array_equal(filled[outside], image[outside])


def test_sources_mean_the_same_in_every_dtype(mask: NDArray[np.uint8]) -> None:
    image, sources = picture("u2", 3), far_sources()
    expected = lacuna.inpaint(image, mask, method=METHOD, sources=sources)
    kinds: list[NDArray[Any]] = [
        sources >= 0.5,
        np.rint(sources * 255).astype(np.uint8),
        np.rint(sources * 65535).astype(np.uint16),
    ]
    for same in kinds:
        np.testing.assert_array_equal(lacuna.inpaint(image, mask, method=METHOD, sources=same), expected)


def test_the_boxes_reach_to_the_sources_as_the_plug_ins_do() -> None:
    mask, sources = np.zeros((3000, 3000), bool), np.zeros((3000, 3000), bool)
    mask[100:110, 100:110], sources[2500:2600, 2000:2100] = True, True
    (request,), _ = inpaint_requests(
        Canvas(np.zeros((3000, 3000, 3), np.uint8), mask, sources), {**settings.defaults(), "grow": 3}
    )
    allowed = set(occupied(sources))
    assert [one.rect for one in request.boxes] == plan(occupied(mask), 3000, 3000, grow=3, feather=4, context=0, allowed=allowed)
    assert request.boxes[0].rect.bottom >= 2600


@pytest.mark.parametrize("channels", [None, 3])
def test_variants_differ_inside_only_and_the_first_is_the_fill(channels: int | None, mask: NDArray[np.uint8]) -> None:
    image = picture("u2", channels)
    one, two, three = lacuna.variants(image, mask, 3)
    np.testing.assert_array_equal(one, lacuna.inpaint(image, mask))
    inside = mask == 255
    assert len({filled[inside].tobytes() for filled in (one, two, three)}) == 3
    outside = alpha_of(weights(mask), usual_grow(occupied(mask)), 4) == 0
    assert {filled[outside].tobytes() for filled in (one, two, three)} == {image[outside].tobytes()}
    assert {(filled.shape, filled.dtype) for filled in (one, two, three)} == {(image.shape, image.dtype)}


def test_a_method_that_cannot_vary_gives_one_variant_and_warns(mask: NDArray[np.uint8]) -> None:
    image = picture("u1", 3)
    with pytest.warns(UserWarning, match="one variant was made instead of 3") as caught:
        (one,) = lacuna.variants(image, mask, 3, method="telea")
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(one, lacuna.inpaint(image, mask, method="telea"))


def test_variants_take_every_option_of_a_fill() -> None:
    named = {name for name, one in signature(lacuna.inpaint).parameters.items() if one.kind is Parameter.KEYWORD_ONLY}
    assert named == Options.__annotations__.keys()


def test_an_unknown_option_is_a_type_error(mask: NDArray[np.uint8]) -> None:
    options: dict[str, Any] = {"colour": "red"}
    with pytest.raises(TypeError, match="colour"):
        lacuna.variants(picture("u1", 3), mask, 2, **options)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("empty_selection", {"mask": np.zeros(SIZE, bool)}),
        ("mask_size", {"mask": np.ones((3, 3), bool)}),
        ("bad_value", {"mask": np.full(SIZE, np.nan)}),
        ("bad_value", {"grow": -1}),
        ("bad_value", {"grow": "much"}),
        ("bad_value", {"feather": 1.5}),
        ("bad_value", {"mirror": 1}),
        ("bad_value", {"rotate": 200}),
        ("bad_value", {"search": "magic"}),
        ("bad_value", {"sources": np.full(SIZE, np.nan)}),
        ("bad_value", {"sources": np.ones(SIZE, np.uint8)}),
        ("sources_size", {"sources": np.ones((3, 3), bool)}),
        ("no_sources", {"sources": np.zeros(SIZE, bool)}),
        ("unknown_method", {"method": "magic"}),
        ("unknown_part", {"backbone": "magic"}),
        ("unknown_part", {"refiner": "exemplar+magic"}),
        ("nothing_filled", {"refiner": "unet"}),
        ("weights_missing", {"method": "dfnet"}),
        ("bad_value", {"tile": 7}),
        ("no_device", {"device": "cuda:99"}),
        ("nothing_to_sample", {"mask": np.ones(SIZE, bool)}),
    ],
)
def test_failures_have_codes(code: str, change: dict[str, Any], mask: NDArray[np.uint8]) -> None:
    with pytest.raises(lacuna.LacunaError) as caught:
        lacuna.inpaint(**{"image": picture("u1", 3), "mask": mask, **change})
    assert caught.value.code == code


@pytest.mark.parametrize("image", [np.zeros((4, 4, 5), np.uint8), np.zeros(4, np.uint8), np.zeros((4, 4), np.int32)])
def test_what_is_no_picture_is_a_type_error(image: NDArray[Any]) -> None:
    with pytest.raises(TypeError):
        lacuna.inpaint(image, np.ones((4, 4), bool))


def test_sources_that_are_no_mask_are_a_type_error(mask: NDArray[np.uint8]) -> None:
    with pytest.raises(TypeError, match="sources"):
        lacuna.inpaint(picture("u1", 3), mask, sources=np.ones((*SIZE, 3), np.uint8))


@pytest.mark.parametrize("count", [0, 9, 2.0])
def test_the_number_of_variants_has_bounds(count: Any, mask: NDArray[np.uint8]) -> None:
    with pytest.raises(lacuna.LacunaError, match="variants") as caught:
        lacuna.variants(picture("u1", 3), mask, count)
    assert caught.value.code == "bad_value"


def test_what_progress_raises_ends_the_fill(mask: NDArray[np.uint8]) -> None:
    def stop(_text: str, _fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        lacuna.inpaint(picture("u1", 3), mask, progress=stop)


def test_methods_are_listed_with_their_state() -> None:
    states = {method["name"]: method["state"] for method in lacuna.methods()}
    assert states.keys() == registry.METHODS.keys()
    assert [states[name] for name in ("patchmatch", "telea", "navier-stokes", "dfnet")] == ["ready"] * 3 + ["missing"]


@pytest.mark.parametrize("method", ["auto", "telea", "navier-stokes"])
def test_what_needs_no_torch_does_not_load_it(method: str) -> None:
    program = f"""
import sys, numpy, lacuna
mask = numpy.zeros((64, 64), bool)
mask[30:34, 30:34] = True
lacuna.inpaint(numpy.full((64, 64, 3), 90, numpy.uint8), mask, method={method!r})
assert 'torch' not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_mask_of_0_and_1_in_bytes_is_refused_instead_of_filling_nothing() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    mask = np.zeros((20, 20), np.uint8)
    mask[5:9, 5:9] = 1
    with pytest.raises(lacuna.LacunaError, match="255") as caught:
        lacuna.inpaint(picture, mask)
    assert caught.value.code == "bad_value"


def test_numpy_numbers_are_numbers() -> None:
    picture = np.full((40, 40, 3), 0.5, np.float32)
    mask = np.zeros((40, 40), bool)
    mask[15:20, 15:20] = True
    numbers: dict[str, Any] = {"grow": np.int64(1), "seed": np.uint8(3), "mirror": np.bool_(False)}
    assert lacuna.inpaint(picture, mask, method="telea", **numbers).shape == picture.shape

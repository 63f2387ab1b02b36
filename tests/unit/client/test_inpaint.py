"""The inpaint request and result as fields and buffers, and back."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from lacuna_client.boxes import Box, most_boxes
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.result import Left, Patch, Result, joined, left
from lacuna_client.wire import MAX_BUFFERS

SOURCES = BufferSpec("sources/0", "u8", (2, 3), "Y")
HINTS = BufferSpec("hints/0", "u8", (2, 3, 4), "R'G'B'A")


def box(x: int = 0, *, sources: bool = False, hints: bool = False) -> Box:
    image = Buffer(BufferSpec("image/0", "u16", (2, 3, 4), "R'G'B'A"), bytes(48))
    selection = Buffer(BufferSpec("selection/0", "u8", (2, 3), "Y"), bytes(6))
    allowed, pinned = Buffer(SOURCES, bytes(6)) if sources else None, Buffer(HINTS, bytes(24)) if hints else None
    return Box(Rect(x, 5, 3, 2), image, selection, allowed, pinned)


def patch(variant: int = 0, x: int = 1) -> Patch:
    pixels = Buffer(BufferSpec("pixels0", "u16", (2, 3, 4), "R'G'B'A"), bytes(48))
    return Patch(Rect(x, 2, 3, 2), pixels, Buffer(BufferSpec("spans0", "i32", (1, 3), "spans"), bytes(12)), variant)


def test_a_request_comes_back_as_it_went() -> None:
    given: dict[str, Any] = {
        "method": "telea",
        "grow": 1,
        "feather": 2,
        "seed": 3,
        "output": "in-place",
        "keep_alpha": True,
        "device": "cpu",
    }
    sampling: dict[str, Any] = {"variants": 4, "mirror": True, "rotate": 90, "scale": 25, "search": "tree"}
    parts: dict[str, Any] = {"backbone": "light", "refiner": "unet+exemplar", "color_solver": "levin", "tile": 256}
    for sources, hints in product((False, True), repeat=2):
        boxes = [box(x, sources=sources, hints=hints) for x in (0, 9)]
        request = InpaintRequest(boxes, **given, **sampling, **parts)
        assert InpaintRequest.parse(request.fields(), request.buffers()) == request


def test_the_pixels_of_a_box_travel_in_order() -> None:
    request = InpaintRequest([box(sources=True, hints=True), box(9, sources=True, hints=True)])
    assert [buffer.spec.name for buffer in request.buffers()] == ["image/0", "selection/0", "sources/0", "hints/0"] * 2


def test_a_client_of_wire_1_0_is_understood() -> None:
    """It says nothing of variants, sources, hints, parts and how to sample: one fill, from the surroundings as they are."""
    request = InpaintRequest([box()], "telea", 1, 2, 3)
    known = {"method", "grow", "feather", "seed", "output", "keep_alpha", "device", "boxes"}
    old = {name: value for name, value in request.fields().items() if name in known}
    assert InpaintRequest.parse(old, request.buffers()) == request


def test_a_result_comes_back_as_it_went() -> None:
    result = Result([patch(0), patch(1)], {"seed": 3})
    assert Result.parse(result.fields(), result.buffers()) == result


def test_a_result_of_a_wire_1_0_server_is_one_variant() -> None:
    result = Result([patch(x=1), patch(x=100)], {"seed": 3})
    fields = {name: value for name, value in result.fields().items() if name != "variants"}
    assert Result.parse(fields, result.buffers()) == result


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"boxes": []}, "bad_request"),
        ({"boxes": [[0, 0, 3]]}, "bad_request"),
        ({"boxes": [[0, 0, 2, 3]]}, "bad_request"),
        ({"boxes": [[0.0, 0, 3, 2]]}, "bad_request"),
        ({"method": 5}, "bad_request"),
        ({"backbone": None}, "bad_request"),
        ({"refiner": ["unet"]}, "bad_request"),
        ({"tile": 63}, "bad_value"),
        ({"tile": 10**6}, "bad_value"),
        ({"tile": 256.0}, "bad_value"),
        ({"output": "printer"}, "bad_request"),
        ({"keep_alpha": 1}, "bad_request"),
        ({"grow": 1000}, "bad_value"),
        ({"grow": -1}, "bad_request"),
        ({"seed": -1}, "bad_value"),
        ({"color_solver": 7}, "bad_request"),
        ({"color_solver": "x" * 65}, "bad_request"),
        ({"hints": 1}, "bad_request"),
        ({"hints": True}, "bad_request"),
        ({"sources": 1}, "bad_request"),
        ({"sources": True}, "bad_request"),
        ({"variants": 0}, "bad_value"),
        ({"variants": 9}, "bad_value"),
        ({"variants": True}, "bad_value"),
        ({"variants": [1]}, "bad_value"),
        ({"mirror": "yes"}, "bad_value"),
        ({"rotate": 181}, "bad_value"),
        ({"rotate": 0.5}, "bad_value"),
        ({"scale": -1}, "bad_value"),
        ({"search": "magic"}, "bad_value"),
        ({"search": None}, "bad_value"),
        ({"search": ["tree"]}, "bad_value"),
    ],
)
def test_a_wrong_field_is_refused(change: dict[str, Any], code: str) -> None:
    request = InpaintRequest([box()])
    with pytest.raises(LacunaError) as caught:
        InpaintRequest.parse({**request.fields(), **change}, request.buffers())
    assert caught.value.code == code


@pytest.mark.parametrize(
    "spec",
    [
        replace(SOURCES, dtype="i32"),
        replace(SOURCES, dtype="f32"),
        replace(SOURCES, shape=(3, 2)),
        replace(SOURCES, shape=(2, 3, 1)),
        replace(SOURCES, space="preview"),
    ],
)
def test_sources_that_do_not_fit_their_box_are_refused(spec: BufferSpec) -> None:
    request = InpaintRequest([replace(box(), sources=Buffer(spec, bytes(spec.nbytes)))])
    with pytest.raises(LacunaError) as caught:
        InpaintRequest.parse(request.fields(), request.buffers())
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize(
    "spec",
    [
        replace(HINTS, dtype="i32"),
        replace(HINTS, shape=(3, 2, 4)),
        replace(HINTS, shape=(2, 3, 3)),
        replace(HINTS, shape=(2, 3)),
        replace(HINTS, space="preview"),
    ],
)
def test_hints_that_do_not_fit_their_box_are_refused(spec: BufferSpec) -> None:
    request = InpaintRequest([replace(box(), hints=Buffer(spec, bytes(spec.nbytes)))])
    with pytest.raises(LacunaError) as caught:
        InpaintRequest.parse(request.fields(), request.buffers())
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize("numbers", [[0], [0, -1], [0, 1.0], [0, True], [0, None], "01", {"0": 1}, None])
def test_a_result_with_wrong_variants_is_refused(numbers: Any) -> None:
    result = Result([patch(), patch()])
    with pytest.raises(LacunaError) as caught:
        Result.parse({**result.fields(), "variants": numbers}, result.buffers())
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize("hints", [False, True])
@pytest.mark.parametrize("sources", [False, True])
@pytest.mark.parametrize("variants", [1, 2, 8])
def test_a_split_request_and_its_result_fit_into_messages(variants: int, sources: bool, hints: bool) -> None:
    boxes = [box(10 * number, sources=sources, hints=hints) for number in range(150)]
    parts = InpaintRequest(boxes, variants=variants, seed=5).split()
    assert [one for part in parts for one in part.boxes] == boxes
    for part in parts:
        assert (part.variants, part.seed) == (variants, 5)
        assert InpaintRequest.parse(part.fields(), part.buffers()) == part
        assert max(len(part.buffers()), 2 * variants * len(part.boxes)) <= MAX_BUFFERS


@pytest.mark.parametrize(("variants", "sources"), [(1, False), (1, True), (8, False)])
def test_more_boxes_than_a_message_holds_are_refused(variants: int, sources: bool) -> None:
    boxes = [box(10 * number, sources=sources) for number in range(most_boxes(variants, sources=sources, hints=False) + 1)]
    request = InpaintRequest(boxes, variants=variants)
    with pytest.raises(LacunaError) as caught:
        InpaintRequest.parse(request.fields(), request.buffers())
    assert caught.value.code == "bad_request"


def test_a_result_is_taken_apart_by_variants() -> None:
    patches = [patch(variant, x) for variant in (0, 1) for x in (1, 100)]
    first, second = Result(patches, {"seed": 3, "variants": 2}).variants()
    assert (first.patches, second.patches) == (patches[:2], patches[2:])
    assert (first.provenance, second.provenance) == (
        {"seed": 3, "variants": 2, "variant": 0},
        {"seed": 3, "variants": 2, "variant": 1},
    )


def test_the_results_of_a_split_job_become_one() -> None:
    halves = [Result([], {"seed": 1, "hints": 4, "times": {"fine": 0.25}, "warnings": ["w", word]}) for word in "wx"]
    assert joined(halves).provenance == {"seed": 1, "hints": 8, "times": {"fine": 0.5}, "warnings": ["w", "x"]}


def test_parts_of_a_split_job_of_which_nothing_was_made_are_told() -> None:
    half = Result([patch(0, 1)], {"times": {}, "warnings": ["w"]})
    others = [Left(LacunaError("no_color"), 40), Left(LacunaError("no_color"), 2), Left(LacunaError("transparent"), 1)]
    whole = joined([others[0], half, *others[1:]])
    assert whole.patches == half.patches
    assert whole.provenance["warnings"] == [
        "w",
        "More selected parts have no color to learn from, so they stay as they are: 42.",
        "More selected parts are transparent, so they stay as they are: 1.",
    ]


def test_a_split_job_of_which_nothing_at_all_was_made_fails() -> None:
    with pytest.raises(LacunaError) as caught:
        joined([Left(LacunaError("no_color"), 40), Left(LacunaError("transparent"), 2)])
    assert caught.value.code == "no_color"


def test_other_failures_end_a_split_job() -> None:
    request = InpaintRequest([box()])
    assert left(request, LacunaError("transparent")).parts == 1
    with pytest.raises(LacunaError) as caught:
        left(request, LacunaError("server_gone"))
    assert caught.value.code == "server_gone"


def test_the_variants_of_a_split_job_are_put_together() -> None:
    made: dict[str, Any] = {"times": {}, "warnings": []}
    halves = [Result([patch(0, x), patch(1, x)], made) for x in (1, 100)]
    whole = joined(halves)
    assert [(one.variant, one.rect.x) for one in whole.patches] == [(0, 1), (0, 100), (1, 1), (1, 100)]
    assert [[one.rect.x for one in variant.patches] for variant in whole.variants()] == [[1, 100], [1, 100]]


def test_a_buffer_of_another_length_than_declared_is_refused() -> None:
    with pytest.raises(LacunaError):
        Buffer(BufferSpec("a", "f32", (2, 2), "Y"), bytes(15))

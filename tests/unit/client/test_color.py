"""The recolor and colorize requests as fields and buffers, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.color import ColorizeRequest, RecolorRequest
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect
from lacuna_client.requests import REQUESTS
from lacuna_client.wire import MAX_BUFFERS

IMAGE = BufferSpec("image/0", "u16", (2, 3, 4), "R'G'B'A")
SELECTION = BufferSpec("selection/0", "u8", (2, 3), "Y")
SOURCES = BufferSpec("sources/0", "u8", (2, 3), "Y")
HINTS = BufferSpec("hints/0", "f32", (2, 3, 4), "R'G'B'A")
REFERENCE = BufferSpec("reference", "u8", (5, 7, 4), "R'G'B'A")
Both = RecolorRequest | ColorizeRequest
KINDS = [RecolorRequest, ColorizeRequest]


def blank(spec: BufferSpec) -> Buffer:
    return Buffer(spec, bytes(spec.nbytes))


def box(x: int = 0, *, sources: bool = False, hints: bool = False) -> Box:
    pinned = blank(HINTS) if hints else None
    return Box(Rect(x, 5, 3, 2), blank(IMAGE), blank(SELECTION), blank(SOURCES) if sources else None, pinned)


def refused(kind: type[Both], fields: dict[str, Any], buffers: Sequence[Buffer]) -> str:
    """The code of what parsing raises."""
    with pytest.raises(LacunaError) as caught:
        kind.parse(fields, buffers)
    return caught.value.code


@pytest.mark.parametrize(("sources", "hints", "reference"), list(product((False, True), repeat=3)))
def test_a_request_comes_back_as_it_went(sources: bool, hints: bool, reference: bool) -> None:
    boxes = [box(x, sources=sources, hints=hints) for x in (0, 9)]
    common: dict[str, Any] = {"boxes": boxes, "feather": 3, "output": "in-place", "device": "cpu"}
    common["reference"] = blank(REFERENCE) if reference else None
    recolor = RecolorRequest(**common, color=(0.25, 0.5, 1.0), strength=70, tone=20)
    colorize = ColorizeRequest(**common, color_solver="pyramid", seed=5)
    assert RecolorRequest.parse(recolor.fields(), recolor.buffers()) == recolor
    assert ColorizeRequest.parse(colorize.fields(), colorize.buffers()) == colorize


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_said_has_its_default(kind: type[Both]) -> None:
    request = kind(boxes=[box()])
    assert kind.parse({"boxes": request.fields()["boxes"]}, request.buffers()) == request


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_travel_box_by_box_and_the_reference_last(kind: type[Both]) -> None:
    request = kind(boxes=[box(sources=True, hints=True), box(9, sources=True, hints=True)], reference=blank(REFERENCE))
    each = ["image/0", "selection/0", "sources/0", "hints/0"]
    assert [buffer.spec.name for buffer in request.buffers()] == [*each, *each, "reference"]


def test_the_operations_are_known_by_name() -> None:
    assert {name: kind for name, kind in REQUESTS.items() if name != "inpaint"} == {
        "recolor": RecolorRequest,
        "colorize": ColorizeRequest,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"boxes": []}, "bad_request"),
        ({"boxes": None}, "bad_request"),
        ({"boxes": [[0, 0, 2, 3]]}, "bad_request"),
        ({"boxes": [[0, 0, True, 2]]}, "bad_request"),
        ({"sources": 1}, "bad_request"),
        ({"sources": True}, "bad_request"),
        ({"hints": "yes"}, "bad_request"),
        ({"hints": True}, "bad_request"),
        ({"reference": None}, "bad_request"),
        ({"reference": True}, "bad_request"),
        ({"output": "printer"}, "bad_request"),
        ({"output": ["layer"]}, "bad_request"),
        ({"device": 0}, "bad_request"),
        ({"device": "c" * 65}, "bad_request"),
        ({"feather": 201}, "bad_value"),
        ({"feather": 1.5}, "bad_value"),
    ],
)
def test_a_wrong_field_is_refused(kind: type[Both], change: dict[str, Any], code: str) -> None:
    request = kind(boxes=[box()])
    assert refused(kind, {**request.fields(), **change}, request.buffers()) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"color": "#ff0000"}, "bad_request"),
        ({"color": [0.5, 0.5]}, "bad_request"),
        ({"color": [0.5, 0.5, 0.5, 1.0]}, "bad_request"),
        ({"color": [0.5, "0.5", 0.5]}, "bad_request"),
        ({"color": [True, 0, 0]}, "bad_request"),
        ({"color": [math.nan, 0.0, 0.0]}, "bad_request"),
        ({"color": [0.0, math.inf, 0.0]}, "bad_request"),
        ({"strength": 101}, "bad_value"),
        ({"strength": True}, "bad_value"),
        ({"tone": -1}, "bad_value"),
        ({"tone": 0.5}, "bad_value"),
    ],
)
def test_a_wrong_wish_is_refused(change: dict[str, Any], code: str) -> None:
    request = RecolorRequest(boxes=[box()], color=(0.1, 0.2, 0.3))
    assert refused(RecolorRequest, {**request.fields(), **change}, request.buffers()) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [({"color_solver": None}, "bad_request"), ({"color_solver": "x" * 65}, "bad_request"), ({"seed": -1}, "bad_value")],
)
def test_a_wrong_solver_or_seed_is_refused(change: dict[str, Any], code: str) -> None:
    request = ColorizeRequest(boxes=[box()])
    assert refused(ColorizeRequest, {**request.fields(), **change}, request.buffers()) == code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "spec",
    [
        replace(REFERENCE, dtype="i32"),
        replace(REFERENCE, shape=(5, 7, 3)),
        replace(REFERENCE, shape=(5, 7)),
        replace(REFERENCE, space="Y"),
    ],
)
def test_a_reference_that_is_no_picture_is_refused(kind: type[Both], spec: BufferSpec) -> None:
    request = kind(boxes=[box()], reference=blank(spec))
    assert refused(kind, request.fields(), request.buffers()) == "bad_request"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hints", [False, True])
@pytest.mark.parametrize("reference", [False, True])
def test_a_split_request_and_its_result_fit_into_messages(kind: type[Both], hints: bool, reference: bool) -> None:
    boxes = [box(10 * number, hints=hints) for number in range(150)]
    parts = kind(boxes=boxes, reference=blank(REFERENCE) if reference else None, feather=2).split()
    assert [one for part in parts for one in part.boxes] == boxes
    for part in parts:
        assert (part.feather, part.reference is not None) == (2, reference)
        assert kind.parse(part.fields(), part.buffers()) == part
        assert max(len(part.buffers()), 2 * len(part.boxes)) <= MAX_BUFFERS


@pytest.mark.parametrize("kind", KINDS)
def test_more_boxes_than_a_message_holds_are_refused(kind: type[Both]) -> None:
    request = kind(boxes=[box(10 * number) for number in range(64)], reference=blank(REFERENCE))
    assert refused(kind, request.fields(), request.buffers()) == "bad_request"

"""The inpaint request and result as fields and buffers, and back."""

from typing import Any

import pytest

from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import MAX_BOXES, Box, InpaintRequest, InpaintResult, Patch, joined
from lacuna_client.islands import Rect


def box(x: int = 0) -> Box:
    image = Buffer(BufferSpec("image/0", "u16", (2, 3, 4), "R'G'B'A"), bytes(48))
    return Box(Rect(x, 5, 3, 2), image, Buffer(BufferSpec("selection/0", "u8", (2, 3), "Y"), bytes(6)))


def test_a_request_comes_back_as_it_went() -> None:
    request = InpaintRequest([box(), box(9)], "telea", 1, 2, 3, "in-place", True, "cpu")
    assert InpaintRequest.parse(request.fields(), request.buffers()) == request


def test_a_result_comes_back_as_it_went() -> None:
    pixels = Buffer(BufferSpec("pixels0", "u16", (2, 3, 4), "R'G'B'A"), bytes(48))
    spans = Buffer(BufferSpec("spans0", "i32", (1, 3), "spans"), bytes(12))
    result = InpaintResult([Patch(Rect(1, 2, 3, 2), pixels, spans)], {"seed": 3})
    assert InpaintResult.parse(result.fields(), result.buffers()) == result


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"boxes": []}, "bad_request"),
        ({"boxes": [[0, 0, 3, 2]] * (MAX_BOXES + 1)}, "bad_request"),
        ({"boxes": [[0, 0, 3]]}, "bad_request"),
        ({"boxes": [[0, 0, 2, 3]]}, "bad_request"),
        ({"boxes": [[0.0, 0, 3, 2]]}, "bad_request"),
        ({"method": 5}, "bad_request"),
        ({"output": "printer"}, "bad_request"),
        ({"keep_alpha": 1}, "bad_request"),
        ({"grow": 1000}, "bad_value"),
        ({"seed": -1}, "bad_value"),
    ],
)
def test_a_wrong_field_is_refused(change: dict[str, Any], code: str) -> None:
    request = InpaintRequest([box()])
    with pytest.raises(LacunaError) as caught:
        InpaintRequest.parse({**request.fields(), **change}, request.buffers())
    assert caught.value.code == code


def test_the_results_of_a_split_job_become_one() -> None:
    halves = [InpaintResult([], {"seed": 1, "times": {"fine": 0.25}, "warnings": ["w", word]}) for word in "wx"]
    assert joined(halves).provenance == {"seed": 1, "times": {"fine": 0.5}, "warnings": ["w", "x"]}


def test_a_buffer_of_another_length_than_declared_is_refused() -> None:
    with pytest.raises(LacunaError):
        Buffer(BufferSpec("a", "f32", (2, 2), "Y"), bytes(15))

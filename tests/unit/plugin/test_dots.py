"""What dots on hints layers say of each pixel."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.islands import Rect
from lacuna_plugin.dots import covered, has_paint, opaque, paint_meets, stamp


def pixels(*values: tuple[int, int, int, int]) -> bytes:
    return bytes(part for pixel in values for part in pixel)


CLEAR, FAINT, RED, BLUE = (9, 9, 9, 0), (5, 6, 7, 1), (255, 0, 0, 255), (0, 0, 255, 255)


def test_upper_hints_cover_lower_ones_however_faint_they_are() -> None:
    lower, upper = pixels(RED, RED, CLEAR, RED), pixels(CLEAR, BLUE, BLUE, FAINT)
    assert covered(lower, upper) == pixels(RED, BLUE, BLUE, FAINT)


def test_faint_paint_is_shown_as_it_counts() -> None:
    assert opaque(pixels(CLEAR, FAINT, RED)) == pixels(CLEAR, (*FAINT[:3], 255), RED)


@pytest.mark.parametrize(("values", "expected"), [((CLEAR, CLEAR), False), ((CLEAR, FAINT), True)])
def test_paint_is_what_has_any_opacity(values: tuple[tuple[int, int, int, int], ...], expected: bool) -> None:
    assert has_paint(pixels(*values)) == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize(("selected", "expected"), [((1, 0, 0), False), ((0, 1, 0), True), ((1, 0, 1), False)])
def test_hint_counts_where_anything_is_selected(dtype: type, selected: tuple[int, ...], expected: bool) -> None:
    weights: np.ndarray = (np.array(selected) * 0.25 if dtype == np.float32 else np.array(selected)).astype(dtype)
    assert paint_meets(pixels(CLEAR, RED, CLEAR), weights.tobytes()) == expected


def test_dots_keep_their_colors_in_a_smaller_picture_and_the_smallest_is_still_there() -> None:
    """A dot of one pixel and one of ten by ten, at a tenth of the size, in two parts."""
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[13, 27] = RED
    picture[20:30, 40:50] = BLUE
    smaller = bytearray(4 * 6 * 4)
    for top in (0, 25):
        part = Rect(0, top, 60, 25 if top == 0 else 15)
        stamp(smaller, 6, 0.1, part, picture[top : top + part.height].tobytes())
    found = np.frombuffer(smaller, np.uint8).reshape(4, 6, 4)
    expected = np.zeros((4, 6, 4), np.uint8)
    expected[1, 2], expected[2, 4] = RED, BLUE
    assert np.array_equal(found, expected)


def test_at_full_size_dots_are_copied() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (8, 9, 4), np.uint8)
    picture[np.random.default_rng(1).random((8, 9)) < 0.5] = 0
    copied = bytearray(picture.nbytes)
    stamp(copied, 9, 1.0, Rect(0, 0, 9, 8), picture.tobytes())
    assert np.array_equal(np.frombuffer(copied, np.uint8).reshape(8, 9, 4)[picture[..., 3] > 0], picture[picture[..., 3] > 0])

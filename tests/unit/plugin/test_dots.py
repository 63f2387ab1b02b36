"""What dots on hints layers say of each pixel."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_plugin.dots import covered, has_paint, paint_meets


def pixels(*values: tuple[int, int, int, int]) -> bytes:
    return bytes(part for pixel in values for part in pixel)


CLEAR, FAINT, RED, BLUE = (9, 9, 9, 0), (5, 6, 7, 1), (255, 0, 0, 255), (0, 0, 255, 255)


def test_upper_hints_cover_lower_ones_however_faint_they_are() -> None:
    lower, upper = pixels(RED, RED, CLEAR, RED), pixels(CLEAR, BLUE, BLUE, FAINT)
    assert covered(lower, upper) == pixels(RED, BLUE, BLUE, FAINT)


@pytest.mark.parametrize(("values", "expected"), [((CLEAR, CLEAR), False), ((CLEAR, FAINT), True)])
def test_paint_is_what_has_any_opacity(values: tuple[tuple[int, int, int, int], ...], expected: bool) -> None:
    assert has_paint(pixels(*values)) == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize(("selected", "expected"), [((1, 0, 0), False), ((0, 1, 0), True), ((1, 0, 1), False)])
def test_hint_counts_where_anything_is_selected(dtype: type, selected: tuple[int, ...], expected: bool) -> None:
    weights = (np.array(selected) * 0.25 if dtype == np.float32 else np.array(selected)).astype(dtype)
    assert paint_meets(pixels(CLEAR, RED, CLEAR), weights.tobytes()) == expected

"""Hints over a whole picture: painted and pinned, turned as the picture is, cut into boxes, counted where they do nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.colors import Hint, drawn
from lacuna_client.islands import Rect
from lacuna_server.io.orientation import as_shown, point_as_stored
from lacuna_server.pipeline.hint_layer import HintLayer

SIZE = (40, 60)
WHOLE = Rect(0, 0, SIZE[1], SIZE[0])
BOX = Rect(10, 5, 30, 20)
RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.2, 1.0)
POINTS = [Hint(12, 7, RED), Hint(14, 8, BLUE, 2), Hint(39, 24, RED, 9), Hint(50, 30, BLUE, 0)]


def painted(dtype: str) -> NDArray[Any]:
    """A green bar, a half transparent one, and values in the transparent rest."""
    scale = {"u1": 255, "u2": 65535}.get(dtype, 1)
    values = np.random.default_rng(1).random((*SIZE, 4))
    values[..., 3] = 0
    values[10:13, 5:55] = (0, 1, 0, 1)
    values[20:23, 5:55] = (0, 1, 0, 0.4)
    return (values * scale).astype(dtype)


def test_points_are_drawn_as_the_plug_in_draws_them() -> None:
    pixels = HintLayer(points=POINTS).part(BOX)
    assert pixels.tobytes() == drawn(POINTS, BOX)
    assert pixels[..., 3].any()


@pytest.mark.parametrize("dtype", ["u1", "u2", "f2", "f4", "f8"])
def test_points_go_over_what_is_painted_at_its_own_depth(dtype: str) -> None:
    below = painted(dtype)
    pixels = HintLayer(below, POINTS).part(BOX)
    part = below[BOX.y : BOX.bottom, BOX.x : BOX.right]
    points = HintLayer(points=POINTS).part(BOX)
    pinned = points[..., 3] > 0
    scale = {"u1": 255, "u2": 65535}.get(dtype, 1)
    assert pixels.dtype == (dtype if dtype[0] == "u" else "f4")
    np.testing.assert_allclose(pixels[pinned] / scale, points[pinned] / 255, atol=1e-6)
    np.testing.assert_array_equal(pixels[~pinned], part[~pinned].astype(pixels.dtype))


def test_boxes_together_hold_what_the_whole_holds() -> None:
    layer = HintLayer(painted("u1"), POINTS)
    rows = [np.concatenate([layer.part(Rect(x, y, 20, 10)) for x in range(0, 60, 20)], axis=1) for y in range(0, 40, 10)]
    np.testing.assert_array_equal(np.concatenate(rows), layer.part(WHOLE))


def test_hints_are_away_that_no_box_holds() -> None:
    far, bar, empty = Rect(45, 25, 10, 10), Rect(20, 11, 1, 1), np.zeros((*SIZE, 4), np.uint8)
    assert HintLayer(points=POINTS).away_from([BOX]) == 1
    assert HintLayer(points=POINTS).away_from([BOX, far]) == 0
    assert HintLayer(painted("u1")).away_from([bar]) == 1, "the other bar"
    assert HintLayer(painted("u1"), POINTS).away_from([]) == 2 + len(POINTS)
    assert HintLayer(empty).away_from([]) == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_point_of_the_shown_picture_finds_its_stored_pixel(orientation: int) -> None:
    stored = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE)
    shown = as_shown(stored, orientation)
    for y, x in ((0, 0), (3, 7), (shown.shape[0] - 1, 2)):
        column, row = point_as_stored(x, y, SIZE, orientation)
        assert stored[row, column] == shown[y, x]

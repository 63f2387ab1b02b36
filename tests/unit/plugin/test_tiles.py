"""The tiles that a selection touches, found from its raw bytes."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.islands import TILE, Rect
from lacuna_plugin.tiles import covered, occupied, strips, tiled


def found(mask: np.ndarray, area: Rect) -> set[tuple[int, int]]:
    """What the plug-in finds when only the area may be read."""

    def read(part: Rect) -> bytes:
        assert part.clipped(area.right, area.bottom) == part
        assert part.x == area.x
        assert part.y >= area.y
        return mask[part.y : part.bottom, part.x : part.right].tobytes()

    return occupied(area, mask.dtype.itemsize, read)


def expected(mask: np.ndarray, area: Rect) -> set[tuple[int, int]]:
    inside = np.zeros_like(mask)
    spot = np.s_[area.y : area.bottom, area.x : area.right]
    inside[spot] = mask[spot]
    return {(int(x) // TILE, int(y) // TILE) for y, x in np.argwhere(inside)}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.float16, np.float32, np.float64])
def test_every_touched_tile_and_no_other(dtype: type) -> None:
    rng = np.random.default_rng(0)
    for area in (Rect(0, 0, 203, 151), Rect(33, 7, 100, 99), Rect(64, 64, 32, 32), Rect(70, 31, 1, 2)):
        mask: np.ndarray = (rng.random((151, 203)) < 0.002).astype(dtype)
        assert found(mask, area) == expected(mask, area)


def test_softest_value_counts() -> None:
    mask = np.zeros((70, 70), np.float32)
    mask[40, 65] = np.nextafter(np.float32(0), np.float32(1))
    assert found(mask, Rect(0, 0, 70, 70)) == {(2, 1)}


@pytest.mark.parametrize("area", [Rect(5, 5, 0, 10), Rect(5, 5, -3, 10), Rect(5, 5, 10, -1)])
def test_nothing_is_found_in_an_empty_area(area: Rect) -> None:
    assert found(np.ones((64, 64), np.uint8), area) == set()


@pytest.mark.parametrize("area", [Rect(5, 5, 0, 10), Rect(0, 0, 96, 64), Rect(33, 7, 100, 99), Rect(31, 31, 1, 2)])
def test_strips_are_the_area_cut_at_the_rows_of_the_grid(area: Rect) -> None:
    parts = list(strips(area))
    assert sum(part.height for part in parts) == (area.height if area.width else 0)
    assert all((part.x, part.width) == (area.x, area.width) for part in parts)
    assert all(part.y // TILE == (part.bottom - 1) // TILE for part in parts)


@pytest.mark.parametrize("area", [Rect(0, 0, 96, 64), Rect(33, 7, 100, 99), Rect(31, 31, 1, 2)])
def test_area_in_whole_tiles_covers_the_same_tiles(area: Rect) -> None:
    whole = tiled(area)
    assert [number % TILE for number in whole] == [0, 0, 0, 0]
    assert whole.united(area) == whole
    assert covered(area) == covered(whole) == expected(np.ones((200, 200), np.uint8), area)

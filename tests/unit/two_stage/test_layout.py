"""The tiles: they hold the whole hole, nothing without a hole, and lie on the network's grid."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_models.region import Mask
from lacuna_models.two_stage.layout import Tile, tiles_of
from unit.two_stage.regions import box

SCATTERED = np.random.default_rng(1).random((150, 230)) > 0.999
HOLES = [
    box(150, 230, slice(40, 100), slice(60, 190)),
    box(150, 230, slice(0, 150), slice(0, 230)),
    box(150, 230, slice(149, 150), slice(229, 230)),
    box(37, 500, slice(5, 30), slice(3, 480)),
    SCATTERED,
]


def covered(hole: Mask, tiles: list[Tile]) -> NDArray[np.int64]:
    """How many tiles lie over each pixel."""
    count = np.zeros(hole.shape, np.int64)
    for tile in tiles:
        count[tile.part] += 1
    return count


@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("side", [16, 64, 1024])
def test_every_pixel_of_the_hole_is_in_one_tile(hole: Mask, side: int) -> None:
    tiles = list(tiles_of(hole, side, 16))
    count = covered(hole, tiles)
    assert (count[hole] == 1).all()
    assert count.max() == 1
    assert max(tile.side for tile in tiles) <= side


@pytest.mark.parametrize("hole", HOLES)
def test_tiles_touch_the_hole_and_lie_on_the_grid(hole: Mask) -> None:
    for tile in tiles_of(hole, 64, 16):
        assert hole[tile.part].any()
        assert all(edge % 16 == 0 for edge in (tile.top, tile.bottom, tile.left, tile.right))


def test_the_cost_follows_the_hole() -> None:
    """Two small holes far apart in a large region are two small tiles."""
    hole = box(4000, 4000, slice(10, 20), slice(10, 20)) | box(4000, 4000, slice(3900, 3910), slice(3000, 3010))
    assert list(tiles_of(hole, 1024, 16)) == [Tile(0, 32, 0, 32), Tile(3888, 3920, 3000 // 16 * 16, 3024)]


def test_no_hole_no_tile() -> None:
    assert list(tiles_of(np.zeros((50, 50), bool), 64, 16)) == []


def test_a_halo_ends_at_the_frame() -> None:
    tile = Tile(16, 32, 64, 96)
    window = tile.with_halo(48, (64, 256))
    assert window == Tile(0, 64, 16, 144)
    assert tile.within(window) == (slice(16, 32), slice(48, 80))

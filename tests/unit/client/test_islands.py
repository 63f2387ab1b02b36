"""From occupied tiles to boxes: every island with its surroundings, none twice, nothing outside the layer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna_client.islands import LEAST_GROW, MIN_CONTEXT, MOST_GROW, TILE, Rect, components, plan, together, usual_grow

TILES = st.sets(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=40)


def test_tiles_that_touch_at_a_corner_are_one_island() -> None:
    assert components([(0, 0), (1, 1), (5, 5)]) == [Rect(0, 0, 2 * TILE, 2 * TILE), Rect(5 * TILE, 5 * TILE, TILE, TILE)]


def test_islands_far_apart_cost_what_their_boxes_cost() -> None:
    """Two spots in the corners of a 100-megapixel layer."""
    boxes = plan([(1, 1), (310, 310)], 10_000, 10_000, grow=4, feather=4, context=0)
    assert len(boxes) == 2
    assert sum(box.width * box.height for box in boxes) < 200_000


def test_islands_share_one_box_round_all_of_them_unless_it_is_too_large() -> None:
    near, far = Rect(0, 0, 40, 30), Rect(5000, 3000, 10, 20)
    assert together([near, Rect(100, 50, 10, 20)]) == [Rect(0, 0, 110, 70)]
    assert together([near, far]) == [near, far]


def test_islands_whose_surroundings_meet_share_a_box() -> None:
    assert len(plan([(0, 0), (4, 0)], 1000, 1000, grow=0, feather=0, context=64)) == 1


def test_the_context_is_as_wide_as_the_island_unless_it_is_given() -> None:
    (box,) = plan([(column, 50) for column in range(50, 60)], 10_000, 10_000, grow=0, feather=0, context=0)
    assert box == Rect(50 * TILE, 50 * TILE, 10 * TILE, TILE).grown(10 * TILE)
    (box,) = plan([(50, 50)], 10_000, 10_000, grow=0, feather=0, context=0)
    assert box == Rect(50 * TILE, 50 * TILE, TILE, TILE).grown(MIN_CONTEXT)
    (box,) = plan([(50, 50)], 10_000, 10_000, grow=3, feather=5, context=40)
    assert box == Rect(50 * TILE, 50 * TILE, TILE, TILE).grown(48)


def test_nothing_selected_or_only_outside_gives_no_box() -> None:
    assert plan([], 100, 100, grow=0, feather=0, context=0) == []
    assert plan([(100, 100)], 100, 100, grow=0, feather=0, context=1) == []


def square(first: int, side: int) -> set[tuple[int, int]]:
    """side x side tiles, in both directions from tile `first` on."""
    return {(first + column, first + row) for column in range(side) for row in range(side)}


@pytest.mark.parametrize(("side", "px"), [(1, LEAST_GROW), (8, 5), (16, 10), (100, MOST_GROW)])
def test_the_usual_grow_is_a_fiftieth_of_the_selections_width_within_bounds(side: int, px: int) -> None:
    assert usual_grow(square(3, side)) == px


def test_the_usual_grow_follows_the_largest_island_and_not_their_number() -> None:
    assert usual_grow(square(0, 16) | {(column, 50) for column in range(0, 4000, 2)}) == usual_grow(square(0, 16))
    assert usual_grow([]) == LEAST_GROW


def test_a_box_reaches_out_to_what_may_be_sampled_when_there_is_little_of_it_round_the_selection() -> None:
    far, size = square(100, 4), (10_000, 10_000)
    (usual,) = plan([(50, 50)], *size, grow=0, feather=0, context=0)
    (box,) = plan([(50, 50)], *size, grow=0, feather=0, context=0, allowed=far)
    assert box == usual.united(Rect(100 * TILE, 100 * TILE, 4 * TILE, 4 * TILE))


SCAN = 6016, 4032  # px
SMALL = {(column, row) for column in (90, 91) for row in (60, 61)}  # an island of 64 px in the middle of it
EVERYWHERE = {(column, row) for column in range(6016 // TILE) for row in range(4032 // TILE)}


def round_the_small_island(tiles: int) -> set[tuple[int, int]]:
    """All tiles at most so many away from it; not its own."""
    return {(x, y) for x in range(90 - tiles, 92 + tiles) for y in range(60 - tiles, 62 + tiles)} - SMALL


def tiles_in(box: Rect) -> set[tuple[int, int]]:
    """All tiles of the scan of which the box has a part."""
    return {(x, y) for x, y in EVERYWHERE if box.meets(Rect(x * TILE, y * TILE, TILE, TILE))}


@pytest.mark.parametrize("dark", [3, 5, 8, 15, 40])
def test_dark_paint_round_an_island_costs_as_far_as_it_goes_and_not_the_canvas(dark: int) -> None:
    allowed = EVERYWHERE - round_the_small_island(dark)
    (usual,) = plan(SMALL, *SCAN, grow=4, feather=4, context=0)
    (box,) = plan(SMALL, *SCAN, grow=4, feather=4, context=0, allowed=allowed)
    assert box.width * box.height <= ((2 * dark + 2) * TILE + usual.width) ** 2
    assert box.united(usual) == box
    assert len(tiles_in(box) & allowed - SMALL) >= len(tiles_in(usual)) / 2


def test_a_selection_that_may_itself_be_sampled_still_reaches_out_of_the_dark_round_it() -> None:
    light = {(x, 60) for x in range(150, 155)}
    (usual,) = plan(SMALL, *SCAN, grow=0, feather=0, context=0)
    assert plan(SMALL, *SCAN, grow=0, feather=0, context=0, allowed=light | SMALL) == [
        usual.united(Rect(150 * TILE, 60 * TILE, 5 * TILE, TILE))
    ]


def test_of_two_far_groups_a_box_reaches_out_to_the_nearer_one() -> None:
    right, left = {(150, 60), (151, 60)}, {(10, 60), (11, 60)}
    (usual,) = plan(SMALL, *SCAN, grow=0, feather=0, context=0)
    assert plan(SMALL, *SCAN, grow=0, feather=0, context=0, allowed=right | left) == [
        usual.united(Rect(150 * TILE, 60 * TILE, 2 * TILE, TILE))
    ]


def test_a_little_that_may_be_sampled_nearby_is_made_do_with() -> None:
    near, far = {(100, 60), (101, 61)}, square(0, 30)
    (usual,) = plan(SMALL, *SCAN, grow=0, feather=0, context=0)
    assert plan(SMALL, *SCAN, grow=0, feather=0, context=0, allowed=near | far) == [
        usual.united(Rect(100 * TILE, 60 * TILE, 2 * TILE, 2 * TILE))
    ]


def test_a_box_with_enough_to_sample_round_the_selection_stays_as_it_is() -> None:
    near, size = square(45, 11), (10_000, 10_000)
    without = plan([(50, 50)], *size, grow=0, feather=0, context=0)
    assert plan([(50, 50)], *size, grow=0, feather=0, context=0, allowed=near | square(200, 50)) == without


def test_a_context_that_was_given_is_not_enlarged_by_what_may_be_sampled() -> None:
    size = 10_000, 10_000
    without = plan([(50, 50)], *size, grow=0, feather=0, context=64)
    assert plan([(50, 50)], *size, grow=0, feather=0, context=64, allowed=square(100, 4)) == without


def test_boxes_that_reach_out_stay_in_the_layer_and_share_one_box() -> None:
    assert plan([(0, 0), (30, 30)], 1000, 990, grow=0, feather=0, context=0, allowed={(15, 15), (31, 30)}) == [
        Rect(0, 0, 1000, 990)
    ]


@given(TILES, st.none() | TILES, st.integers(0, 100), st.integers(1, 1500), st.integers(1, 1500))
def test_boxes_lie_in_the_layer_do_not_meet_and_hold_every_selected_pixel(
    tiles: set[tuple[int, int]], allowed: set[tuple[int, int]] | None, context: int, width: int, height: int
) -> None:
    boxes = plan(tiles, width, height, grow=1, feather=1, context=context, allowed=allowed)
    for number, box in enumerate(boxes):
        assert box.width > 0
        assert box.height > 0
        assert box == box.clipped(width, height)
        assert not any(box.meets(other) for other in boxes[number + 1 :])
    for column, row in tiles:
        inside = Rect(column * TILE, row * TILE, TILE, TILE).clipped(width, height)
        if inside.width > 0 and inside.height > 0:
            assert any(box.united(inside) == box for box in boxes)

"""A solver's working size: what becomes of known pixels, hints and holes, and how chroma comes back to full size."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.color.cells import cell_means
from lacuna_models.color.planes import chroma_of, luma_of
from lacuna_models.color.reduced import reduced
from lacuna_models.errors import Cancelled, NothingToSample
from lacuna_models.region import Hints
from lacuna_models.run import Run
from unit.color.color_regions import RED, dot, region_of, smooth_picture, square_hole, two_halves


def test_the_working_size_is_what_can_be_afforded() -> None:
    image, hole = smooth_picture(300, 400), square_hole(300, 400, 100, 100, 120)

    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=10_000, most_hole=1_500)

    assert work.luma.size <= 10_000
    assert np.count_nonzero(work.region.hole) <= 1_500
    assert work.region.image.shape == (*work.luma.shape, 3)


def test_what_can_be_afforded_stays_as_it_is_but_for_what_is_far_from_the_hole() -> None:
    image, hole = smooth_picture(400, 500), square_hole(400, 500, 200, 240, 20)

    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=1e6, context=4.0)

    assert work.side == 1
    np.testing.assert_array_equal(work.region.image, image[120:300, 160:340])
    np.testing.assert_array_equal(work.luma, luma_of(image)[120:300, 160:340])


def test_known_pixels_that_are_all_far_away_are_still_seen() -> None:
    image, hole = smooth_picture(400, 500), square_hole(400, 500, 200, 240, 20)
    known = np.zeros_like(hole)
    known[3:9, 3:9] = True

    work = reduced(region_of(image, hole, known), luma_of(image), Run(), context=0.0)

    assert work.region.known.sum() == 36


def test_a_cell_is_known_where_all_of_it_is_and_means_are_of_known_pixels_alone() -> None:
    image = np.full((12, 12, 3), 0.5, np.float32)
    hole = square_hole(12, 12, 4, 4, 5)
    image[hole] = np.nan

    work = reduced(region_of(image, hole), np.full((12, 12), 0.5, np.float32), Run(), most_pixels=9)

    assert work.side == 4
    assert work.region.known.tolist() == [[True, True, True], [True, False, False], [True, False, False]]
    np.testing.assert_array_equal(work.region.hole, ~work.region.known)
    np.testing.assert_array_equal(work.region.image[work.region.known], 0.5)
    assert np.isfinite(work.region.image).all()


def test_luma_and_image_agree_at_known_cells() -> None:
    image, hole = smooth_picture(64, 64), square_hole(64, 64, 20, 20, 24)

    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=300)

    np.testing.assert_allclose(luma_of(work.region.image)[work.region.known], work.luma[work.region.known], atol=1e-6)


def test_a_hint_of_one_pixel_keeps_its_color_in_a_large_cell() -> None:
    image, hole = smooth_picture(80, 80), np.ones((80, 80), bool)

    work = reduced(region_of(image, hole, hints=dot(80, 80, 33, 47, RED, radius=0)), luma_of(image), Run(), most_pixels=25)

    assert work.region.hints is not None
    assert np.argwhere(work.region.hints.where).tolist() == [[2, 2]]
    np.testing.assert_allclose(work.region.hints.color[2, 2], RED, atol=1e-6)


def test_known_pixels_that_fill_no_cell_are_not_lost() -> None:
    """Known lines, a pixel wide: no cell is known whole."""
    image = np.full((40, 40, 3), RED)
    hole = np.ones((40, 40), bool)
    hole[::4] = False

    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=100)

    assert work.region.known.any()
    np.testing.assert_allclose(
        work.region.image[work.region.known], np.broadcast_to(RED, (work.region.known.sum(), 3)), atol=1e-6
    )
    np.testing.assert_allclose(work.full(np.zeros((*work.luma.shape, 2), np.float32), Run()), image, atol=1e-5)


@pytest.mark.parametrize("side", [2, 3, 8])
def test_smooth_colors_come_back_from_any_working_size(side: int) -> None:
    image, hole = smooth_picture(130, 170), square_hole(130, 170, 20, 30, 90)
    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=round(130 / side + 1) * round(170 / side + 1))
    assert work.side == side
    true = cell_means(chroma_of(image[work.box]), side)

    full = work.full(true, Run())

    assert np.abs(full - image).max() < 0.02
    np.testing.assert_allclose(luma_of(full), luma_of(image), atol=1e-6)


def test_outside_the_hole_the_picture_is_its_own_to_the_bit() -> None:
    image, hole = smooth_picture(100, 100), square_hole(100, 100, 30, 30, 40)

    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=1000)

    np.testing.assert_array_equal(work.full(np.zeros((*work.luma.shape, 2), np.float32), Run())[~hole], image[~hole])


def test_colors_meet_at_an_edge_of_the_luma_even_within_a_cell() -> None:
    """A red and a blue half, the edge through the middle of the cells: each pixel has its own half's color, not a mixture."""
    image, hole = two_halves(64, 60, 28), np.ones((64, 60), bool)
    hole[:2] = False
    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=130)
    assert 28 % work.side

    full = work.full(cell_means(chroma_of(image), work.side), Run())

    assert np.abs(full - image)[hole].mean() < 0.01
    assert np.abs(full - image)[hole].max() < 0.15


def test_no_seam_is_left_where_the_found_chroma_is_off_at_the_hole_s_edge() -> None:
    image, hole = np.full((96, 96, 3), RED), square_hole(96, 96, 30, 30, 41)
    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=600)
    a_little_off = np.broadcast_to(chroma_of(RED) + np.float32(0.04), (*work.luma.shape, 2))

    full = work.full(a_little_off, Run())

    assert np.abs(full - image)[30:71, 30:71][[0, -1]].max() < 0.02
    assert np.abs(full - image)[50, 50].max() > 0.035


def test_hints_are_met_at_full_size() -> None:
    image, hole = smooth_picture(90, 90), np.ones((90, 90), bool)
    hints = dot(90, 90, 41, 52, RED)
    work = reduced(region_of(image, hole, hints=hints), luma_of(image), Run(), most_pixels=200)

    full = work.full(np.zeros((*work.luma.shape, 2), np.float32), Run())

    np.testing.assert_allclose(chroma_of(full)[hints.where], np.broadcast_to(chroma_of(RED), (9, 2)), atol=1e-6)


def test_colors_that_do_not_exist_at_the_luma_lose_chroma_and_keep_the_luma() -> None:
    image = np.full((20, 20, 3), 0.05, np.float32)
    hole = square_hole(20, 20, 5, 5, 10)
    work = reduced(region_of(image, hole), luma_of(image), Run())

    full = work.full(np.broadcast_to(chroma_of(RED), (*work.luma.shape, 2)), Run())

    assert full.min() >= 0
    np.testing.assert_allclose(luma_of(full), 0.05, atol=1e-6)
    assert np.abs(chroma_of(full)[hole]).min() > 0


def test_known_colors_beyond_one_widen_the_gamut() -> None:
    """A layer of floats with lights of 4: an orange of luma 2 is a color there."""
    image = np.full((20, 20, 3), np.array([3.0, 2.0, 0.5], np.float32))
    hole = square_hole(20, 20, 5, 5, 10)
    work = reduced(region_of(image, hole), luma_of(image), Run())

    full = work.full(np.broadcast_to(chroma_of(image[0, 0]), (*work.luma.shape, 2)), Run())

    np.testing.assert_allclose(full, image, atol=1e-5)


def test_gray_that_is_neither_hole_nor_known_does_not_run_in() -> None:
    image, hole = np.full((64, 64, 3), RED), square_hole(64, 64, 8, 8, 48)
    known = ~hole
    known[:, 56:] = False
    image[:, 56:] = np.nan
    luma = np.full((64, 64), luma_of(RED), np.float32)
    luma[:, 56:] = np.nan

    work = reduced(region_of(image, hole, known), luma, Run(), most_pixels=256)
    full = work.full(np.where(work.region.hole[..., None], chroma_of(RED), 0).astype(np.float32), Run())

    np.testing.assert_allclose(full[hole], np.broadcast_to(RED, (hole.sum(), 3)), atol=1e-3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 2)])
def test_the_smallest_pictures_go_through(shape: tuple[int, int]) -> None:
    image, hole = smooth_picture(*shape), np.ones(shape, bool)
    hints = Hints(hole, image)

    work = reduced(region_of(image, hole, hints=hints), luma_of(image), Run(), most_pixels=4)

    np.testing.assert_allclose(work.full(np.zeros((*work.luma.shape, 2), np.float32), Run()), image, atol=1e-6)


def test_without_a_color_anywhere_there_is_nothing_to_sample() -> None:
    image, hole = smooth_picture(9, 9), np.ones((9, 9), bool)

    with pytest.raises(NothingToSample):
        reduced(region_of(image, hole), luma_of(image), Run())


def test_a_cancel_is_heard_while_enlarging() -> None:
    image, hole = smooth_picture(64, 64), np.ones((64, 64), bool)
    hole[0] = False
    work = reduced(region_of(image, hole), luma_of(image), Run(), most_pixels=500)
    run = Run()
    run.cancel()

    with pytest.raises(Cancelled):
        work.full(np.zeros((*work.luma.shape, 2), np.float32), run)

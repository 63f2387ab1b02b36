"""The fast color solver: what it keeps, what it finds by likeness, how hints and other pictures take part."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.color import fast, sources
from lacuna_models.color.fast import FastSolver
from lacuna_models.color.planes import chroma_of, luma_of, rgb_of
from lacuna_models.errors import Cancelled, NothingToSample
from lacuna_models.region import Hints, Mask, Pixels, Region
from lacuna_models.run import Run
from unit.color.color_regions import BLUE, RED, dot, region_of, smooth_picture, square_hole, two_halves

GRAY = np.full(3, 0.5, np.float32)
ROUNDING = 1e-6  # of float32 arithmetic on R'G'B'
SEEN = 0.03  # of chroma: a smaller difference is hardly seen


def solved(region: Region, picture: Pixels, seed: int = 0) -> Pixels:
    return FastSolver().solve(region, luma_of(picture).astype(np.float32), Run(seed=seed))


def without_color_in(hole: Mask, picture: Pixels) -> Pixels:
    return np.where(hole[..., None], np.float32(np.nan), picture)


def off(found: Pixels, picture: Pixels, where: Mask) -> float:
    """The mean distance of two pictures' chroma."""
    return float(np.linalg.norm(chroma_of(found[where]) - chroma_of(picture[where]), axis=-1).mean())


def islands(height: int, width: int, at: tuple[tuple[int, int], ...], radius: int) -> Mask:
    y, x = np.indices((height, width))
    near = [(y - row) ** 2 + (x - column) ** 2 <= radius**2 for row, column in at]
    return np.asarray(np.any(near, axis=0))


@pytest.mark.parametrize("shape", [(1, 3), (7, 1), (9, 9), (70, 90)])
def test_the_luma_is_kept_and_nothing_else_than_the_hole_changes(shape: tuple[int, int]) -> None:
    picture = smooth_picture(*shape)
    hole = np.zeros(shape, bool)
    hole[shape[0] // 3 : -(shape[0] // 4) or None, shape[1] // 3 : -(shape[1] // 4) or None] = True

    found = solved(region_of(without_color_in(hole, picture), hole), picture)

    np.testing.assert_array_equal(found[~hole], picture[~hole])
    np.testing.assert_allclose(luma_of(found), luma_of(picture), atol=ROUNDING)
    assert found.dtype == np.float32
    assert found.min() >= -ROUNDING
    assert found.max() <= 1 + ROUNDING


def test_slowly_changing_color_is_restored() -> None:
    picture = smooth_picture(80, 100)
    hole = square_hole(80, 100, 25, 35, 30)

    found = solved(region_of(without_color_in(hole, picture), hole), picture)

    assert off(found, picture, hole) < SEEN


def test_a_thing_that_no_known_pixel_of_it_touches_gets_the_color_of_its_like() -> None:
    """Dark red discs on light blue: one lies in the hole as a whole, so that nothing but blue touches the hole."""
    discs = islands(96, 128, ((24, 24), (72, 24), (48, 90)), 13)
    picture = np.where(discs[..., None], RED - 0.25, BLUE + 0.25).astype(np.float32)
    hole = square_hole(96, 128, 28, 70, 40)

    found = solved(region_of(without_color_in(hole, picture), hole), picture)

    apart = float(np.linalg.norm(chroma_of(RED) - chroma_of(BLUE)))
    assert off(found, picture, hole & islands(96, 128, ((48, 90),), 11)) < apart / 8
    assert off(found, picture, hole & ~islands(96, 128, ((48, 90),), 15)) < SEEN


def test_like_lumas_are_told_apart_by_their_texture() -> None:
    """The same mean luma twice: rough is red, smooth is blue, and the hole is over both."""
    rng = np.random.default_rng(2)
    luma = np.full((96, 128), 0.45, np.float32)
    luma[:, :64] += rng.choice([-0.08, 0.08], (96, 64)).astype(np.float32)
    chroma = np.where((np.arange(128) < 64)[None, :, None], chroma_of(RED), chroma_of(BLUE))
    picture = rgb_of(luma, np.broadcast_to(chroma, (96, 128, 2)).astype(np.float32))
    hole = square_hole(96, 128, 20, 36, 56)

    found = solved(region_of(without_color_in(hole, picture), hole), picture)

    sides = hole & ~((np.arange(128) >= 58) & (np.arange(128) < 70))
    assert off(found, picture, sides) < SEEN


def test_like_textures_are_told_apart_by_their_place() -> None:
    rng = np.random.default_rng(3)
    luma = (0.45 + 0.05 * rng.standard_normal((96, 128))).clip(0.3, 0.6).astype(np.float32)
    chroma = np.where((np.arange(128) < 64)[None, :, None], chroma_of(RED), chroma_of(BLUE))
    picture = rgb_of(luma, np.broadcast_to(chroma, (96, 128, 2)).astype(np.float32))
    left, right = square_hole(96, 128, 38, 16, 20), square_hole(96, 128, 38, 92, 20)

    found = solved(region_of(without_color_in(left | right, picture), left | right), picture)

    assert off(found, picture, left | right) < SEEN


def test_gray_stays_gray() -> None:
    picture = np.repeat(luma_of(smooth_picture(60, 60))[..., None], 3, axis=2).astype(np.float32)
    hole = square_hole(60, 60, 20, 20, 20)

    found = solved(region_of(without_color_in(hole, picture), hole), picture)

    np.testing.assert_allclose(found, picture, atol=ROUNDING)


def test_a_hint_colors_the_thing_it_sits_on_and_stops_at_its_edge() -> None:
    disc = islands(96, 96, ((48, 48),), 20)
    gray = np.where(disc[..., None], GRAY - 0.15, GRAY + 0.2).astype(np.float32)
    hole = square_hole(96, 96, 16, 16, 64)
    hints = dot(96, 96, 48, 40, RED)

    found = solved(region_of(without_color_in(hole, gray), hole, hints=hints), gray)

    wanted = np.broadcast_to(RED, gray.shape)
    assert off(found, wanted, hints.where) < ROUNDING
    assert off(found, wanted, islands(96, 96, ((48, 48),), 17)) < SEEN
    assert off(found, gray, hole & ~islands(96, 96, ((48, 48),), 23)) < SEEN


def test_hints_alone_color_a_gray_picture_each_its_side() -> None:
    gray = np.repeat(luma_of(two_halves(60, 80, 40))[..., None], 3, axis=2).astype(np.float32)
    red, blue = dot(60, 80, 30, 10, RED), dot(60, 80, 30, 70, BLUE)
    hints = Hints(red.where | blue.where, np.where(red.where[..., None], red.color, blue.color))
    everything = np.ones((60, 80), bool)

    found = solved(region_of(gray, everything, hints=hints), gray)

    wanted = np.where((np.arange(80) < 40)[None, :, None], RED, BLUE)
    assert off(found, np.broadcast_to(wanted, gray.shape), everything) < SEEN


def test_contradicting_hints_share_a_thing_by_nearness() -> None:
    gray = np.full((40, 81, 3), 0.5, np.float32)
    red, blue = dot(40, 81, 20, 15, RED), dot(40, 81, 20, 65, BLUE)
    hints = Hints(red.where | blue.where, np.where(red.where[..., None], red.color, blue.color))
    everything = np.ones((40, 81), bool)

    found = solved(region_of(gray, everything, hints=hints), gray)

    away = [np.linalg.norm(chroma_of(found) - chroma_of(color), axis=-1) for color in (RED, BLUE)]
    assert (away[0] < away[1])[:, :35].all()
    assert (away[1] < away[0])[:, 46:].all()


def test_another_picture_alone_gives_colors_by_likeness() -> None:
    picture = two_halves(64, 64, 32)
    everything = np.ones((64, 64), bool)
    gray = np.repeat(luma_of(picture)[..., None], 3, axis=2).astype(np.float32)
    reference = np.ascontiguousarray(np.rot90(two_halves(80, 100, 30)))
    region = Region(gray, everything, everything.astype(np.float32), ~everything, reference=reference)

    found = solved(region, picture)

    assert off(found, picture, everything) < SEEN


def test_another_picture_has_what_this_one_lacks() -> None:
    """A dark red disc as a whole in the hole: no red in this picture, a red disc in the other one."""
    disc = islands(96, 96, ((48, 48),), 15)
    picture = np.where(disc[..., None], RED - 0.2, GRAY + 0.2).astype(np.float32)
    hole = square_hole(96, 96, 24, 24, 48)
    region = region_of(without_color_in(hole, picture), hole)
    other = np.roll(picture, 25, axis=1)
    inside = islands(96, 96, ((48, 48),), 12)

    alone = solved(region, picture)
    helped = solved(Region(region.image, hole, region.alpha, region.known, reference=other), picture)

    assert off(helped, picture, inside) < off(alone, picture, inside) / 4


def test_any_seed_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST", 300)
    picture = smooth_picture(80, 100)
    hole = square_hole(80, 100, 25, 35, 30)
    region = region_of(without_color_in(hole, picture), hole)

    np.testing.assert_array_equal(solved(region, picture, seed=4), solved(region, picture, seed=5))


def test_a_large_hole_is_worked_on_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = smooth_picture(160, 200)
    hole = square_hole(160, 200, 50, 70, 60)
    region = region_of(without_color_in(hole, picture), hole)
    whole = solved(region, picture)

    monkeypatch.setattr(fast, "MOST_HOLE", 900)
    smaller = solved(region, picture)

    assert (smaller != whole).any()
    np.testing.assert_allclose(luma_of(smaller), luma_of(picture), atol=ROUNDING)
    assert off(smaller, picture, hole) < SEEN


def test_opacity_is_no_color() -> None:
    picture = smooth_picture(40, 40)
    hole = square_hole(40, 40, 15, 15, 10)
    opaque = np.concatenate([without_color_in(hole, picture), np.ones((40, 40, 1), np.float32)], axis=2)

    found = solved(region_of(opaque, hole), picture)

    np.testing.assert_array_equal(found, solved(region_of(without_color_in(hole, picture), hole), picture))


@pytest.mark.parametrize("shape", [(1, 1), (40, 40)])
def test_without_any_color_there_is_nothing_to_take(shape: tuple[int, int]) -> None:
    gray = np.full((*shape, 3), 0.5, np.float32)
    everything = np.ones(shape, bool)

    with pytest.raises(NothingToSample):
        solved(region_of(gray, everything), gray)


def test_without_a_hole_there_is_nothing_to_do() -> None:
    picture = smooth_picture(20, 20)

    np.testing.assert_array_equal(solved(region_of(picture, np.zeros((20, 20), bool)), picture), picture)


@pytest.mark.parametrize("after", [0.1, 0.4, 0.7])
def test_a_cancel_is_heard_in_every_part(after: float) -> None:
    picture = smooth_picture(80, 100)
    hole = square_hole(80, 100, 25, 35, 30)
    heard: list[float] = []

    def cancel_late(_: str, fraction: float) -> None:
        heard.append(fraction)
        if fraction >= after:
            run.cancel()

    run = Run(on_progress=cancel_late)

    with pytest.raises(Cancelled):
        FastSolver().solve(region_of(without_color_in(hole, picture), hole), luma_of(picture), run)
    assert sum(fraction >= after for fraction in heard) == 1


def test_hints_of_what_would_have_been_found_anyway_spoil_nothing_else() -> None:
    """Light blue dots on the light blue ground, all round a dark red disc that nothing red touches."""
    disc = islands(96, 128, ((48, 90),), 13)
    picture = np.where((disc | islands(96, 128, ((24, 24), (72, 24)), 13))[..., None], RED - 0.25, BLUE + 0.25).astype(np.float32)
    hole = square_hole(96, 128, 28, 70, 40)
    where = islands(96, 128, ((32, 74), (32, 106), (64, 74), (64, 106)), 3)

    found = solved(region_of(without_color_in(hole, picture), hole, hints=Hints(where, picture)), picture)

    apart = float(np.linalg.norm(chroma_of(RED) - chroma_of(BLUE)))
    assert off(found, picture, islands(96, 128, ((48, 90),), 11)) < apart / 8

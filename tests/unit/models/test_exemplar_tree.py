"""The search by a tree: as good as looking at everything nearly always, and bound by the same rules as the other search."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lacuna_models.errors import Cancelled
from lacuna_models.exemplar import threads
from lacuna_models.exemplar.completion import complete
from lacuna_models.exemplar.cosines import directions_of
from lacuna_models.exemplar.crowding import NOBODY, Crowd, matches_at
from lacuna_models.exemplar.field import Field
from lacuna_models.exemplar.matching import Matching
from lacuna_models.exemplar.pyramid import Level
from lacuna_models.exemplar.solver import LevelTrace
from lacuna_models.exemplar.tree import SIDE, SMALL_SIDE, Tree
from lacuna_models.exemplar.units import units_of
from lacuna_models.region import Mask, Pixels
from lacuna_models.sampling import Sampling
from unit.models.fields import random_field
from unit.models.test_exemplar_exact import PICTURES, box

TREE = Sampling(search="tree")


def smooth_noise(height: int, width: int, channels: int = 4) -> Pixels:
    """Random colors with neighbors alike, as in photographs."""
    noise = np.random.default_rng(0).random((height, width, channels)).astype(np.float32)
    blurred: Pixels = cv2.blur(noise, (3, 3)).reshape(noise.shape).astype(np.float32)
    return blurred


def matching_of(picture: Pixels, hole: Mask, known: Mask, crowd: Crowd = NOBODY) -> Matching:
    """Every target matched to a source drawn at random; the picture is sampled."""
    random = np.random.default_rng(0)
    field = random_field(Level(picture, hole, known, None), 3, random)
    return Matching(field, picture, hole | known, crowd, False, random, np.zeros(1, np.uint8))


def distances_to_all(picture: Pixels, field: Field) -> Pixels:
    """N x H x W: each target's distance to the patch about every pixel; infinite where there is no source."""
    reach, size = field.radius, 2 * field.radius + 1
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size), axis=(0, 1))
    everywhere = np.full((len(field.rows), *field.sources.shape), np.inf, np.float32)
    for target, (row, column) in enumerate(zip(field.rows, field.columns, strict=True)):
        squares = (windows - windows[row - reach, column - reach]) ** 2
        everywhere[target, reach:-reach, reach:-reach] = squares.sum(axis=(2, 3, 4))
    everywhere[:, field.sources == 0] = np.inf
    return everywhere


@pytest.mark.parametrize("name", PICTURES)
def test_fill_is_the_one_right_answer(name: str) -> None:
    truth, hole = PICTURES[name]
    filled = complete(np.where(hole[..., None], np.float32(0), truth), hole, ~hole, sampling=TREE)
    np.testing.assert_allclose(filled, truth, rtol=0, atol=1e-4)
    assert np.array_equal(filled[~hole], truth[~hole])


def test_energy_never_rises_within_a_level() -> None:
    hole = box((96, 96), 30, 66, 28, 70)
    trace: list[LevelTrace] = []
    complete(smooth_noise(96, 96, 3), hole, ~hole, sampling=TREE, trace=trace)
    assert len(trace) > 1
    for level in trace:
        assert all(after <= before * (1 + 1e-5) for before, after in zip(level.energies, level.energies[1:], strict=False)), level


def found_and_all(picture: Pixels, hole: Mask) -> tuple[list[float], list[Pixels]]:
    """What each full unit's matches cost after one pass, and what all other places would have, found by brute force."""
    on = matching_of(picture, hole, ~hole)
    field = on.field
    Tree(on).improve(picture)
    everywhere = distances_to_all(picture, field)
    units = units_of(field, SMALL_SIDE, 0)
    found, possible = [], []
    for unit in (units.members[units.edges[k] : units.edges[k + 1]] for k in np.flatnonzero(units.full)):
        together = np.zeros(hole.shape, np.float32)
        for t, dy, dx in zip(
            unit, field.rows[unit] - field.rows[unit[0]], field.columns[unit] - field.columns[unit[0]], strict=True
        ):
            together += np.roll(everywhere[t], (-dy, -dx), (0, 1))
        found.append(float(field.distances[unit].sum()))
        possible.append(together[np.isfinite(together)])
    return found, possible


def test_where_the_leaves_are_few_every_unit_finds_the_best_place_of_all() -> None:
    found, possible = found_and_all(smooth_noise(22, 22), box((22, 22), 9, 13, 9, 13))
    assert len(found) == 9
    np.testing.assert_allclose(found, [places.min() for places in possible], rtol=1e-4)


def test_in_a_photograph_eight_units_of_ten_find_the_best_place_and_all_one_of_the_best_hundredth(tree: Path) -> None:
    photograph = np.array(Image.open(tree / "docs" / "examples" / "rocket.jpg"))[250:346, 200:296]
    picture = np.dstack([photograph / np.float32(255), np.zeros((96, 96), np.float32)])
    found, possible = found_and_all(picture, box((96, 96), 40, 56, 40, 56))
    better = [np.mean(places < 0.999 * cost) for cost, places in zip(found, possible, strict=True)]
    assert np.mean(np.array(better) == 0) >= 0.8
    assert max(better) < 0.01


def test_distances_are_those_of_the_matches_and_never_grow() -> None:
    picture, hole = smooth_noise(64, 64), box((64, 64), 20, 44, 20, 44)
    on = matching_of(picture, hole, ~hole)
    tree, everywhere = Tree(on), distances_to_all(picture, on.field)
    before = np.inf
    for _ in range(3):
        tree.improve(picture)
        at_matches = everywhere[np.arange(len(on.field.rows)), on.field.source_rows, on.field.source_columns]
        np.testing.assert_allclose(on.field.distances, at_matches, rtol=1e-4)
        assert on.field.distances.sum() <= before
        before = on.field.distances.sum()


def test_how_the_work_is_divided_among_threads_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, hole = smooth_noise(200, 200), box((200, 200), 40, 160, 40, 160)

    def matches(band: int) -> tuple[bytes, ...]:
        monkeypatch.setattr(threads, "BAND", band)
        on = matching_of(picture, hole, ~hole)
        tree = Tree(on)
        for _ in range(2):
            tree.improve(picture)
        return on.field.source_rows.tobytes(), on.field.source_columns.tobytes(), on.field.distances.tobytes()

    assert matches(band=1 << 30) == matches(band=1000) == matches(band=77)


def test_same_seed_same_bits_and_another_seed_another_fill() -> None:
    image, hole = smooth_noise(80, 80, 3), box((80, 80), 25, 55, 25, 55)
    fills = [complete(image, hole, ~hole, seed=seed, sampling=TREE) for seed in (1, 1, 2)]
    assert np.array_equal(fills[0], fills[1])
    assert not np.array_equal(fills[0], fills[2])


def test_a_cancel_stops_growing_and_asking_and_leaves_the_matches() -> None:
    picture, hole = smooth_noise(64, 64), box((64, 64), 24, 40, 24, 40)
    on = matching_of(picture, hole, ~hole)
    before = on.field.source_rows.copy()
    tree = Tree(on)
    on.cancel_flag[0] = 1
    with pytest.raises(Cancelled):
        tree.improve(picture)
    with pytest.raises(Cancelled):
        Tree(on)
    assert np.array_equal(on.field.source_rows, before)


def test_of_two_equal_halves_the_one_without_toll_is_copied() -> None:
    half = smooth_noise(64, 48)
    picture, hole = np.concatenate([half, half], axis=1), box((64, 96), 24, 40, 40, 56)
    tolls = np.zeros((64, 96), np.float32)
    tolls[:, :48] = 1e6
    crowd = Crowd(tolls, np.zeros((64, 96), np.int32), fair=1e9, price=1e-6)
    on = matching_of(picture, hole, ~hole, crowd)
    Tree(on).improve(picture)
    assert (on.field.source_columns >= 48 - SMALL_SIDE).mean() > 0.99


def test_a_price_for_copies_spreads_the_matches_and_the_crowd_is_counted() -> None:
    picture, hole = np.full((64, 64, 4), 0.5, np.float32), box((64, 64), 24, 40, 24, 40)

    def most_copies(price: float) -> int:
        on = matching_of(picture, hole, ~hole)
        on.field.source_rows[:], on.field.source_columns[:] = 10, 10
        crowd = Crowd.of(on.field, 1.0, Level(picture, hole, ~hole, None), None)
        on = Matching(
            on.field, picture, on.present, Crowd(crowd.tolls, crowd.counts, 49, price), False, on.random, on.cancel_flag
        )
        tree = Tree(on)
        for _ in range(4):
            tree.improve(picture)
        counted = cv2.boxFilter(matches_at(on.field), -1, (7, 7), normalize=False, borderType=cv2.BORDER_CONSTANT)
        assert np.array_equal(crowd.counts, np.rint(counted))
        return int(crowd.counts.max())

    assert most_copies(price=0.01) < most_copies(price=1e-30) / 4


@pytest.mark.parametrize(
    ("size", "hole", "unknown"),
    [
        ((7, 90), box((7, 90), 0, 7, 40, 60), box((7, 90), 0, 0, 0, 0)),
        ((90, 8), box((90, 8), 30, 60, 2, 8), box((90, 8), 0, 0, 0, 0)),
        ((64, 64), box((64, 64), 0, 64, 16, 64), box((64, 64), 0, 0, 0, 0)),
        ((64, 64), box((64, 64), 20, 40, 20, 40), box((64, 64), 8, 64, 0, 64) & ~box((64, 64), 20, 40, 20, 40)),
        ((61, 67), box((61, 67), 0, 1, 0, 67) | box((61, 67), 30, 31, 33, 34), box((61, 67), 1, 61, 0, 9)),
        ((3, 5), box((3, 5), 1, 2, 2, 3), box((3, 5), 0, 0, 0, 0)),
    ],
    ids=["a strip", "two columns known", "a quarter known", "one row of sources", "a line and a dot", "a tiny picture"],
)
def test_odd_shapes_are_filled_with_what_is_known(size: tuple[int, int], hole: Mask, unknown: Mask) -> None:
    image = smooth_noise(*size, 3)
    image[hole | unknown] = 99
    known = ~hole & ~unknown
    filled = complete(image, hole, known, sampling=TREE)
    assert np.array_equal(filled[~hole], image[~hole])
    assert filled[hole].max() < 2


def test_units_hold_every_target_once_and_lie_elsewhere_when_the_grid_moves() -> None:
    hole = box((64, 64), 20, 41, 22, 40)
    field = matching_of(smooth_noise(64, 64), hole, ~hole).field
    first, moved = units_of(field, SIDE, 0), units_of(field, SIDE, 1)
    for units in (first, moved):
        assert sorted(units.members) == list(range(len(field.rows)))
        squares = [units.members[start:end] for start, end in zip(units.edges, units.edges[1:], strict=False)]
        assert all(np.ptp(field.rows[square]) < SIDE and np.ptp(field.columns[square]) < SIDE for square in squares)
        assert [len(square) == SIDE * SIDE for square in squares] == units.full.astype(bool).tolist()
    assert not np.array_equal(first.edges, moved.edges) or not np.array_equal(first.members, moved.members)


def test_directions_are_orthonormal_and_hold_nearly_all_of_a_smooth_picture() -> None:
    picture = cv2.blur(smooth_noise(80, 80), (5, 5)).astype(np.float32)
    rows, columns = (axis.ravel().astype(np.int32) for axis in np.mgrid[3:77, 3:77])
    directions = directions_of(picture, rows, columns, 3, 48)
    np.testing.assert_allclose(directions.T @ directions, np.eye(48), atol=1e-5)
    patches = np.lib.stride_tricks.sliding_window_view(picture, (7, 7), axis=(0, 1)).transpose(0, 1, 3, 4, 2).reshape(-1, 196)
    kept = (patches @ directions).var(axis=0).sum() / patches.var(axis=0).sum()
    assert kept > 0.9

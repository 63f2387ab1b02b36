"""The randomized search against brute force, and what it must never sample."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.exemplar import threads
from lacuna_models.exemplar.completion import complete, fitting_radius
from lacuna_models.exemplar.crowding import NOBODY, Crowd
from lacuna_models.exemplar.field import Field
from lacuna_models.exemplar.matching import Matching
from lacuna_models.exemplar.pyramid import Level, halved, patch_centers, pyramid
from lacuna_models.exemplar.randomized import Randomized
from lacuna_models.holes import depth_of
from lacuna_models.region import Mask, Pixels
from unit.models.fields import random_field

NO_CANCEL = np.zeros(1, np.uint8)


def smooth_noise(size: int, seed: int) -> Pixels:
    """Random colors with neighbors alike, as in photographs."""
    noise = np.random.default_rng(seed).random((size, size, 4))
    for axis in (0, 1):
        noise = (noise + np.roll(noise, 1, axis) + np.roll(noise, 2, axis)) / 3
    return noise.astype(np.float32)


def middle(size: int, side: int) -> Mask:
    mask = np.zeros((size, size), np.bool_)
    start = (size - side) // 2
    mask[start : start + side, start : start + side] = True
    return mask


def search_of(picture: Pixels, hole: Mask, crowd: Crowd = NOBODY) -> tuple[Field, Randomized]:
    """A field of random matches, and the search that improves it."""
    random = np.random.default_rng(0)
    field = random_field(Level(picture, hole, ~hole, None), 3, random)
    return field, Randomized(Matching(field, picture, np.ones_like(hole), crowd, True, random, NO_CANCEL))


def best_distances(picture: Pixels, field: Field) -> Pixels:
    """The least sum of squared differences of each target, over all sources."""
    reach = field.radius
    windows = np.lib.stride_tricks.sliding_window_view(picture, (2 * reach + 1, 2 * reach + 1), axis=(0, 1))
    rows, columns = np.nonzero(field.sources)
    sources = windows[rows - reach, columns - reach].reshape(len(rows), -1)
    targets = windows[field.rows - reach, field.columns - reach].reshape(len(field.rows), -1)
    return np.array([((sources - target) ** 2).sum(axis=1).min() for target in targets], np.float32)


def test_search_comes_close_to_brute_force() -> None:
    picture, hole = smooth_noise(40, 0), middle(40, 8)
    field, search = search_of(picture, hole)
    for _ in range(6):
        search.improve(picture)
    best = best_distances(picture, field)
    assert np.all(field.distances >= best * 0.999)
    assert field.distances.mean() < 1.1 * best.mean()


def test_no_pass_makes_a_match_worse() -> None:
    picture, hole = smooth_noise(40, 1), middle(40, 12)
    field, search = search_of(picture, hole)
    before = field.distances.copy()
    for _ in range(4):
        search.improve(picture)
        assert np.all(field.distances <= before)
        before = field.distances.copy()


def test_the_number_of_cores_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hole is large enough for several bands."""
    image, hole = smooth_noise(200, 5)[..., :3], middle(200, 120)
    several = complete(image, hole, ~hole)
    monkeypatch.setattr(threads, "_pool", lambda _kind: OneAfterTheOther())
    assert several.tobytes() == complete(image, hole, ~hole).tobytes()


class OneAfterTheOther:
    """A pool of no threads."""

    map = staticmethod(map)


def test_targets_are_the_patches_that_touch_the_hole_and_sources_the_wholly_known_ones() -> None:
    hole = middle(20, 4)
    known = ~hole
    known[:, :2] = False
    field = random_field(Level(np.zeros((20, 20, 4), np.float32), hole, known, None), 2, np.random.default_rng(0))
    assert len(field.rows) == 8 * 8
    assert not field.sources[:, :4].any()
    assert field.sources[2:18, 4:18].sum() == 16 * 14 - 8 * 8
    assert field.sources[field.source_rows, field.source_columns].all()


def test_excluded_pixels_are_never_sampled() -> None:
    """Half of the surroundings is excluded and has a color of its own: it must not be in the fill, nor bleed into it."""
    for seed in range(3):
        image = smooth_noise(96, 2)[..., :3]
        hole, excluded = middle(96, 24), np.zeros((96, 96), np.bool_)
        excluded[:, :40] = True
        excluded &= ~hole
        image[..., 0] = 0
        image[excluded] = (50, 0, 0)
        filled = complete(image, hole, ~hole & ~excluded, seed=seed)
        assert np.all(filled[hole][:, 0] == 0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_numbers_are_not_known(bad: float) -> None:
    image, hole = smooth_noise(64, 3)[..., :3], middle(64, 10)
    image[5:60:7, 5:25:7] = bad
    filled = complete(image, hole, ~hole)
    assert np.isfinite(filled[hole]).all()
    assert filled[~hole].tobytes() == image[~hole].tobytes()


def test_same_seed_same_bits_and_another_seed_another_fill() -> None:
    image, hole = smooth_noise(80, 4)[..., :3], middle(80, 30)
    first, again, other = (complete(image, hole, ~hole, seed=seed) for seed in (5, 5, 6))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_coarse_pixel_is_hole_if_any_is_and_known_if_all_are() -> None:
    image = np.ones((5, 7, 4), np.float32)
    hole, known = np.zeros((5, 7), np.bool_), np.ones((5, 7), np.bool_)
    hole[1, 1], known[1, 1] = True, False
    known[2, 4] = False
    image[1, 1], image[2, 4], image[4, 6] = 9, 9, 3
    coarse = halved(Level(image, hole, known, None), NO_CANCEL)
    assert coarse.hole.tolist() == [[True, False, False, False]] + [[False] * 4] * 2
    assert coarse.known.tolist() == [[False, True, True, True], [True, True, False, True], [True] * 4]
    assert coarse.image[..., 0].tolist() == [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 3]]


def test_the_coarsest_level_is_one_where_a_patch_spans_the_hole() -> None:
    hole = middle(400, 100)
    levels = pyramid(Level(np.zeros((400, 400, 4), np.float32), hole, ~hole, None), 3, NO_CANCEL)
    assert depth_of(levels[-1].hole) <= 4
    assert depth_of(levels[-2].hole) > 3


def test_patches_shrink_with_what_is_known() -> None:
    known = np.zeros((20, 20), np.bool_)
    known[:3, :4] = True
    assert fitting_radius((20, 20), known) == 1
    assert fitting_radius((5, 20), np.ones((5, 20), np.bool_)) == 2
    assert patch_centers(known, 1, all_of=True).sum() == 2

"""Several fills of one hole, repeats, and patches taken from the surroundings transformed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lacuna_models.exemplar.atlas import MOST_PAGES, atlas_of
from lacuna_models.exemplar.completion import Completion, complete
from lacuna_models.exemplar.crowding import Crowd, matches_at
from lacuna_models.exemplar.field import Field
from lacuna_models.exemplar.matching import Matching
from lacuna_models.exemplar.pyramid import Level
from lacuna_models.exemplar.randomized import Randomized
from lacuna_models.exemplar.refiner import ExemplarRefiner
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run
from lacuna_models.sampling import UNCHANGED, Sampling

NO_CANCEL = np.zeros(1, np.uint8)


def pebbles(size: int, seed: int = 0) -> Pixels:
    """Overlapping discs of random colors: many places that would do."""
    random = np.random.default_rng(seed)
    image = np.full((size, size, 3), 0.5, np.float32)
    for _ in range(size * 3):
        x, y, radius = (int(value) for value in random.integers((0, 0, 3), (size, size, 9)))
        cv2.circle(image, (x, y), radius, random.random(3).tolist(), -1)
    return image


def middle(size: int, side: int) -> Mask:
    mask = np.zeros((size, size), np.bool_)
    start = (size - side) // 2
    mask[start : start + side, start : start + side] = True
    return mask


def difference(one: Pixels, other: Pixels, hole: Mask) -> float:
    return float(np.abs(one - other)[hole].mean())


def test_every_variant_is_another_fill_and_as_sharp_as_the_first() -> None:
    image, hole = pebbles(160), middle(160, 40)
    completion = Completion(image, hole, ~hole)
    fills = [completion.fill(seed) for seed in range(4)]
    apart = [difference(fills[i], fills[j], hole) for i in range(4) for j in range(i)]
    assert min(apart) > 0.25 * np.abs(image - image[::-1])[hole].mean()
    sharp = [float(np.abs(np.diff(fill, axis=1))[60:100, 60:99].mean()) for fill in fills]
    assert min(sharp) > 0.7 * sharp[0]


def test_a_variant_depends_on_those_before_it_and_on_nothing_else() -> None:
    image, hole = pebbles(120), middle(120, 30)
    region = Region(image, hole, hole.astype(np.float32), ~hole)

    def fills(count: int) -> list[bytes]:
        refiner = ExemplarRefiner()
        return [refiner.refine(region, None, Run(seed=seed)).tobytes() for seed in range(count)]

    assert fills(3)[:2] == fills(2)


def test_a_new_region_is_not_bound_by_the_last_one() -> None:
    refiner = ExemplarRefiner()
    results = []
    for seed in (0, 1, 0):
        image, hole = pebbles(100, seed), middle(100, 24)
        results.append(refiner.refine(Region(image, hole, hole.astype(np.float32), ~hole), None, Run()).tobytes())
    assert results[0] == results[2]


def test_what_is_copied_often_costs_and_is_left() -> None:
    """Ten patches like one place; with a price on repeats they spread over the places that are a little less alike."""
    random = np.random.default_rng(0)
    picture = np.tile(random.random((20, 20, 4)).astype(np.float32), (5, 5, 1))
    picture += random.normal(0, 0.01, picture.shape).astype(np.float32)
    hole = middle(100, 24)
    level = Level(picture, hole, ~hole, None)

    def most_copies(price: float) -> float:
        field = Field.random(level, 3, np.random.default_rng(0))
        crowd = Crowd.of(field, price, level, None)
        search = Randomized(Matching(field, picture, np.ones_like(hole), crowd, True, np.random.default_rng(0), NO_CANCEL))
        for _ in range(10):
            search.improve(picture)
        np.testing.assert_array_equal(crowd.counts, Crowd.of(field, price, level, None).counts)
        return float(cv2.boxFilter(matches_at(field), -1, (7, 7), normalize=False).max())

    assert most_copies(2.0) < most_copies(1e-9)


def mirrored_scene() -> tuple[Pixels, Mask]:
    """A picture whose right half is its left half mirrored; the hole's right answer is only there in the mirror."""
    left = pebbles(120)[:, :60]
    return np.concatenate([left, left[:, ::-1]], axis=1), middle(120, 1) | hole_at(40, 70, 74, 104)


def hole_at(top: int, bottom: int, left: int, right: int) -> Mask:
    mask = np.zeros((120, 120), np.bool_)
    mask[top:bottom, left:right] = True
    return mask


def test_mirrored_patches_fill_what_is_only_there_in_a_mirror() -> None:
    truth, hole = mirrored_scene()
    plain, mirrored = (complete(truth, hole, ~hole, sampling=one) for one in (UNCHANGED, Sampling(mirror=True)))
    assert difference(mirrored, truth, hole) < 0.01 < difference(plain, truth, hole)


@pytest.mark.parametrize("degrees", [90, 180])
def test_rotated_patches_fill_what_is_only_there_rotated(degrees: int) -> None:
    scene = pebbles(120)
    scene[:, 60:] = scene[::-1, ::-1][:, 60:] if degrees == 180 else np.rot90(scene)[:, 60:]
    hole = hole_at(75, 95, 85, 105)
    plain, rotated = (complete(scene, hole, ~hole, sampling=one) for one in (UNCHANGED, Sampling(rotate=degrees)))
    assert difference(rotated, scene, hole) < 0.5 * difference(plain, scene, hole)


def test_scaled_patches_are_there() -> None:
    image = np.concatenate([pebbles(80), np.zeros((80, 80, 1), np.float32)], axis=2)
    atlas = atlas_of(image, np.ones((80, 80), np.bool_), Sampling(scale=50))
    assert atlas is not None
    larger, smaller = (cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA) for f in (1.5, 0.5))
    for wanted in (larger, smaller):
        patch = wanted[10:25, 10:25]
        found = cv2.matchTemplate(atlas.image[..., 0], np.ascontiguousarray(patch[..., 0]), cv2.TM_SQDIFF).min()
        assert found < 0.02 * patch[..., 0].size


def test_an_atlas_starts_with_the_image_and_samples_nothing_unknown() -> None:
    image, known = np.full((70, 90, 4), 7, np.float32), np.ones((70, 90), np.bool_)
    known[:, 50:] = False
    image[~known] = 0
    atlas = atlas_of(image, known, Sampling(mirror=True, rotate=180, scale=50))
    assert atlas is not None
    assert np.array_equal(atlas.image[:70, :90], image)
    assert np.array_equal(atlas.known[:70, :90], known)
    np.testing.assert_allclose(atlas.image[atlas.known], 7, rtol=1e-5)
    assert not atlas.image[~atlas.known].any()


def test_the_atlas_of_a_huge_picture_has_fewer_pages() -> None:
    """So that memory is bounded; what is left out are the larger turns."""
    image, known = np.zeros((3000, 3000, 4), np.float32), np.ones((3000, 3000), np.bool_)
    atlas = atlas_of(image, known, Sampling(rotate=180))
    assert atlas is not None
    assert len(atlas.image) < 5 * 3000 < MOST_PAGES * 3000


def test_an_image_that_is_sampled_as_it_is_needs_no_atlas() -> None:
    assert atlas_of(np.zeros((9, 9, 4), np.float32), np.ones((9, 9), np.bool_), UNCHANGED) is None

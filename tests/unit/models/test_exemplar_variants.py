"""Several fills of one hole, repeats, and patches taken from the surroundings transformed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lacuna_models.errors import Cancelled
from lacuna_models.exemplar.atlas import atlas_of, transforms
from lacuna_models.exemplar.completion import Completion, complete
from lacuna_models.exemplar.crowding import Crowd, matches_at
from lacuna_models.exemplar.matching import Matching
from lacuna_models.exemplar.pyramid import Level
from lacuna_models.exemplar.randomized import Randomized
from lacuna_models.exemplar.refiner import ExemplarRefiner
from lacuna_models.holes import is_stroke
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run
from lacuna_models.sampling import UNCHANGED, Sampling
from unit.models.fields import random_field

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
        field = random_field(level, 3, np.random.default_rng(0))
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
    atlas = atlas_of(image, np.ones((80, 80), np.bool_), Sampling(scale=50), NO_CANCEL)
    assert atlas is not None
    larger, smaller = (cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA) for f in (1.5, 0.5))
    for wanted in (larger, smaller):
        patch = wanted[10:25, 10:25]
        found = cv2.matchTemplate(atlas.stock.image[..., 0], np.ascontiguousarray(patch[..., 0]), cv2.TM_SQDIFF).min()
        assert found < 0.02 * patch[..., 0].size


def test_an_atlas_starts_with_the_image_and_samples_nothing_unknown() -> None:
    image, known = np.full((70, 90, 4), 7, np.float32), np.ones((70, 90), np.bool_)
    known[:, 50:] = False
    image[~known] = 0
    atlas = atlas_of(image, known, Sampling(mirror=True, rotate=180, scale=50), NO_CANCEL)
    assert atlas is not None
    assert np.array_equal(atlas.stock.image[:70, :90], image)
    assert np.array_equal(atlas.stock.known[:70, :90], known)
    np.testing.assert_allclose(atlas.stock.image[atlas.stock.known], 7, rtol=1e-5)
    assert not atlas.stock.image[~atlas.stock.known].any()


def test_a_large_picture_has_fewer_pages_and_each_kind_asked_for_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory is bounded."""
    monkeypatch.setattr("lacuna_models.exemplar.atlas.MOST_PIXELS", 120_000)
    image, known = np.zeros((100, 100, 4), np.float32), np.ones((100, 100), np.bool_)
    sampling = Sampling(mirror=True, rotate=30, scale=20)
    atlas = atlas_of(image, known, sampling, NO_CANCEL)
    assert atlas is not None
    assert 0 < atlas.left_out < len(transforms(sampling)) - 2
    assert atlas.stock.known[128:].size <= 120_000
    first = transforms(sampling)[:3]
    assert {one.mirrored for one in first} == {True, False}
    assert {one.factor for one in first} == {1, 1.2}
    assert {one.degrees for one in first} == {0, 30}


def test_the_artist_is_told_when_pages_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lacuna_models.exemplar.atlas.MOST_PIXELS", 120_000)
    image, hole = pebbles(100), middle(100, 20)
    told = []
    for sampling in (Sampling(mirror=True), Sampling(mirror=True, rotate=30, scale=20)):
        run = Run(sampling=sampling)
        ExemplarRefiner().refine(Region(image, hole, hole.astype(np.float32), ~hole), None, run)
        told.append(len(run.warnings))
    assert told == [0, 1]


@pytest.mark.parametrize("channels", [3, 4])
def test_transformed_pages_hold_no_color_that_is_not_in_the_picture(channels: int) -> None:
    """Hard edges, on which a sharp interpolation rings; opacity in steps, by which colors are divided in the end."""
    random = np.random.default_rng(0)
    image = random.integers(0, 2, (90, 90, channels)).astype(np.float32)
    if channels == 4:
        image[..., 3] = np.where(image[..., 3] > 0, 1.0, 0.2)
    hole = middle(90, 24)
    run = Run(sampling=Sampling(mirror=True, rotate=40, scale=30))
    filled = ExemplarRefiner().refine(Region(image, hole, hole.astype(np.float32), ~hole), None, run)[hole]
    assert filled[:, :3].min() >= -1e-4
    assert filled[:, :3].max() <= 1 + 1e-4
    if channels == 4:
        assert filled[:, 3].min() >= 0.2 - 1e-4


def test_a_cancel_is_heard_while_pages_are_drawn() -> None:
    image, known = np.zeros((100, 100, 4), np.float32), np.ones((100, 100), np.bool_)
    with pytest.raises(Cancelled):
        atlas_of(image, known, Sampling(rotate=30), np.ones(1, np.uint8))


def test_several_holes_are_each_wide_and_a_line_is_thin() -> None:
    rows, columns = np.indices((200, 400))
    discs = (rows % 100 - 50) ** 2 + (columns % 100 - 50) ** 2 < 30**2
    assert not is_stroke(discs)
    line = np.abs(rows - columns // 2) < 6
    assert is_stroke(line)


def test_an_image_that_is_sampled_as_it_is_needs_no_atlas() -> None:
    assert atlas_of(np.zeros((9, 9, 4), np.float32), np.ones((9, 9), np.bool_), UNCHANGED, NO_CANCEL) is None

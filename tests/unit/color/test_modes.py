"""Colors in groups: what passes evenly from tone to tone is one, what has a valley between is two."""

from __future__ import annotations

import numpy as np

from lacuna_models.color.modes import groups_of
from lacuna_models.region import Pixels


def groups(samples: Pixels) -> int:
    return np.unique(groups_of(samples)[1]).size


def cloud(center: tuple[float, float, float], count: int, seed: int) -> Pixels:
    return (np.array(center) + 0.4 * np.random.default_rng(seed).standard_normal((count, 3))).astype(np.float32)


def test_two_colors_with_few_pixels_between_are_two_groups() -> None:
    between = np.linspace([0, 0, 0], [5, 0, 0], 50).astype(np.float32)
    assert groups(np.concatenate([cloud((0, 0, 0), 2000, 0), cloud((5, 0, 0), 2000, 1), between])) == 2


def test_tones_that_are_all_as_frequent_are_one_group() -> None:
    tones = np.random.default_rng(0).uniform([0, -0.2, -0.2], [6, 0.2, 0.2], (4000, 3)).astype(np.float32)
    assert groups(tones) == 1


def test_every_cell_is_near_a_color_of_its_own() -> None:
    samples = np.concatenate([cloud((0, 0, 0), 500, 0), cloud((4, 4, 4), 500, 1)])
    centers, group = groups_of(samples)
    assert centers.shape == (group.size, 3)
    assert all(np.abs(samples - center).max(axis=1).min() <= 0.25 + 1e-6 for center in centers)


def test_one_color() -> None:
    assert groups(np.zeros((1, 3), np.float32)) == 1

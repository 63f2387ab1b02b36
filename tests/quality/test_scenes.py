"""Rendered scenes with a known truth: the engine must be clearly better than the classical method, and look like the rest."""

from __future__ import annotations

import numpy as np

from lacuna_models.classical import Telea
from lacuna_models.exemplar.refiner import ExemplarRefiner
from lacuna_models.region import Mask, Pixels, Region
from lacuna_models.run import Run

SIDE = 192


def wall_under_sky() -> Pixels:
    """A brick wall with mortar, 20 x 9 px a brick, each row shifted by half, below a sky that fades towards a sharp edge."""
    rows, columns = np.indices((SIDE, SIDE)).astype(np.float32)
    course = (rows // 9).astype(int)
    across = (columns + 10 * (course % 2)) % 20
    mortar = (rows % 9 < 2) | (across < 2)
    wall = np.where(mortar[..., None], [0.75, 0.72, 0.68], [0.60, 0.25, 0.18])
    fade = rows[..., None] / SIDE
    sky = np.array([0.30, 0.50, 0.85]) * (1 - fade) + np.array([0.75, 0.85, 0.95]) * fade
    return np.where(rows[..., None] < 84, sky, wall).astype(np.float32)


def meadow() -> Pixels:
    """Blades of grass: noise that is streaked downwards, in greens."""
    noise = np.random.default_rng(7).random((SIDE + 8, SIDE))
    streaks = np.mean([noise[shift : shift + SIDE] for shift in range(8)], axis=0)
    shade = (streaks - streaks.mean()) / streaks.std() * 0.12 + 0.45
    return np.stack([0.6 * shade, shade, 0.3 * shade], axis=2).astype(np.float32)


def square(top: int, left: int, side: int) -> Mask:
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[top : top + side, left : left + side] = True
    return mask


def fills(truth: Pixels, hole: Mask) -> tuple[Pixels, Pixels]:
    """What the engine and Telea make of the truth with its hole painted black."""
    region = Region(np.where(hole[..., None], np.float32(0), truth), hole, hole.astype(np.float32), ~hole)
    return ExemplarRefiner().refine(region, None, Run()), Telea().complete(region, Run())


def psnr(picture: Pixels, truth: Pixels, hole: Mask) -> float:
    """Peak signal to noise ratio in the hole, in dB, for values up to 1."""
    return float(-10 * np.log10(np.mean((picture[hole] - truth[hole]) ** 2) + 1e-12))


def roughness(picture: Pixels, where: Mask) -> float:
    """Mean absolute difference from the pixel to the left."""
    return float(np.abs(np.diff(picture, axis=1))[where[:, 1:]].mean())


def test_a_wall_and_its_edge_against_the_sky_are_continued() -> None:
    truth, hole = wall_under_sky(), square(60, 70, 50)
    engine, telea = fills(truth, hole)
    assert psnr(engine, truth, hole) > psnr(telea, truth, hole) + 10


def test_grass_stays_as_rough_as_grass() -> None:
    truth, hole = meadow(), square(70, 70, 50)
    engine, telea = fills(truth, hole)
    around = ~hole
    assert 0.8 < roughness(engine, hole) / roughness(truth, around) < 1.2
    assert roughness(telea, hole) / roughness(truth, around) < 0.5


def test_the_edge_of_the_fill_does_not_show() -> None:
    """Across the hole's left and right edge neighbors differ hardly more than anywhere."""
    truth, hole = meadow(), square(70, 70, 50)
    engine, _ = fills(truth, hole)
    edges = np.zeros_like(hole)
    edges[70:120, [70, 120]] = True
    assert roughness(engine, edges) < 1.35 * roughness(truth, ~hole)

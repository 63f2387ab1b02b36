"""The domain transform's recursive filter: what it keeps, how far it runs, and where it stops."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.color.domain_transform import DomainTransformSolver, filtered_along_edges
from lacuna_models.color.planes import chroma_of, luma_of
from lacuna_models.errors import Cancelled
from lacuna_models.run import Run
from unit.color.color_regions import dot, region_of, two_halves

ANY = np.random.default_rng(8)


def test_an_even_plane_stays_even() -> None:
    filtered = filtered_along_edges(np.full((20, 30, 2), 0.7), ANY.random((20, 30)), 10.0, Run())

    np.testing.assert_allclose(filtered, 0.7, rtol=1e-12)


def test_one_pass_follows_the_published_recursion() -> None:
    """A row of three pixels, by hand: J_n = (1 - a^d) I_n + a^d J_(n-1), to the right and back, three times."""
    values, luma, reach = [1.0, 0.0, 4.0], [0.1, 0.2, 0.6], 5.0

    filtered = filtered_along_edges(np.array(values).reshape(1, 3, 1), np.array([luma]), reach, Run())

    for sigma in (reach * 3**0.5 * 4 / 63**0.5, reach * 3**0.5 * 2 / 63**0.5, reach * 3**0.5 / 63**0.5):
        share = [np.exp(-(2**0.5) / sigma) ** (1 + reach / 0.2 * abs(luma[i + 1] - luma[i])) for i in (0, 1)]
        values[1] = (1 - share[0]) * values[1] + share[0] * values[0]
        values[2] = (1 - share[1]) * values[2] + share[1] * values[1]
        values[1] = (1 - share[1]) * values[1] + share[1] * values[2]
        values[0] = (1 - share[0]) * values[0] + share[0] * values[1]
    np.testing.assert_allclose(filtered[0, :, 0], values, rtol=1e-12)


def test_rows_and_columns_are_filtered_in_the_same_way() -> None:
    luma, plane = np.full((9, 9), 0.5), np.zeros((9, 9, 1))
    plane[4, 4] = 1.0

    filtered = filtered_along_edges(plane, luma, 3.0, Run())[..., 0]

    np.testing.assert_allclose(filtered, filtered.T, rtol=1e-2)


def test_two_hints_color_two_objects_and_nothing_runs_over_the_edge() -> None:
    image, hole = two_halves(50, 60, 25), np.ones((50, 60), bool)
    left, right = dot(50, 60, 10, 4, image[0, 0]), dot(50, 60, 40, 55, image[0, 59])
    left.where[right.where], left.color[right.where] = True, right.color[right.where]

    filled = DomainTransformSolver().solve(region_of(image, hole, hints=left), luma_of(image), Run())

    assert np.abs(filled - image).max() < 0.03


def test_color_arrives_behind_any_number_of_edges() -> None:
    """A checkerboard of black and white: at every step an edge, and after 700 of them less than float64 can hold."""
    y, x = np.indices((3, 900))
    luma = ((x + y) % 2).astype(np.float32)
    hole = np.ones(luma.shape, bool)
    hole[:, 0] = False
    image = np.full((*luma.shape, 3), 0.5, np.float32)
    image[:, 0] = (0.8, 0.4, 0.3)
    luma[:, 0] = luma_of(image[:, 0])
    luma[hole] = np.where(luma[hole] > 0, 0.9, 0.1)

    filled = DomainTransformSolver().solve(region_of(image, hole), luma, Run())

    assert np.isfinite(filled).all()
    assert (chroma_of(filled)[hole][:, 0] > 0).all()


def test_a_cancel_is_heard_while_filtering() -> None:
    run = Run()
    run.cancel()

    with pytest.raises(Cancelled):
        filtered_along_edges(np.ones((20, 20, 1)), np.ones((20, 20)), 5.0, run)

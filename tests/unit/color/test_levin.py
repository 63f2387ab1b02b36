"""Propagation along the luma (Levin 2004): what is solved, where it stops, and what has no answer of its own."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_models.color import levin
from lacuna_models.color.levin import propagated
from lacuna_models.errors import Cancelled
from lacuna_models.run import Run

ANY = np.random.default_rng(3)


def dense_solution(
    luma: NDArray[np.float64],
    where: NDArray[np.bool_],
    values: NDArray[np.float64],
    unknown: NDArray[np.bool_],
    confidence: NDArray[np.float64],
    target: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The same system written pixel by pixel, as in the authors' published code, and solved with a dense matrix."""
    height, width = luma.shape
    matrix, right = np.eye(luma.size), np.where(where[..., None], values, 0.0).reshape(luma.size, -1)
    for y, x in np.argwhere(unknown):
        near = [
            (j, i)
            for j in range(max(y - 1, 0), min(y + 2, height))
            for i in range(max(x - 1, 0), min(x + 2, width))
            if (j, i) != (y, x) and (where | unknown)[j, i]
        ]
        difference = np.array([luma[place] - luma[y, x] for place in near])
        variance = np.var([luma[place] for place in [*near, (y, x)]])
        spread = max(0.6 * variance, -(difference**2).min() / np.log(0.01), 2e-6)
        weights = np.exp(-(difference**2) / spread)
        row = y * width + x
        matrix[row, row] += confidence[y, x]
        matrix[row, [j * width + i for j, i in near]] = -weights / weights.sum()
        right[row] = confidence[y, x] * target[y, x]
    return np.asarray(np.linalg.solve(matrix, right).reshape(values.shape))


def test_the_solution_is_that_of_the_published_equations() -> None:
    luma, values, target = ANY.random((9, 11)), ANY.random((9, 11, 2)), ANY.random((9, 11, 2))
    where = ANY.random((9, 11)) < 0.3
    unknown = ~where & (ANY.random((9, 11)) < 0.9)
    confidence = np.where(unknown, ANY.random((9, 11)), 0.0)

    found = propagated(luma, where, values, unknown, Run(), confidence=confidence, target=target)

    np.testing.assert_allclose(found, dense_solution(luma, where, values, unknown, confidence, target), atol=1e-12)


def test_given_values_stay_to_the_bit_and_pixels_that_take_no_part_get_none() -> None:
    where, unknown = ANY.random((20, 30)) < 0.2, ANY.random((20, 30)) < 0.6
    values = ANY.standard_normal((20, 30, 3)).astype(np.float32)

    found = propagated(ANY.random((20, 30)), where, values, unknown, Run())

    np.testing.assert_array_equal(found[where], values[where])
    assert not found[~where & ~unknown].any()
    assert found.dtype == np.float32


def test_a_value_fills_an_object_and_stops_at_its_edge() -> None:
    luma = np.full((40, 60), 0.3)
    luma[:, 30:] = 0.7
    where = np.zeros(luma.shape, bool)
    where[20, 5] = where[20, 55] = True
    values = np.where(luma < 0.5, -1.0, 1.0)[..., None]

    found = propagated(luma, where, values, ~where, Run())[..., 0]

    np.testing.assert_allclose(found[:, :30], -1.0, atol=0.1)
    np.testing.assert_allclose(found[:, 30:], 1.0, atol=0.1)


def test_what_takes_no_part_is_a_wall() -> None:
    """A wall of excluded pixels: what lies behind it is not seen, though its luma is the same."""
    where = np.zeros((9, 21), bool)
    where[:, 0] = where[:, 20] = True
    unknown = ~where
    unknown[:, 10] = False
    values = np.zeros((9, 21, 1))
    values[:, 20] = 1.0

    found = propagated(np.full((9, 21), 0.5), where, values, unknown, Run())[..., 0]

    np.testing.assert_allclose(found[:, :10], 0.0, atol=1e-12)
    np.testing.assert_allclose(found[:, 11:], 1.0, atol=1e-12)


def test_a_part_that_no_value_reaches_gets_the_nearest_one() -> None:
    where, unknown = np.zeros((5, 30), bool), np.zeros((5, 30), bool)
    where[2, 0] = where[2, 29] = True
    unknown[1:4, 4:8] = unknown[1:4, 20:25] = True
    values = np.zeros((5, 30, 1), np.float32)
    values[2, 0], values[2, 29] = 3.0, 7.0

    found = propagated(ANY.random((5, 30)), where, values, unknown, Run())[..., 0]

    assert set(found[1:4, 4:8].ravel()) == {3.0}
    assert set(found[1:4, 20:25].ravel()) == {7.0}


def test_without_any_value_there_is_zero() -> None:
    unknown = np.ones((4, 4), bool)

    found = propagated(ANY.random((4, 4)), ~unknown, np.full((4, 4, 2), np.nan), unknown, Run())

    np.testing.assert_array_equal(found, 0.0)


def test_a_confident_target_needs_no_given_value() -> None:
    unknown = np.ones((12, 12), bool)
    confidence = np.zeros((12, 12))
    confidence[3, 3] = 0.5

    found = propagated(
        ANY.random((12, 12)),
        ~unknown,
        np.zeros((12, 12, 1)),
        unknown,
        Run(),
        confidence=confidence,
        target=np.full((12, 12, 1), 4.0),
    )

    np.testing.assert_allclose(found, 4.0, rtol=1e-9)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2), (33, 5)])
def test_any_shape_is_filled(shape: tuple[int, int]) -> None:
    where = np.zeros(shape, bool)
    where[0, 0] = True

    found = propagated(ANY.random(shape), where, np.full((*shape, 2), 0.25), ~where, Run())

    np.testing.assert_allclose(found, 0.25, rtol=1e-9)


def test_the_least_even_luma_keeps_the_system_solvable() -> None:
    """Single pixels of an extreme luma are tied to their neighbors by weights of 1e-8: still a mean of what is given."""
    luma = np.zeros((30, 30))
    luma[::3, ::3] = 1e6
    where = np.zeros(luma.shape, bool)
    where[0, 0] = where[29, 29] = True
    values = np.zeros((30, 30, 1))
    values[29, 29] = 1.0

    found = propagated(luma, where, values, ~where, Run())

    assert np.isfinite(found).all()
    assert found.min() >= -1e-6
    assert found.max() <= 1 + 1e-6


def test_parts_are_solved_alone_or_together_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    luma, values = ANY.random((40, 40)), ANY.random((40, 40, 2))
    where = np.zeros((40, 40), bool)
    where[::8] = where[:, ::8] = True
    together = propagated(luma, where, values, ~where, Run())

    monkeypatch.setattr(levin, "MOST_UNKNOWNS", 100)
    alone = propagated(luma, where, values, ~where, Run())

    np.testing.assert_allclose(alone, together, atol=1e-12)


def test_a_cancel_does_not_wait_for_the_one_call_that_cannot_be_stopped() -> None:
    where = np.zeros((400, 400), bool)
    where[0, 0] = True
    run = Run()

    def cancel_once_it_factors() -> None:
        while not factoring():
            time.sleep(0.001)
        run.cancel()

    watcher = threading.Thread(target=cancel_once_it_factors)
    watcher.start()
    with pytest.raises(Cancelled):
        propagated(ANY.random((400, 400)), where, np.ones((400, 400, 1)), ~where, run)

    assert factoring(), "its thread ends by itself, later"
    watcher.join()


def factoring() -> bool:
    return any(thread.name.startswith("levin") for thread in threading.enumerate())


def test_a_cancel_between_parts_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levin, "MOST_UNKNOWNS", 100)
    where = np.zeros((40, 40), bool)
    where[::8] = where[:, ::8] = True
    heard: list[float] = []

    def cancel_at_the_third(_: str, fraction: float) -> None:
        heard.append(fraction)
        if len(heard) == 3:
            run.cancel()

    run = Run(on_progress=cancel_at_the_third)

    with pytest.raises(Cancelled):
        propagated(ANY.random((40, 40)), where, np.ones((40, 40, 1)), ~where, run)
    assert len(heard) == 3

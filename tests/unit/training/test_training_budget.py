"""A training's schedule ends with its budget, counted across resumed runs."""

from __future__ import annotations

import pytest

from lacuna_models.training.budget import Budget, rate_at
from lacuna_models.training.schedule import Phase, at


def test_steps_end_the_schedule() -> None:
    budget = Budget(steps=10)
    budget.step = 5
    assert budget.progress == 0.5
    assert not budget.is_spent
    budget.step = 10
    assert budget.is_spent


def test_minutes_of_earlier_runs_count() -> None:
    budget = Budget(minutes=10)
    budget.resume(step=100, seconds=5 * 60)
    budget.start()
    assert 0.5 <= budget.progress < 0.6
    budget.resume(step=100, seconds=10 * 60)
    assert budget.is_spent


def test_a_run_may_end_before_the_schedule() -> None:
    budget = Budget(minutes=10, run_minutes=1e-9)
    assert not budget.is_paused, "what comes before the start does not count"
    assert budget.seconds == 0
    budget.start()
    while budget.seconds == 0:
        pass
    assert budget.is_paused
    assert not budget.is_spent


def test_the_learning_rate_rises_then_falls() -> None:
    rates = [rate_at(progress) for progress in (0, 0.01, 0.02, 0.5, 0.999)]
    assert rates[0] < rates[1] < rates[2] > rates[3] > rates[4] > 0


@pytest.mark.parametrize(
    "given", [{}, {"minutes": 1, "steps": 1}, {"minutes": 0}, {"steps": -1}, {"minutes": 1, "run_minutes": 0}]
)
def test_a_budget_is_one_positive_number(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"minutes|budget"):
        Budget(**given)  # type: ignore[arg-type]  # wrong on purpose


def test_phases_follow_each_other() -> None:
    first, second = Phase(0.5, 32, 8), Phase(1.0, 64, 4)
    assert [at((first, second), progress) for progress in (0, 0.49, 0.5, 1.0)] == [first, first, second, second]

"""How long a training lasts: minutes or steps, counted across resumed runs."""

from __future__ import annotations

import math
import time

WARM_UP = 0.02  # of the budget, in which the learning rate rises
LEAST_RATE = 0.03  # of the learning rate, where it ends


class Budget:
    """Where in its schedule a training is."""

    def __init__(self, *, minutes: float | None = None, steps: int | None = None, run_minutes: float | None = None) -> None:
        """
        Args:
            minutes, steps: one of them; the schedule ends there.
            run_minutes: this run ends after so long, to be resumed.

        Raises ValueError unless exactly one of minutes and steps is given, above 0.
        """
        if (minutes is None) == (steps is None):
            raise ValueError("give either minutes or steps")
        if (minutes or steps or 0) <= 0 or (run_minutes is not None and run_minutes <= 0):
            raise ValueError("the budget must be above 0")
        self._minutes, self._steps, self._run_minutes = minutes, steps, run_minutes
        self._before, self._started = 0.0, math.nan
        self.step = 0

    @property
    def seconds(self) -> float:
        """Spent so far, in all runs."""
        return self._before + self._here

    @property
    def progress(self) -> float:
        """The share of the schedule that is done, in [0, 1]."""
        spent = self.step / self._steps if self._steps else self.seconds / 60 / (self._minutes or 1)
        return min(spent, 1.0)

    @property
    def is_spent(self) -> bool:
        return self.progress >= 1

    @property
    def is_paused(self) -> bool:
        """Whether this run is to end here, spent or not."""
        return self.is_spent or (self._run_minutes is not None and self._here >= 60 * self._run_minutes)

    def resume(self, step: int, seconds: float) -> None:
        """Go on where another run has stopped."""
        self.step, self._before = step, seconds

    def start(self) -> None:
        """This run's clock begins now: what was decoded and read before does not count, in the first run or a resumed one."""
        self._started = time.monotonic()

    @property
    def _here(self) -> float:
        return 0.0 if math.isnan(self._started) else time.monotonic() - self._started


def rate_at(progress: float) -> float:
    """By what the learning rate is multiplied there: a rise, then half a cosine (Loshchilov and Hutter 2017)."""
    if progress < WARM_UP:
        return max(progress / WARM_UP, LEAST_RATE)
    falling = (progress - WARM_UP) / (1 - WARM_UP)
    return LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * falling))

"""How soon a fill obeys a cancel: at shares of its time, and where one level ends and the next, larger one begins."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Timer
from typing import Any

from lacuna_client.errors import LacunaError
from lacuna_models.run import Run
from lacuna_server.pipeline.whole import fill_whole

from .cases import Case
from .staged import requests_for

LAST_PICTURES = 3  # the last levels are the large ones; the very last picture comes before the blending


@dataclass(frozen=True, slots=True)
class Report:
    """One call of progress or preview: seconds since the fill began, and whether it showed a picture."""

    at: float
    picture: bool


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """When to cancel: so many seconds behind a fill's report of that number, or (0) in the call itself."""

    report: int
    behind: float = 0.0


def all_cancels(
    case: Case, method: str, options: Mapping[str, Any], fractions: Sequence[float]
) -> tuple[Sequence[Moment], list[float]]:
    """The moments, found in one whole fill, and the seconds of the cancels among them that did not come too late."""
    reports: list[Report] = []
    started = time.perf_counter()

    def note(_run: Run, picture: bool) -> None:
        reports.append(Report(time.perf_counter() - started, picture))

    _, ended = watched_fill(case, method, options, note)
    moments = moments_of(reports, ended - started, fractions)
    took = [cancel_seconds(case, method, options, moment) for moment in moments]
    return moments, [seconds for seconds in took if seconds is not None]


def moments_of(reports: Sequence[Report], seconds: float, fractions: Sequence[float]) -> list[Moment]:
    """Each fraction of the seconds, and each of the last pictures with the report before it: between the two levels change."""
    times = [report.at for report in reports]
    moments = set()
    for fraction in fractions:
        number = max(bisect_right(times, fraction * seconds) - 1, 0)
        moments.add(Moment(number, max(fraction * seconds - times[number], 0.0)))
    for number in [number for number, report in enumerate(reports) if report.picture][-LAST_PICTURES:]:
        moments |= {Moment(max(number - 1, 0)), Moment(number)}
    return sorted(moments)


def cancel_seconds(case: Case, method: str, options: Mapping[str, Any], moment: Moment) -> float | None:
    """From cancel() at that moment to the end of the fill; None when the fill had ended before."""
    reports = 0
    cancelled: list[float] = []
    timers: list[Timer] = []

    def cancel(run: Run) -> None:
        cancelled.append(time.perf_counter())
        run.cancel()

    def wait_for(run: Run, _picture: bool) -> None:
        nonlocal reports
        if reports == moment.report and moment.behind:
            timers.append(Timer(moment.behind, cancel, [run]))
            timers[0].start()
        elif reports == moment.report:
            cancel(run)
        reports += 1

    obeyed, ended = watched_fill(case, method, options, wait_for)
    for timer in timers:
        timer.cancel()
        timer.join()
    return ended - cancelled[0] if obeyed else None


def watched_fill(
    case: Case, method: str, options: Mapping[str, Any], on_report: Callable[[Run, bool], None]
) -> tuple[bool, float]:
    """Fill, calling on_report(run, whether it is a picture). Returns whether it ended as cancelled, and when.

    Raises LacunaError as any fill does, save that it was cancelled.
    """
    run: Run = Run(on_progress=lambda _text, _share: on_report(run, False), on_preview=lambda _picture: on_report(run, True))
    try:
        fill_whole(requests_for(case, method, options, "cpu"), run)
    except LacunaError as error:
        if error.code != "cancelled":
            raise
        return True, time.perf_counter()
    return False, time.perf_counter()

"""Markdown tables of restored colors: means by size and by hints, and one solver against others hole by hole."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from .color_results import ColorResult
from .tables import NONE, markdown, mean

BESIDE = "levin"  # the solver whose seconds the others' are multiples of
HEADER = ["solver", "holes", "s", f"x {BESIDE}", "PSNR hole ↑", "CIEDE2000 ↓", "foreign % ↓"]


def solvers_in(results: Iterable[ColorResult]) -> list[str]:
    return list(dict.fromkeys(result.solver for result in results))


def of_solver(results: Iterable[ColorResult], solver: str) -> list[ColorResult]:
    return [result for result in results if result.solver == solver]


def done(results: Iterable[ColorResult]) -> list[ColorResult]:
    return [result for result in results if result.picture is not None]


def means_table(results: Sequence[ColorResult]) -> str:
    """One row a solver; one that did not do all holes says how many it did, and why not the others, and has no means."""
    beside = mean([result.seconds for result in done(of_solver(results, BESIDE))])
    rows = []
    for solver in solvers_in(results):
        own = of_solver(results, solver)
        if notes := sorted({result.note for result in own if result.note}):
            rows.append([solver, f"{len(done(own))} of {len(own)}: {'; '.join(notes)}", *([NONE] * (len(HEADER) - 2))])
            continue
        seconds = mean([result.seconds for result in own])
        rows.append([solver, str(len(own)), text(seconds, 2), text(seconds / beside, 2), *figures(own)])
    return markdown(HEADER, rows)


def in_common(results: Sequence[ColorResult]) -> list[ColorResult]:
    """Those of the holes that every solver has done that did any."""
    able = {result.solver for result in done(results)}
    undone = {id(result.case) for result in results if result.solver in able and result.picture is None}
    return [result for result in results if result.solver in able and id(result.case) not in undone]


def figures(own: Sequence[ColorResult]) -> list[str]:
    """Means of PSNR, CIEDE2000 and foreign colors."""
    return [
        text(mean([result.psnr for result in own]), 2),
        text(mean([result.ciede for result in own]), 2),
        text(100 * mean([result.foreign for result in own]), 1),
    ]


def hints_table(results: Sequence[ColorResult]) -> str:
    """One row a solver, PSNR, CIEDE2000 and how hints are met at each count of hints."""
    counts = list(dict.fromkeys(result.hints for result in results))
    rows = [[solver, *(triple(at(of_solver(results, solver), count)) for count in counts)] for solver in solvers_in(results)]
    return markdown(["PSNR hole ↑ / CIEDE2000 ↓ / at hints ↓", *(counted(count) for count in counts)], rows)


def counted(hints: int) -> str:
    return f"{hints or 'no'} {'hint' if hints == 1 else 'hints'}"


def at(results: Iterable[ColorResult], count: int) -> list[ColorResult]:
    return [result for result in results if result.hints == count]


def triple(own: Sequence[ColorResult]) -> str:
    """Of one solver's results; nothing where some are missing."""
    if len(done(own)) < len(own):
        return NONE
    psnr, ciede, at_hints = (mean([getattr(one, name) for one in own]) for name in ("psnr", "ciede", "at_hints"))
    return " / ".join([text(psnr, 2), text(ciede, 2), *([] if math.isnan(at_hints) else [text(at_hints, 1)])])


def gains_table(results: Sequence[ColorResult], solver: str, rivals: Sequence[str]) -> str:
    """One row a hole: the solver's PSNR, and by how much it is above each rival's; below them the mean and the least."""
    own = {result.case.name: result.psnr for result in done(of_solver(results, solver))}
    others = {rival: {result.case.name: result.psnr for result in done(of_solver(results, rival))} for rival in rivals}
    gains = {rival: [own[name] - psnr[name] for name in own if name in psnr] for rival, psnr in others.items()}
    rows = [
        [name, text(value, 2), *(signed(value - others[rival].get(name, math.nan)) for rival in rivals)]
        for name, value in own.items()
    ]
    for title, summary in (("**mean**", statistics.fmean), ("**least**", min)):
        rows.append(
            [
                title,
                text(summary(own.values()), 2),
                *(signed(summary(gains[rival])) if gains[rival] else NONE for rival in rivals),
            ]
        )
    return markdown(["hole", f"{solver}, dB", *(f"over {rival}" for rival in rivals)], rows)


def text(value: float, digits: int) -> str:
    return NONE if math.isnan(value) else f"{value:.{digits}f}"


def signed(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:+.2f}"

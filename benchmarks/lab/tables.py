"""Markdown tables of results: means over a kind of mask, each picture, wins, seconds and their ratios."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from .figures import Figure, Figures
from .results import Result

NONE = "–"


def figure_text(figure: Figure, value: float) -> str:
    return NONE if math.isnan(value) else f"{value:.{figure.digits}f}"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"| {' | '.join('---' for _ in header)} |"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def mean(values: Sequence[float]) -> float:
    """Of those that are numbers; nan when none is."""
    numbers = [value for value in values if not math.isnan(value)]
    return statistics.fmean(numbers) if numbers else math.nan


def kinds_of(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(result.case.kind for result in results))


def methods_of(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(result.method for result in results))


def columns_for(results: Sequence[Result], figures: Figures) -> list[Figure]:
    """The figures that some result has."""
    return [one for one in figures.columns if any(one.name in result.figures for result in results)]


def means_table(results: Sequence[Result], figures: Figures) -> str:
    """One row a method, over the cases that every method that runs here has filled."""
    columns = columns_for(results, figures)
    common = common_cases(results)
    rows = []
    for method in methods_of(results):
        own = [result for result in results if result.method == method]
        counted = [result for result in own if id(result.case) in common]
        if any(result.picture is None for result in own):
            rows.append([method, *partial(own), *([NONE] * len(columns))])
            continue
        values = [figure_text(one, mean([result.figures[one.name] for result in counted])) for one in columns]
        rows.append([method, str(len(counted)), f"{mean([result.seconds for result in counted]):.2f}", *values])
    return markdown(["method", "holes", "s", *(f"{one.name} {ARROWS[one.better]}" for one in columns)], rows)


ARROWS = {"higher": "↑", "lower": "↓", "nearer to 1": "→1"}


def common_cases(results: Sequence[Result]) -> set[int]:
    """ids of the cases that all methods filled, those left out that are not installed or gave up on some."""
    gave_up = {result.method for result in results if result.picture is None}
    return {id(result.case) for result in results if result.method not in gave_up}


def partial(own: Sequence[Result]) -> list[str]:
    """Holes and seconds of a method that did not fill all: how many it did, and why not the others."""
    done = [result for result in own if result.picture is not None]
    notes = sorted({result.note for result in own if result.note})
    return [
        f"{len(done)} of {len(own)}: {'; '.join(notes)}",
        f"{mean([result.seconds for result in done]):.2f}" if done else NONE,
    ]


def wins_table(results: Sequence[Result], figures: Figures) -> str:
    """How many cases each method is the best at, by figure; equal values share none: all of them count."""
    columns = columns_for(results, figures)
    scored = [result for result in results if result.picture is not None and not result.method.startswith("(")]
    wins: dict[str, dict[str, int]] = {method: {} for method in methods_of(scored)}
    for one in columns:
        for case in {id(result.case): result.case for result in scored}.values():
            badness = {
                result.method: one.badness(result.figures[one.name])
                for result in scored
                if result.case is case and not math.isnan(result.figures.get(one.name, math.nan))
            }
            for method, value in badness.items():
                if value == min(badness.values()):
                    wins[method][one.name] = wins[method].get(one.name, 0) + 1
    rows = [[method, *(str(won.get(one.name, 0)) for one in columns)] for method, won in wins.items()]
    return markdown(["best at", *(one.name for one in columns)], rows)


def published_figures(results: Sequence[Result]) -> dict[str, dict[str, str]]:
    """Kind of mask with a known truth -> method -> 'L1 / PSNR / SSIM', as in table 1 of Moskalenko, Erofeev and Vatolin 2020.

    L1 is in levels of 0 to 255 there, so it is here.
    """
    cells: dict[str, dict[str, str]] = {}
    for kind in kinds_of([result for result in results if result.case.has_truth]):
        of_kind = [result for result in results if result.case.kind == kind and not result.method.startswith("(")]
        cells[kind] = {method: triple([one for one in of_kind if one.method == method]) for method in methods_of(of_kind)}
    return cells


def triple(own: Sequence[Result]) -> str:
    """Of one method's results."""
    l1, psnr, ssim = (mean([one.figures.get(name, math.nan) for one in own]) for name in ("L1 %", "PSNR", "SSIM"))
    if any(result.picture is None for result in own) or math.isnan(l1 + psnr + ssim):
        return NONE
    return f"{2.55 * l1:.3f} / {psnr:.3f} / {ssim:.3f}"


def sizes_table(by_size: Mapping[int, Mapping[str, str]]) -> str:
    """One row a method, its published figures at each size."""
    methods = dict.fromkeys(method for cells in by_size.values() for method in cells)
    rows = [[method, *(cells.get(method, NONE) for cells in by_size.values())] for method in methods]
    return markdown(["L1 ↓ / PSNR ↑ / SSIM ↑", *(f"{size} px" if size else "as it is" for size in by_size)], rows)


def picture_table(results: Sequence[Result], figures: Figures) -> str:
    """One row a case and method."""
    columns = columns_for(results, figures)
    rows = []
    for result in results:
        values = [figure_text(one, result.figures[one.name]) if one.name in result.figures else NONE for one in columns]
        seconds = f"{result.seconds:.2f}" if result.picture is not None else result.note
        rows.append([result.case.name, result.method, seconds, *values])
    return markdown(["picture", "method", "s", *(one.name for one in columns)], rows)


def ratio_table(seconds: Mapping[str, float], peers: Sequence[str]) -> str:
    """Each method's seconds as multiples of the peers'."""
    there = [peer for peer in peers if seconds.get(peer)]
    rows = [[name, f"{own:.2f}", *(f"{own / seconds[peer]:.2f}" for peer in there)] for name, own in seconds.items()]
    return markdown(["method", "s", *(f"x {peer}" for peer in there)], rows)

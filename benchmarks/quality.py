"""How good the fills are: every method on every mask of a folder of photographs, as a table and as sheets to look at.

    python benchmarks/quality.py --images DIR [--methods A B ...] [--kinds strokes square object] [--names 01 07 ...]
                                 [--size PX ...] [--features FILE] [--figures NAME ...] [--sheets DIR] [--panels DIR]
                                 [--write NAME] [--cache DIR]

DIR holds NAME.jpg (or .png) and NAME.mask-KIND.png, white = hole. Where the truth is known (strokes, square) every method fills
exactly the mask; an object is filled as an artist gets it: grown in proportion, feathered, the same for peers.
The kind 'third' needs no mask: the middle square of every photograph, its hole the middle third of each side, which is the
protocol of Moskalenko, Erofeev and Vatolin 2020.
A METHOD is a method, a backbone alone ('light'), or one with settings: 'two-stage:backbone=telea,refiner=exemplar+unet'.
A method whose weights are not on this machine is listed as such.
Fills, their seconds and figures are kept in out/lab (ignored by git) until the code changes: for times that are to be published,
name an empty --cache and leave the machine alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from lab.cases import IN_FILES, KINDS, Case, find_cases
from lab.contact_sheet import write_panels, write_sheets
from lab.figures import FIGURES, Figures
from lab.methods import methods_of
from lab.results import CACHE, Result, original, run_all
from lab.tables import (
    kinds_of,
    mean,
    means_table,
    picture_table,
    published_figures,
    ratio_table,
    sizes_table,
    wins_table,
)
from report import command_line, keep

RATIOS_TO = ("opencv-telea", "gmic-matchpatch")


def measure(cases: Sequence[Case], names: Sequence[str], figures: Figures, cache: Path) -> list[Result]:
    """Every method on every case, with the untouched pictures' own figures first."""
    methods = methods_of(names)
    filled = run_all(methods, cases, figures, cache)
    results = [original(case, figures, cache) for case in cases]
    return results + list(tqdm(filled, total=len(methods) * len(cases), unit="fill", disable=not sys.stderr.isatty()))


def report(results: Sequence[Result], figures: Figures) -> str:
    """All tables, kind by kind, and over all kinds whose truth is known when there are several."""
    enlarged = {result.case.name for result in results if result.case.scale > 1}
    parts = [f"Enlarged, so without fine detail of their own: {', '.join(sorted(enlarged))}."] if enlarged else []
    for kind in kinds_of(results):
        of_kind = [result for result in results if result.case.kind == kind]
        parts += [f"## {kind}", *summary(of_kind, figures)]
        parts += ["<details><summary>each picture</summary>", picture_table(of_kind, figures), "</details>"]
    with_truth = [result for result in results if result.case.has_truth]
    if len(kinds := kinds_of(with_truth)) > 1:
        parts += [f"## {' and '.join(kinds)}", *summary(with_truth, figures)]
    return "\n\n".join(parts)


def summary(results: Sequence[Result], figures: Figures) -> list[str]:
    """Means, wins, seconds and their ratios."""
    return [means_table(results, figures), wins_table(results, figures), ratio_table(seconds_of(results), RATIOS_TO)]


def seconds_of(results: Sequence[Result]) -> dict[str, float]:
    """Mean seconds of the methods that filled everything."""
    methods = dict.fromkeys(result.method for result in results if result.seconds)
    own = {method: [result for result in results if result.method == method] for method in methods}
    return {
        method: mean([result.seconds for result in all_])
        for method, all_ in own.items()
        if all(result.picture is not None for result in all_)
    }


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument("--methods", nargs="+", default=(), metavar="NAME", help="default: all of the product and all peers")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=IN_FILES)
    parser.add_argument("--names", nargs="+", default=(), metavar="BEGINNING", help="only these pictures")
    parser.add_argument(
        "--size", type=int, nargs="+", default=[0], metavar="PX", help="bring the longest side to each; default: as it is"
    )
    parser.add_argument("--features", type=Path, metavar="FILE", help="SqueezeNet weights for a perceptual distance")
    names = [one.name for one in FIGURES]
    parser.add_argument(
        "--figures",
        nargs="+",
        choices=names,
        default=(),
        metavar="NAME",
        help=f"only these of {', '.join(names)}".replace("%", "%%"),
    )
    parser.add_argument("--sheets", type=Path, metavar="DIR", help="write a contact sheet there")
    parser.add_argument("--panels", type=Path, metavar="DIR", help="write one JPEG a case there")
    parser.add_argument("--write", metavar="NAME", help="write the tables to results/NAME.md")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    given = arguments(words)
    figures = Figures(given.features, given.figures)
    texts: dict[int, str] = {}
    published: dict[int, dict[str, dict[str, str]]] = {}
    for size in given.size:
        results = at_size(size, given, figures)
        texts[size], published[size] = report(results, figures), published_figures(results)
    text = "\n\n".join(texts.values())
    if len(texts) > 1:
        text = "\n\n".join([*over_sizes(published), *(f"# {size} px\n\n{text}" for size, text in texts.items())])
    if given.write:
        keep(given.write, "Quality", command_line(), text, "s = mean seconds a fill")
    print(text)


def at_size(size: int, given: argparse.Namespace, figures: Figures) -> list[Result]:
    """All results at one size, their pictures written to where they were asked for. Without a case the program ends."""
    cases = find_cases(given.images, given.kinds, size=size, names=tuple(given.names))
    if not cases:
        raise SystemExit(f"{given.images} holds no NAME.mask-KIND.png of the kinds {', '.join(given.kinds)}")
    results = measure(cases, given.methods, figures, given.cache)
    folder = str(size) if len(given.size) > 1 else ""
    if given.sheets:
        write_sheets(given.sheets / folder, cases, results[len(cases) :], figures)
    if given.panels:
        write_panels(given.panels / folder, cases, results[len(cases) :])
    return results


def over_sizes(published: Mapping[int, Mapping[str, Mapping[str, str]]]) -> list[str]:
    """How each method does when the pictures grow, a table a kind."""
    kinds = dict.fromkeys(kind for cells in published.values() for kind in cells)
    tables = {kind: sizes_table({size: cells.get(kind, {}) for size, cells in published.items()}) for kind in kinds}
    return [f"# {kind}, by size\n\n{table}" for kind, table in tables.items()]


if __name__ == "__main__":
    main()

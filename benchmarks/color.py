"""How well color is restored where only the luma is given: every color solver on every hole, as tables and sheets.

    python benchmarks/color.py --images DIR [--holes eight | masks] [--sizes small medium large] [--hints 0 1 4 16]
                               [--solvers A B ...] [--kept C ...] [--sheets DIR] [--write NAME] [--cache DIR]

The true luma is given, so that nothing but color is compared. The holes 'eight' are a fixed list on photographs that DIR must
hold (lab/color_holes.py); 'masks' are all masks of DIR (NAME.mask-KIND.png beside NAME.jpg or .png), each in the largest crop
of five to four round it. Sizes are 256 x 320, 512 x 640 and 896 x 1120 px. A hint is a disc of 3 to 7 px of the truth's mean
color there, at a seeded place in the hole.

Solvers are those of the registry and two peers: 'opencv-telea' (cv2.inpaint on the chroma planes, the luma put back) and
'nearest' (the nearest known color's chroma). One whose weights are not on the machine is listed as such. 'pyramid' takes about
ten minutes a hole at 256 x 320 on two cores: results are kept in out/lab (ignored by git) until a solver's own code changes,
and with --kept it is shown where it was computed before, and not computed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from lab.color_cases import ColorCase
from lab.color_holes import SIZES, eight, from_masks
from lab.color_results import ColorResult, run_all
from lab.color_sheet import write_sheets
from lab.color_solvers import known_names, solvers_of
from lab.color_tables import counted, done, gains_table, hints_table, in_common, means_table, of_solver, text
from lab.results import CACHE
from lab.tables import mean
from lacuna_models.metrics.color import foreign_chroma
from lacuna_models.registry import SOLVER
from report import command_line, keep

HOLES = {"eight": eight, "masks": from_masks}
RIVALS = ("levin", "pyramid")  # whom the default solver has to beat, hole by hole
ABOUT = (
    "s = mean seconds of processor time a hole; foreign = pixels of a color that nothing near the hole has; "
    "at hints = distance in a*b*"
)


def measure(cases: Sequence[ColorCase], given: argparse.Namespace) -> list[ColorResult]:
    solvers = solvers_of(given.solvers)
    results = run_all(solvers, cases, given.hints, given.cache, given.kept)
    total = len(solvers) * len(cases) * len(given.hints)
    return list(tqdm(results, total=total, unit="hole", disable=not sys.stderr.isatty()))


def report(size: str, results: Sequence[ColorResult]) -> str:
    """The tables of one size."""
    rows, columns = SIZES[size]
    counts = list(dict.fromkeys(result.hints for result in results))
    without = [result for result in results if result.hints == counts[0]]
    parts = [f"## {rows} x {columns} px", f"{true_colors(without)} With {counted(counts[0])}:", means_table(without)]
    if 0 < len(common := in_common(without)) < len(done(without)):
        parts += ["Of the holes that all of these have done:", means_table(common)]
    if len(counts) > 1:
        parts.append(hints_table(results))
    if done(of_solver(without, SOLVER)):
        rivals = [rival for rival in RIVALS if of_solver(without, rival)]
        parts += ["<details><summary>each hole</summary>", gains_table(without, SOLVER, rivals), "</details>"]
    return "\n\n".join(parts)


def true_colors(results: Sequence[ColorResult]) -> str:
    """How many holes, how large, and what the figure of foreign colors is for the truth."""
    cases = list({id(result.case): result.case for result in results}.values())
    foreign = mean([foreign_chroma(case.truth, case.hole) for case in cases])
    share = mean([float(case.hole.mean()) for case in cases])
    return f"{len(cases)} holes of {share:.0%} of the picture; {text(100 * foreign, 1)} % of their true colors are foreign."


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument("--holes", choices=HOLES, default="masks")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["small"])
    parser.add_argument("--hints", type=int, nargs="+", default=[0], metavar="COUNT")
    parser.add_argument("--solvers", nargs="+", default=(), metavar="NAME", help=f"of {', '.join(known_names())}; default: all")
    parser.add_argument("--kept", nargs="+", default=(), metavar="NAME", help="of these only what was computed earlier")
    parser.add_argument("--sheets", type=Path, metavar="DIR", help="write a PNG a hole there")
    parser.add_argument("--write", metavar="NAME", help="write the tables to results/NAME.md")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    given = arguments(words)
    texts = []
    for size in given.sizes:
        cases = HOLES[given.holes](given.images, SIZES[size])
        if not cases:
            raise SystemExit(f"{given.images} holds no NAME.mask-KIND.png")
        results = measure(cases, given)
        if given.sheets:
            write_sheets(given.sheets, results)
        texts.append(report(size, results))
    if given.write:
        keep(given.write, "Color for a given luma", command_line(), "\n\n".join(texts), ABOUT)
    print("\n\n".join(texts))


if __name__ == "__main__":
    main()

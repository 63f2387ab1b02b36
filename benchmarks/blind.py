"""Judging fills without knowing who made them.

    python benchmarks/blind.py make --images DIR --sheets DIR --key DIR [--kinds object strokes square] [--ours METHOD]
                                    [--peers METHOD ...] [--seed N]
    python benchmarks/blind.py tally VOTES.csv ... --key DIR [--ours METHOD] [--write [NAME]]

`make` writes, for each picture with a mask of the kind, the product's fill and each peer's as A and B, drawn by the seed: PNG
sheets (NN-NAME-object-near.png and others) and a form (index.html, or votes.csv to fill in by hand), and the key into a folder
of its own. The product's methods run with their defaults; the peers fill the same hole (an object's is grown) and are blended
with the same alpha. `tally` counts the votes (A, B or tie; a column `why` is kept too), one file a judge, and, with --write,
keeps them in results/NAME.md as they fell.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from lab.ballot import read_votes, shuffled, tally, write_ballots
from lab.cases import IN_FILES, WITHOUT_TRUTH, find_cases
from lab.figures import Figures
from lab.methods import methods_of
from lab.results import CACHE, run_all
from report import command_line, keep


def make(given: argparse.Namespace) -> None:
    cases = find_cases(given.images, given.kinds, size=given.size, names=tuple(given.names))
    methods = methods_of([given.ours, *given.peers])
    for method in methods:
        if why := method.missing():
            raise SystemExit(f"{method.name} cannot be judged: {why}")
    results = list(run_all(methods, cases, Figures(names=["seam"]), given.cache))
    pairs = shuffled(results, given.ours, given.peers, given.seed)
    write_ballots(given.sheets, given.key, pairs)
    print(f"{len(pairs)} ballots: {given.sheets / 'index.html'}")


def count(given: argparse.Namespace) -> None:
    key = json.loads((given.key / "key.json").read_text())
    texts = [tally(read_votes(path, key), key, given.ours) for path in given.votes]
    text = "\n\n".join(f"## Judge {number}\n\n{text}" for number, text in enumerate(texts, 1))
    print(text)
    if given.write:
        keep(given.write, "Judged blind", command_line(), text, given.about)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("make")
    making.set_defaults(command=make)
    making.add_argument("--images", type=Path, required=True, metavar="DIR")
    making.add_argument("--sheets", type=Path, required=True, metavar="DIR", help="what the judge sees")
    making.add_argument("--peers", nargs="+", default=["gmic-matchpatch"], metavar="METHOD")
    making.add_argument("--kinds", nargs="+", choices=IN_FILES, default=WITHOUT_TRUTH, help="of masks; default: object")
    making.add_argument("--names", nargs="+", default=(), metavar="BEGINNING", help="only these pictures")
    making.add_argument("--size", type=int, default=0, metavar="PX", help="bring the longest side to it; default: as it is")
    making.add_argument("--seed", type=int, default=0, help="of the shuffle")
    making.add_argument("--cache", type=Path, default=CACHE, metavar="DIR")
    counting = commands.add_parser("tally")
    counting.set_defaults(command=count)
    counting.add_argument("votes", type=Path, nargs="+", metavar="VOTES.csv", help="one a judge")
    counting.add_argument("--write", nargs="?", const="blind", metavar="NAME", help="write results/NAME.md; default: blind")
    counting.add_argument("--about", default="votes", metavar="TEXT", help="which pictures and who judged, for the result")
    for command in (making, counting):
        command.add_argument("--key", type=Path, required=True, metavar="DIR", help="where key.json is; not for the judge")
        command.add_argument("--ours", default="patchmatch", metavar="METHOD")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    given = arguments(words)
    given.command(given)


if __name__ == "__main__":
    main()

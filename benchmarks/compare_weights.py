"""Whether new weights of a network are better than old ones: figures side by side, a verdict, and sheets for the eye.

    python benchmarks/compare_weights.py OLD NEW --images DIR [--features FILE] [--size PX] [--method METHOD]
                                         [--kinds strokes square object] [--names 01 07 ...] [--sheets DIR] [--write NAME]

OLD and NEW are weights files (*.safetensors) of the same network, which they name themselves; with 'none' for OLD, NEW is
compared only with what there is without it. DIR is a folder of photographs and masks, see quality.py; none of them may have
been trained on. Both files go through the product's own path: a backbone alone, a refiner behind the backbone that it is made
for, or either in METHOD ('hybrid', 'two-stage:refiner=exemplar+unet').

Both are also compared with what there is without them: instead of a backbone Telea's method at the same working size, instead
of a refiner what it was given, and in METHOD what METHOD is without it.

The rule is stated in lab/verdict.py. Ends with status 0 = accept, 1 = refuse, 2 = they cannot be compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from lab.cases import IN_FILES, KINDS, WITH_TRUTH, Case, find_cases
from lab.contact_sheet import write_sheets
from lab.contenders import Candidate, candidate, method_for, weighed, without
from lab.figures import Figures
from lab.methods import Method
from lab.results import CACHE, Result, run_all
from lab.tables import kinds_of, means_table, wins_table
from lab.verdict import Verdict, gains, gains_table, verdict
from lacuna_client.errors import LacunaError
from lacuna_models.errors import WeightsError
from lacuna_models.features.named import wrong_file_told
from report import command_line, keep

COMPARED = ("L1 %", "PSNR hole", "SSIM", "GMSD", "HaarPSI", "seam", "sharpness")
NO_FILE = "none"
OLD, NEW = "old", "new"


def arguments(words: Sequence[str] | None) -> tuple[argparse.Namespace, argparse.ArgumentParser]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument("--features", type=Path, metavar="FILE", help="SqueezeNet weights for a perceptual distance")
    parser.add_argument("--size", type=int, default=512, metavar="PX", help="bring the longest side to it; default: 512")
    parser.add_argument("--method", default="", metavar="METHOD", help="in which both work, see quality.py")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=IN_FILES)
    parser.add_argument("--names", nargs="+", default=(), metavar="BEGINNING", help="only these pictures")
    parser.add_argument("--sheets", type=Path, metavar="DIR", help="write a contact sheet there")
    parser.add_argument("--write", metavar="NAME", help="write the tables to results/NAME.md")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR")
    return parser.parse_args(words), parser


def candidates(old: str, new: str) -> dict[str, Candidate]:
    """By name. Raises WeightsError, also for files of different networks."""
    files = {OLD: old, NEW: new} if old != NO_FILE else {NEW: new}
    found = {name: candidate(Path(file)) for name, file in files.items()}
    if len({one.part.name for one in found.values()}) > 1:
        parts = " and ".join(f"{one.path.name} is for '{one.part.name}'" for one in found.values())
        raise WeightsError(f"The files are of different networks: {parts}.")
    return found


def contenders(found: dict[str, Candidate], method: str, folder: Path) -> list[Method]:
    """What there is without the network, then the old weights if there are any, then the new. Raises as method_for does."""
    own = method_for(found[NEW], method)
    methods: list[Method] = [without(found[NEW], own)]
    for name, one in found.items():
        (folder / name).mkdir()
        methods.append(weighed(name, own, one, folder / name))
    return methods


def compare(methods: Sequence[Method], cases: Sequence[Case], figures: Figures, cache: Path) -> dict[str, list[Result]]:
    """Results by name, in the order of the cases; one method after the other, so that its network is loaded once."""
    return {method.name: list(run_all([method], cases, figures, cache)) for method in methods}


def report(results: dict[str, list[Result]], figures: Figures) -> tuple[str, Verdict]:
    """All tables, and the verdict on the new weights: against the old, else against none."""
    everything = [result for of_one in results.values() for result in of_one]
    parts = []
    for kind in kinds_of(everything):
        of_kind = [result for result in everything if result.case.kind == kind]
        parts += [f"## {kind}", means_table(of_kind, figures), wins_table(of_kind, figures)]
    *rivals, _ = results
    for name in rivals:
        found = gains(results[name], results[NEW], figures)
        decided = verdict(found)
        parts += [f"## new against {name}", gains_table(found), f"**{decided}**"]
    return "\n\n".join(parts), decided


def decide(given: argparse.Namespace) -> Verdict:
    """Compare, print and write everything. Raises WeightsError, LacunaError, ValueError, OSError."""
    with wrong_file_told(given.features):
        figures = Figures(given.features, COMPARED)
    with tempfile.TemporaryDirectory() as folder:
        methods = contenders(candidates(given.old, given.new), given.method, Path(folder))
        cases = find_cases(given.images, given.kinds, size=given.size, names=tuple(given.names))
        if not any(case.has_truth for case in cases):
            raise ValueError(f"{given.images} holds no mask under which the truth is known: {' or '.join(WITH_TRUTH)}")
        results = compare(methods, cases, figures, given.cache)
    text, decided = report(results, figures)
    if given.sheets:
        write_sheets(given.sheets, cases, [result for of_one in results.values() for result in of_one], figures)
    if given.write:
        keep(given.write, "Weights", command_line(), text, "s = mean seconds a fill")
    print(text)
    return decided


def main(words: Sequence[str] | None = None) -> int:
    given, parser = arguments(words)
    try:
        return 0 if decide(given).accepted else 1
    except (WeightsError, LacunaError, ValueError, OSError, SystemExit) as error:
        parser.error(str(error))
    except Exception:  # noqa: BLE001 - a fault of the program is no verdict: Python's own status for it would say 'refuse'
        traceback.print_exc()
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""Recoloring in place: is the luma kept, is the variation kept, is the color met, and how soon does a preview come.

    python benchmarks/recolor.py --images DIR [--kinds eyes hair ...] [--names 13 ...] [--colors '#rrggbb' ...]
                                 [--sheets DIR] [--write NAME]

DIR holds NAME.jpg (or .png) and NAME.mask-KIND.png, white = what is recolored. Times are those of the product in this process;
a preview is the selection's surroundings at 400 px.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from lab.cases import Case, find_masks
from lab.recolored import Recolored, recolored
from lab.tables import markdown, mean
from lab.views import doubled, fitted, side_by_side, window_round
from report import command_line, keep

COLORS = {
    "eyes": ("#3f7d4e", "#7a4a21", "#4d86c4"),  # green, brown, blue
    "hair": ("#a3452a", "#c8a15a", "#2f6f86"),  # copper, blond, teal
}
OTHERS = ("#b03a48", "#2e8b57", "#3b5ba5")  # for any other thing
HEADER = ["selection", "color", "luma error, 8 bits", "16 bits", "spread", "to target", "s", "preview, ms", "preview / whole"]
ABOUT = (
    "luma error = largest, in levels (0.5 is rounding); spread = chroma's spread over the original's; "
    "to target = distance in a*b* at the thing's typical luma"
)
LARGEST = 360  # px of the picture on a side of a panel


def colors_for(case: Case, asked: Sequence[str]) -> Sequence[str]:
    return asked or COLORS.get(case.kind, OTHERS)


def measure(cases: Sequence[Case], asked: Sequence[str]) -> list[Recolored]:
    """Every selection in each of its colors."""
    wishes = [(case, color) for case in cases for color in colors_for(case, asked)]
    return [recolored(case, color) for case, color in tqdm(wishes, unit="color", disable=not sys.stderr.isatty())]


def table(results: Sequence[Recolored]) -> str:
    """One row a selection and color; below them the worst luma error and the means."""
    rows = [[f"{one.case.name} {one.case.kind}", f"`{one.color}`", *cells([one])] for one in results]
    return markdown(HEADER, [*rows, ["**all** (luma error: most; others: mean)", "", *cells(results)]])


def cells(results: Sequence[Recolored]) -> list[str]:
    seconds, preview = mean([one.seconds for one in results]), mean([one.preview for one in results])
    return [
        f"{max(one.luma_error for one in results):.2f}",
        f"{max(one.luma_error_16 for one in results):.2f}",
        f"{mean([one.spread for one in results]):.2f}",
        f"{mean([one.to_target for one in results]):.1f}",
        f"{seconds:.2f}",
        f"{1000 * preview:.0f}",
        f"{preview / seconds:.2f}",
    ]


def write_sheets(folder: Path, results: Iterable[Recolored]) -> None:
    """FOLDER/NAME-KIND.png: the original and each color, the selection's surroundings; small ones at 200 %."""
    folder.mkdir(parents=True, exist_ok=True)
    by_case: dict[int, list[Recolored]] = {}
    for one in results:
        by_case.setdefault(id(one.case), []).append(one)
    for own in by_case.values():
        case = own[0].case
        window = window_round(case.selection)
        pictures = [("original", case.picture), *((f"{one.color}  spread {one.spread:.2f}", one.picture) for one in own)]
        enlarge = doubled if max(window.height, window.width) <= LARGEST else fitted
        panels = side_by_side(((label, enlarge(window.of(picture))) for label, picture in pictures), columns=2)
        Image.fromarray(panels).save(folder / f"{case.name}-{case.kind}.png", compress_level=3)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument("--kinds", nargs="+", default=list(COLORS), metavar="KIND", help="default: eyes hair")
    parser.add_argument("--names", nargs="+", default=(), metavar="BEGINNING", help="only these pictures")
    parser.add_argument("--colors", nargs="+", default=(), metavar="#RRGGBB", help="default: three that go with the kind")
    parser.add_argument("--sheets", type=Path, metavar="DIR", help="write a PNG a selection there")
    parser.add_argument("--write", metavar="NAME", help="write the table to results/NAME.md")
    given = parser.parse_args(words)
    cases = find_masks(given.images, given.kinds, names=tuple(given.names))
    if not cases:
        raise SystemExit(f"{given.images} holds no NAME.mask-KIND.png of the kinds {', '.join(given.kinds)}")
    results = measure(cases, given.colors)
    if given.sheets:
        write_sheets(given.sheets, results)
    text = table(results)
    if given.write:
        keep(given.write, "Recoloring in place", command_line(), text, ABOUT)
    print(text)


if __name__ == "__main__":
    main()

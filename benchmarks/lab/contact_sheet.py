"""The contact sheet: a folder with index.html and PNGs, and one wide PNG a case for an image viewer."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from .cases import Bytes, Case
from .figures import Figures
from .results import Result
from .tables import figure_text
from .views import CROP, PANEL, Window, doubled, fitted, masked, outlined, side_by_side, window_on, window_round

STYLE = """body { font: 14px sans-serif; margin: 16px; background: #777; color: #fff }
section { margin-bottom: 48px } .row { display: flex; gap: 8px; overflow-x: auto; margin: 8px 0 }
figure { margin: 0; flex: none } figcaption { white-space: pre-line; padding: 4px 0 } img { display: block }
a { color: #fff }"""


def write_sheets(folder: Path, cases: Sequence[Case], results: Sequence[Result], figures: Figures) -> None:
    """FOLDER/index.html with its crops in FOLDER/crops, and FOLDER/NAME-KIND.png for each case."""
    (folder / "crops").mkdir(parents=True, exist_ok=True)
    sections = []
    for case in cases:
        shown = [result for result in results if result.case is case and result.picture is not None]
        save(folder / f"{case.name}-{case.kind}.png", panels(case, shown))
        sections.append(section(folder, case, shown, figures))
    contents = " ".join(f'<a href="#{case.name}-{case.kind}">{html.escape(case.name)} {case.kind}</a>' for case in cases)
    page = f"<!doctype html><meta charset='utf-8'><title>Contact sheet</title><style>{STYLE}</style><p>{contents}</p>"
    (folder / "index.html").write_text(page + "\n".join(sections), encoding="utf-8")


def write_panels(folder: Path, cases: Sequence[Case], results: Sequence[Result]) -> None:
    """FOLDER/NAME-KIND.jpg for each case: small enough to be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        shown = [result for result in results if result.case is case and result.picture is not None]
        Image.fromarray(panels(case, shown)).save(folder / f"{case.name}-{case.kind}.jpg", quality=75)


def panels(case: Case, results: Iterable[Result]) -> Bytes:
    """The original with the hole outlined, then each method's, all in the same window round the hole."""
    window = window_round(case.hole)
    pictures = [("original", outlined(case.picture, case.hole))]
    pictures += [(f"{result.method}  {result.seconds:.2f} s", result.picture) for result in results if result.picture is not None]
    return side_by_side((label, fitted(window.of(picture), PANEL)) for label, picture in pictures)


def section(folder: Path, case: Case, results: Sequence[Result], figures: Figures) -> str:
    """One case's part of the page: fitted, 100 % and 200 %, every row with the same window for all."""
    stem = f"{case.name}-{case.kind}"
    pictures = [("original", case.picture), ("hole", masked(case.picture, case.hole))]
    pictures += [(result.method, result.picture) for result in results if result.picture is not None]
    captions = {"original": "original", "hole": f"hole, {case.hole.mean():.1%}"}
    captions |= {result.method: caption(result, figures) for result in results}
    rows = [
        ("fitted", [(name, fitted(picture)) for name, picture in pictures]),
        ("100 %", cropped(pictures, window_on(case.hole, CROP))),
        ("200 %", [(name, doubled(part)) for name, part in cropped(pictures, window_on(case.hole, CROP // 2))]),
    ]
    body = "".join(row(folder, f"{stem}-{number}", title, part, captions) for number, (title, part) in enumerate(rows))
    return f'<section id="{html.escape(stem)}"><h2>{html.escape(case.name)}, {case.kind}</h2>{body}</section>'


def cropped(pictures: Iterable[tuple[str, Bytes]], window: Window) -> list[tuple[str, Bytes]]:
    return [(name, window.of(picture)) for name, picture in pictures]


def row(folder: Path, stem: str, title: str, pictures: Iterable[tuple[str, Bytes]], captions: dict[str, str]) -> str:
    """Save the pictures and return the HTML that shows them."""
    shown = []
    for number, (name, picture) in enumerate(pictures):
        file = f"crops/{stem}-{number}.png"
        save(folder / file, picture)
        caption_ = html.escape(captions[name])
        shown.append(f'<figure><img src="{html.escape(file)}" loading="lazy"><figcaption>{caption_}</figcaption></figure>')
    return f'<h3>{title}</h3><div class="row">{"".join(shown)}</div>'


def caption(result: Result, figures: Figures) -> str:
    """The method, its seconds and its figures, a line each."""
    lines = [f"{result.method}, {result.seconds:.2f} s"]
    lines += [f"{one.name} {figure_text(one, result.figures[one.name])}" for one in figures.columns if one.name in result.figures]
    return "\n".join(lines)


def save(path: Path, picture: Bytes) -> None:
    """Quickly rather than small: sheets are looked at once."""
    Image.fromarray(picture).save(path, compress_level=3)

"""Sheets to look at: the truth, what is known, and what each solver made of it, at 200 %."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from .cases import Bytes
from .color_results import ColorResult
from .views import doubled, outlined, side_by_side, window_on, window_round

LARGEST = 320  # px of the picture on a side of a panel, before it is doubled


def write_sheets(folder: Path, results: Sequence[ColorResult]) -> None:
    """FOLDER/ROWSxCOLUMNS-HINTS-NAME.png for each hole and count of hints."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = dict.fromkeys((id(result.case), result.hints) for result in results)
    for key in keys:
        own = [result for result in results if (id(result.case), result.hints) == key]
        case, count = own[0].case, own[0].hints
        rows, columns = case.hole.shape
        name = f"{rows}x{columns}-{count}-{case.name.replace(' ', '-')}.png"
        Image.fromarray(panels(own)).save(folder / name, compress_level=3)


def panels(results: Sequence[ColorResult]) -> Bytes:
    """One hole: all panels show the same window of it."""
    case, count = results[0].case, results[0].hints
    window = window_round(case.hole, 0.15)
    if max(window.height, window.width) > LARGEST:
        window = window_on(case.hole, LARGEST)
    known, hints = case.gray, case.hints(count)
    if hints:
        known = known.copy()
        known[hints.where] = (hints.color[hints.where] * 255).round().astype(known.dtype)
    pictures = [("truth", outlined(case.picture, case.hole, 1)), ("known", known)]
    pictures += [
        (f"{result.solver}  {result.psnr:.1f} dB  {result.ciede:.1f}  {result.seconds:.2f} s", result.picture)
        for result in results
        if result.picture is not None
    ]
    return side_by_side(((label, doubled(window.of(picture))) for label, picture in pictures), columns=3)

"""The fixed lists of holes on which color solvers are compared, as shares of photographs that are read from a folder.

A hole is a crop of five to four, brought to the size that is asked for, and what is drawn in it; so the same hole exists at
every size. They lie where color has to be found: across borders of objects, over things that are seen in part only, and
(lips) over colors that the rest of the crop does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lacuna_models.region import Mask

from .cases import DRAWN_ANYWHERE, WITHOUT_TRUTH, Bytes, find_cases
from .color_cases import ColorCase

SIZES = {"small": (256, 320), "medium": (512, 640), "large": (896, 1120)}  # rows, columns; large is 1.0 megapixel
MASK_KINDS = (*DRAWN_ANYWHERE, *WITHOUT_TRUTH)  # with the luma given, an object's colors are a known truth too
ASPECT = 5 / 4
Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole, at any size.

    Attributes:
        photograph: what its file name begins with.
        left, top: of the crop, as shares of the photograph's sides.
        width: of the crop, as a share of the photograph's width; its height follows from ASPECT.
        shape: what is drawn.
        box: where, as shares of the crop; strokes begin in it.
        seed: of the strokes, and of the hints' places.
    """

    photograph: str
    left: float
    top: float
    width: float
    shape: Literal["ellipse", "rectangle", "strokes"]
    box: Box
    seed: int


EIGHT: tuple[Hole, ...] = (
    Hole("02-street-sunset", 0.22, 0.08, 0.78, "ellipse", (0.30, 0.30, 0.44, 0.46), 1),
    Hole("04-squirrel", 0.03, 0.10, 0.90, "strokes", (0.05, 0.05, 0.90, 0.90), 16),
    Hole("05-tulips", 0.10, 0.00, 0.53, "ellipse", (0.22, 0.22, 0.50, 0.52), 3),
    Hole("06-beach-hut", 0.00, 0.20, 0.90, "rectangle", (0.30, 0.22, 0.42, 0.50), 4),
    Hole("09-lake-reflection", 0.20, 0.00, 0.80, "rectangle", (0.25, 0.15, 0.40, 0.45), 5),
    Hole("10-spices", 0.25, 0.10, 0.65, "strokes", (0.10, 0.10, 0.80, 0.80), 6),
    Hole("12-food-carts", 0.20, 0.05, 0.56, "ellipse", (0.20, 0.20, 0.56, 0.40), 7),
    Hole("16-portrait-long-hair", 0.06, 0.32, 0.90, "ellipse", (0.28, 0.30, 0.40, 0.50), 8),
)


def eight(folder: Path, size: tuple[int, int]) -> list[ColorCase]:
    """The eight holes that every solver can be asked for, however slow it is, at rows x columns.

    Ends the program where a photograph is missing.
    """
    return [drawn_case(folder, hole, size) for hole in EIGHT]


def drawn_case(folder: Path, hole: Hole, size: tuple[int, int]) -> ColorCase:
    """The hole as it is at that size."""
    crop = cropped(read(folder, hole.photograph), hole)
    return ColorCase(f"{hole.photograph} {hole.shape}", resized(crop, size), drawn(hole, size), hole.seed)


def from_masks(folder: Path, size: tuple[int, int], kinds: Sequence[str] = MASK_KINDS) -> list[ColorCase]:
    """Every mask of those kinds in the folder, in the largest crop of ASPECT that is centered on it as far as possible."""
    cases = []
    for number, case in enumerate(find_cases(folder, kinds)):
        rows, columns = crop_on(case.selection)
        hole = resized(case.selection[rows, columns].astype(np.uint8) * np.uint8(255), size) > 127
        cases.append(ColorCase(f"{case.name} {case.kind}", resized(case.picture[rows, columns], size), hole, number))
    return cases


def read(folder: Path, photograph: str) -> Bytes:
    """H x W x 3 u8."""
    found = [path for path in sorted(folder.glob(f"{photograph}*")) if ".mask-" not in path.name]
    if not found:
        raise SystemExit(f"{folder} holds no photograph {photograph}")
    return np.asarray(Image.open(found[0]).convert("RGB"))


def cropped(picture: Bytes, hole: Hole) -> Bytes:
    """The hole's crop; where the photograph is too low for it, as much narrower."""
    height, width = picture.shape[:2]
    wide = min(round(hole.width * width), int(height * ASPECT))
    high = round(wide / ASPECT)
    left, top = min(round(hole.left * width), width - wide), min(round(hole.top * height), height - high)
    return picture[top : top + high, left : left + wide]


def crop_on(selection: Mask) -> tuple[slice, slice]:
    """Rows and columns of the largest part of ASPECT whose middle is as near as possible to that of the selection."""
    height, width = selection.shape
    wide = min(width, int(height * ASPECT))
    high = round(wide / ASPECT)
    middle = np.argwhere(selection).mean(axis=0)
    top, left = (
        int(np.clip(round(place - side / 2), 0, whole - side))
        for place, side, whole in zip(middle, (high, wide), (height, width), strict=True)
    )
    return slice(top, top + high), slice(left, left + wide)


def resized(values: Bytes, size: tuple[int, int]) -> Bytes:
    """To rows x columns: areas when it gets smaller, cubic when larger."""
    smaller = size[0] < values.shape[0]
    return np.asarray(cv2.resize(values, (size[1], size[0]), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def drawn(hole: Hole, size: tuple[int, int]) -> Mask:
    """rows x columns bool."""
    rows, columns = size
    left, top, width, height = hole.box
    mask = np.zeros(size, np.uint8)
    first = round(left * columns), round(top * rows)
    last = round((left + width) * columns), round((top + height) * rows)
    if hole.shape == "rectangle":
        cv2.rectangle(mask, first, last, 1, -1)
    elif hole.shape == "ellipse":
        middle = (first[0] + last[0]) // 2, (first[1] + last[1]) // 2
        cv2.ellipse(mask, middle, ((last[0] - first[0]) // 2, (last[1] - first[1]) // 2), 0, 0, 360, 1, -1)
    else:
        for stroke in strokes(hole):
            points = np.rint(stroke * (columns, rows)).astype(np.int32)
            cv2.polylines(mask, [points[:, None]], False, 1, round(0.055 * columns))
    return mask > 0


def strokes(hole: Hole, count: int = 4, turns: int = 4) -> list[NDArray[np.float64]]:
    """Free brush strokes: the corners of broken lines, turns x 2 (x, y) each, as shares of the crop."""
    draw = np.random.default_rng(hole.seed)
    left, top, width, height = hole.box
    lines = []
    for _ in range(count):
        start = draw.random(2)
        steps = draw.normal(scale=0.25, size=(turns - 1, 2))
        corners = np.clip(np.vstack([start, start + steps.cumsum(axis=0)]), 0, 1)
        lines.append(corners * (width, height) + (left, top))
    return lines

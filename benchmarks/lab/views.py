"""What is looked at: windows round a hole, the hole's outline, labeled panels side by side. Pictures are H x W x 3 u8."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lacuna_models.region import Mask

from .cases import Bytes

FITTED = 640  # px, the longest side of a picture that is shown whole
CROP = 448  # px, the side of a crop on the sheet, at 100 % and at 200 %
PANEL = 720  # px, the longest side of a panel on a sheet of panels
GAP, HEADER = 8, 26  # px
OUTLINE = (255, 0, 255)
PAPER, INK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture: rows and columns."""

    top: int
    left: int
    height: int
    width: int

    def of(self, picture: Bytes) -> Bytes:
        return picture[self.top : self.top + self.height, self.left : self.left + self.width]


def window_on(hole: Mask, side: int) -> Window:
    """The window of at most side x side px, inside the picture, that shows most of the hole and its border.

    A large hole's inside is not much to look at: what counts is pixels on either side of the border, within an eighth of
    `side`. Where several windows show as much, the middle one.
    """
    height, width = min(side, hole.shape[0]), min(side, hole.shape[1])
    distances = (cv2.distanceTransform(np.asarray(part, np.uint8), cv2.DIST_L2, 5) for part in (hole, ~hole))
    border = np.all([distance <= side / 8 for distance in distances], axis=0).astype(np.float64)
    sums = np.pad(border.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    best = np.argwhere(inside >= inside.max() - 0.5)
    top, left = (int(place) for place in best[np.abs(best - best.mean(axis=0)).sum(axis=1).argmin()])
    return Window(top, left, height, width)


def window_round(hole: Mask, margin: float = 0.35) -> Window:
    """The hole's bounding box with a margin, as a share of its longer side, inside the picture."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    wide = round(margin * max(int(rows[-1] - rows[0]), int(columns[-1] - columns[0]))) + 16
    top, left = max(int(rows[0]) - wide, 0), max(int(columns[0]) - wide, 0)
    bottom, right = min(int(rows[-1]) + 1 + wide, hole.shape[0]), min(int(columns[-1]) + 1 + wide, hole.shape[1])
    return Window(top, left, bottom - top, right - left)


def fitted(picture: Bytes, longest: int = FITTED) -> Bytes:
    """Made smaller until no side is longer; never made larger."""
    scale = longest / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def doubled(picture: Bytes) -> Bytes:
    """200 %, each pixel a square of four."""
    return picture.repeat(2, axis=0).repeat(2, axis=1)


def outlined(picture: Bytes, hole: Mask, width: int = 2) -> Bytes:
    """The hole's border drawn just outside of it."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    line = (cv2.dilate(hole.astype(np.uint8), disc) > 0) & ~hole
    return np.where(line[..., None], np.array(OUTLINE, np.uint8), picture)


def masked(picture: Bytes, hole: Mask) -> Bytes:
    """What is left without the hole."""
    return np.where(hole[..., None], np.array(OUTLINE, np.uint8), picture)


def side_by_side(panels: Iterable[tuple[str, Bytes]], columns: int = 4) -> Bytes:
    """Pictures in rows of so many, each below its label."""
    labeled = [_labeled(label, picture) for label, picture in panels]
    height, width = max(one.shape[0] for one in labeled) + GAP, max(one.shape[1] for one in labeled) + GAP
    rows = [labeled[start : start + columns] for start in range(0, len(labeled), columns)]
    sheet = np.full((height * len(rows), width * len(rows[0]), 3), 255, np.uint8)
    for number, one in enumerate(labeled):
        top, left = height * (number // columns), width * (number % columns)
        sheet[top : top + one.shape[0], left : left + one.shape[1]] = one
    return sheet


def _labeled(label: str, picture: Bytes) -> Bytes:
    font = ImageFont.load_default(16)
    width = max(picture.shape[1], int(font.getlength(label)) + 8)
    sheet = Image.new("RGB", (width, picture.shape[0] + HEADER), PAPER)
    ImageDraw.Draw(sheet).text((4, 3), label, INK, font)
    sheet.paste(Image.fromarray(np.ascontiguousarray(picture)), (0, HEADER))
    return np.asarray(sheet)

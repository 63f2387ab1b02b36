"""Photographs with masks: DIR/NAME.jpg (or .png) and DIR/NAME.mask-KIND.png, white = hole; or a square that needs no file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lacuna_client import settings
from lacuna_client.islands import usual_grow
from lacuna_models.region import Mask, Pixels
from lacuna_server.pipeline.blend import alpha_of
from lacuna_server.pipeline.boxes import occupied
from lacuna_server.pipeline.pixels import to_float

Bytes = NDArray[np.uint8]
DRAWN_ANYWHERE = ("strokes", "square")  # kinds of mask files; the picture itself is what should come back
WITHOUT_TRUTH = ("object",)  # kinds that cover what is to go: nobody knows what is behind it
IN_FILES = (*DRAWN_ANYWHERE, *WITHOUT_TRUTH)
THIRD = "third"  # needs no file: see third_case
WITH_TRUTH = (*DRAWN_ANYWHERE, THIRD)
KINDS = (*IN_FILES, THIRD)
ENDINGS = (".jpg", ".png")


@dataclass(frozen=True)
class Case:
    """One hole in one photograph.

    Attributes:
        name: the photograph's file name without its ending.
        kind: what the mask covers: one of KINDS, or what else a mask file is named for (eyes, hair).
        picture: H x W x 3 u8.
        selection: H x W bool, True = what the mask selects.
        scale: what the photograph's sides were multiplied by to get here; above 1 its finest detail is invented.
    """

    name: str
    kind: str
    picture: Bytes
    selection: Mask
    scale: float = 1.0

    @property
    def has_truth(self) -> bool:
        return self.kind in WITH_TRUTH

    @property
    def grow(self) -> int:
        """px; with a known truth 0, so that every method fills exactly the mask, else what an artist gets."""
        return 0 if self.has_truth else usual_grow(occupied(self.selection))

    @property
    def feather(self) -> int:
        return 0 if self.has_truth else settings.FEATHER.default

    @cached_property
    def alpha(self) -> NDArray[np.float32]:
        """How the fill is blended: H x W in [0, 1]."""
        return alpha_of(self.selection.astype(np.float32), self.grow, self.feather)

    @cached_property
    def hole(self) -> Mask:
        """What is computed anew."""
        return self.alpha > 0

    @cached_property
    def truth(self) -> Pixels:
        """The picture in [0, 1]."""
        return to_float(self.picture)

    @cached_property
    def digest(self) -> str:
        """Of everything that a method gets to see."""
        seen = f"{self.picture.shape} {self.grow} {self.feather}".encode()
        return hashlib.sha256(seen + self.picture.tobytes() + self.selection.tobytes()).hexdigest()


def find_cases(folder: Path, kinds: Sequence[str] = IN_FILES, *, size: int = 0, names: tuple[str, ...] = ()) -> list[Case]:
    """Every mask of those kinds in the folder, by name, and behind them every photograph's third if that is among the kinds.

    A mask that belongs to no picture ends the program.

    Args:
        size: px, the longest side that pictures are brought to; 0 = as they are.
        names: only pictures whose name begins with one of these; empty = all.
    """
    wanted = [kind for kind in kinds if kind in IN_FILES]
    thirds = [third_case(path, size) for path in photographs(folder, names)] if THIRD in kinds else []
    return find_masks(folder, wanted, size=size, names=names) + thirds


def find_masks(folder: Path, kinds: Sequence[str], *, size: int = 0, names: tuple[str, ...] = ()) -> list[Case]:
    """Every mask of those kinds, whatever they are, as find_cases() reads them."""
    cases = []
    for path in sorted(folder.glob("*.mask-*.png")):
        name, _, kind = path.name.removesuffix(".png").partition(".mask-")
        if kind not in kinds or (names and not name.startswith(names)):
            continue
        picture = next((found for ending in ENDINGS if (found := folder / f"{name}{ending}").exists()), None)
        if picture is None:
            raise SystemExit(f"{path} has no picture {name}.jpg or {name}.png beside it")
        cases.append(read_case(name, kind, picture, path, size))
    return cases


def photographs(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The pictures of a folder that are no masks, by name."""
    pictures = [path for path in sorted(folder.iterdir()) if path.suffix in ENDINGS and ".mask-" not in path.name]
    return [path for path in pictures if not names or path.name.startswith(names)]


def read_case(name: str, kind: str, picture: Path, mask: Path, size: int) -> Case:
    """Read both, and bring them to the size."""
    pixels = np.asarray(Image.open(picture).convert("RGB"))
    selected = np.asarray(Image.open(mask).convert("L"))
    if selected.shape != pixels.shape[:2]:
        raise SystemExit(f"{mask} is {selected.shape[1]} x {selected.shape[0]} px, its picture is not")
    scale = size / max(selected.shape) if size else 1.0
    return Case(name, kind, scaled(pixels, scale), scaled(selected, scale) > 127, scale)


def third_case(picture: Path, size: int) -> Case:
    """The protocol of Moskalenko, Erofeev and Vatolin 2020, section 4: a square picture, its hole the middle third of each side.

    The picture is the largest square from the photograph's middle.
    """
    square = middle_square(np.asarray(Image.open(picture).convert("RGB")))
    scale = size / square.shape[0] if size else 1.0
    square = scaled(square, scale)
    side = square.shape[0]
    return Case(picture.stem, THIRD, square, square_hole(side, side, side // 3), scale)


def middle_square(pixels: Bytes) -> Bytes:
    """The largest square from the picture's middle."""
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return pixels[top : top + side, left : left + side]


def square_hole(width: int, height: int, side: int) -> Mask:
    """A square of that side in the middle: height x width."""
    hole = np.zeros((height, width), np.bool_)
    top, left = height // 2 - side // 2, width // 2 - side // 2
    hole[top : top + side, left : left + side] = True
    return hole


def scaled(values: Bytes, scale: float) -> Bytes:
    """Both sides times the scale: areas when it gets smaller, cubic when larger."""
    if scale == 1.0:
        return np.ascontiguousarray(values)
    shape = round(values.shape[1] * scale), round(values.shape[0] * scale)
    return np.asarray(cv2.resize(values, shape, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))


def blended(case: Case, fill: NDArray[Any]) -> Bytes:
    """The fill of a peer, blended as the product blends its own: H x W x 3 u8."""
    alpha = case.alpha[..., None].astype(np.float64)
    return np.asarray(np.rint(case.picture + alpha * (fill.astype(np.float64) - case.picture)).astype(np.uint8))

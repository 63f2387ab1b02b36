"""Photographs with masks: DIR/NAME.jpg (or .png) and DIR/NAME.mask-KIND.png, white = hole."""

from __future__ import annotations

import hashlib
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
WITH_TRUTH = ("strokes", "square")  # kinds of masks that lie anywhere, so the picture itself is what should come back
WITHOUT_TRUTH = ("object",)  # kinds that cover what is to go: nobody knows what is behind it
KINDS = (*WITH_TRUTH, *WITHOUT_TRUTH)


@dataclass(frozen=True)
class Case:
    """One hole in one photograph.

    Attributes:
        name: the photograph's file name without its ending.
        kind: what the mask covers: one of KINDS.
        picture: H x W x 3 u8.
        selection: H x W bool, True = what the mask selects.
    """

    name: str
    kind: str
    picture: Bytes
    selection: Mask

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


def find_cases(folder: Path, kinds: tuple[str, ...] = KINDS, *, size: int = 0, names: tuple[str, ...] = ()) -> list[Case]:
    """Every mask of those kinds in the folder, by name. A mask that belongs to no picture ends the program.

    Args:
        size: px, the longest side that pictures are brought to; 0 = as they are.
        names: only pictures whose name begins with one of these; empty = all.
    """
    cases = []
    for path in sorted(folder.glob("*.mask-*.png")):
        name, _, kind = path.name.removesuffix(".png").partition(".mask-")
        if kind not in kinds or (names and not name.startswith(names)):
            continue
        picture = next((found for ending in (".jpg", ".png") if (found := folder / f"{name}{ending}").exists()), None)
        if picture is None:
            raise SystemExit(f"{path} has no picture {name}.jpg or {name}.png beside it")
        cases.append(read_case(name, kind, picture, path, size))
    return cases


def read_case(name: str, kind: str, picture: Path, mask: Path, size: int) -> Case:
    """Read both, and bring them to the size."""
    pixels = np.asarray(Image.open(picture).convert("RGB"))
    selected = np.asarray(Image.open(mask).convert("L"))
    if selected.shape != pixels.shape[:2]:
        raise SystemExit(f"{mask} is {selected.shape[1]} x {selected.shape[0]} px, its picture is not")
    scale = size / max(selected.shape) if size else 1.0
    if scale != 1.0:
        shape = round(selected.shape[1] * scale), round(selected.shape[0] * scale)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels, selected = cv2.resize(pixels, shape, interpolation=how), cv2.resize(selected, shape, interpolation=how)
    return Case(name, kind, np.ascontiguousarray(pixels), selected > 127)


def blended(case: Case, fill: NDArray[Any]) -> Bytes:
    """The fill of a peer, blended as the product blends its own: H x W x 3 u8."""
    alpha = case.alpha[..., None].astype(np.float64)
    return np.asarray(np.rint(case.picture + alpha * (fill.astype(np.float64) - case.picture)).astype(np.uint8))

"""Small pictures, selections and requests as they come over the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lacuna_client.boxes import Box
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.result import Patch, Result
from lacuna_models.bt709 import LUMA
from lacuna_models.run import Run
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.pixels import array_of, buffer_of, from_float

METHOD = "navier-stokes"
SIZE = (90, 120)
Pixels = NDArray[Any]


def waves(dtype: str = "u1", size: tuple[int, int] = SIZE) -> Pixels:
    """A smooth opaque RGBA picture with noise in its last bits."""
    y, x = np.mgrid[: size[0], : size[1]] / 15.0
    values = np.stack([0.5 + 0.3 * np.sin(x), 0.5 + 0.3 * np.cos(y), 0.5 + 0.2 * np.sin(x + y), np.ones(size)], axis=2)
    values[..., :3] += np.random.default_rng(1).random((*size, 3)) * 0.02
    return from_float(values, np.dtype(dtype))


def disc(size: tuple[int, int] = SIZE, *, soft: bool = False) -> Pixels:
    """A u8 selection in the middle."""
    selection = np.zeros(size, np.uint8)
    cv2.circle(selection, (size[1] // 2, size[0] // 2), 14, 255, -1)
    return np.asarray(cv2.GaussianBlur(selection, (9, 9), 0)) if soft else selection


def box(image: Pixels, selection: Pixels, at: tuple[int, int] = (0, 0)) -> Box:
    rect = Rect(*at, image.shape[1], image.shape[0])
    return Box(rect, buffer_of("image", image, "R'G'B'A"), buffer_of("selection", selection, "Y"))


def sampled(one: Box, sources: Pixels) -> Box:
    """The box with a u8 sources mask."""
    return replace(one, sources=buffer_of("sources", sources, "Y"))


def hinted(one: Box, *, at: tuple[slice, slice], color: tuple[float, float, float]) -> Box:
    """The box with a hint there, over those that it has."""
    size = (one.rect.height, one.rect.width)
    hints = np.zeros((*size, 4), np.float32) if one.hints is None else array_of(one.hints).copy()
    hints[at] = (*color, 1)
    return replace(one, hints=buffer_of("hints", hints, "R'G'B'A"))


def luma(pixels: Pixels) -> NDArray[np.float64]:
    """Y' of R'G'B'(A), in steps of an integer's precision."""
    return np.asarray(pixels[..., :3].astype(np.float64) @ LUMA)


def ask(*boxes: Box, **options: Any) -> InpaintRequest:
    return InpaintRequest(boxes, **{"method": METHOD, "grow": 2, "feather": 2, **options})


def fill(*boxes: Box, **options: Any) -> Result:
    return inpaint(ask(*boxes, **options), Run())


def pasted(image: Pixels, patch: Patch) -> Pixels:
    """The picture with the patch's rectangle put in: a careless client, which does not look at the spans."""
    out = image.copy()
    rect = patch.rect
    out[rect.y : rect.bottom, rect.x : rect.right] = array_of(patch.pixels)
    return out


def spanned(patch: Patch) -> NDArray[np.bool_]:
    """Where the patch's spans are in a picture of SIZE."""
    mask = np.zeros(SIZE, bool)
    for row, start, end in array_of(patch.spans):
        mask[patch.rect.y + row, patch.rect.x + start : patch.rect.x + end] = True
    return mask

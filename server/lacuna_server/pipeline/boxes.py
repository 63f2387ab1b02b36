"""From a whole picture and its mask to requests, and back: what the command line and `import lacuna` share.

The boxes are those that the plug-in cuts from the same selection (lacuna_client.islands), so the fill is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client import islands
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import MAX_BOXES, Box, InpaintRequest, InpaintResult, Patch
from lacuna_client.islands import TILE, Rect

from .pixels import array_of, buffer_of, from_float, full_scale, to_float


def requests_of(
    picture: NDArray[Any], mask: NDArray[Any], values: Mapping[str, Any], *, device: str = "auto", premultiplied: bool = False
) -> list[InpaintRequest]:
    """Cut the boxes round what the mask selects; more than MAX_BOXES of them make several requests.

    Args:
        picture: H x W x C, u8, u16 or any float; C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
        mask: H x W, bool, u8, u16 or any float; 0 = keep, the integer maximum or 1 = fill.
        values: method, grow, feather, context and seed; see lacuna_client.settings.
        premultiplied: the colors of the picture are multiplied by its alpha.

    Raises LacunaError: 'empty_selection', or 'bad_value' for a mask with NaN.
    """
    if mask.dtype.kind == "f" and bool(np.isnan(mask).any()):
        raise LacunaError("bad_value", name="mask", value="NaN in places", allowed="a number everywhere")
    height, width = mask.shape
    margins = {name: values[name] for name in ("grow", "feather", "context")}
    rects = islands.plan(occupied(mask), width, height, **margins)
    if not rects:
        raise LacunaError("empty_selection")
    boxes = [box_of(rect, picture, mask, number, premultiplied) for number, rect in enumerate(rects, 1)]
    common = {name: values[name] for name in ("method", "grow", "feather", "seed")}
    starts = range(0, len(boxes), MAX_BOXES)
    return [InpaintRequest(boxes[i : i + MAX_BOXES], output="composite", device=device, **common) for i in starts]


def occupied(mask: NDArray[Any]) -> list[tuple[int, int]]:
    """(column, row) of every tile in which something is selected; one row of tiles is looked at at a time."""
    tiles = []
    for row, top in enumerate(range(0, mask.shape[0], TILE)):
        columns = (mask[top : top + TILE] > 0).any(axis=0)
        tiles += [(int(column), row) for column in np.unique(np.flatnonzero(columns) // TILE)]
    return tiles


def box_of(rect: Rect, picture: NDArray[Any], mask: NDArray[Any], number: int, premultiplied: bool) -> Box:
    """One box, copied out of the picture and the mask, in a dtype of the wire."""
    part = np.s_[rect.y : rect.bottom, rect.x : rect.right]
    selection = mask[part]
    if selection.dtype == np.bool_:
        selection = selection.astype(np.uint8) * np.uint8(255)
    image = rgba_of(picture[part], premultiplied)
    return Box(rect, buffer_of(f"image{number}", image, "R'G'B'A"), buffer_of(f"selection{number}", wire_values(selection), "Y"))


def wire_values(values: NDArray[Any]) -> NDArray[Any]:
    """u8 and u16 as they are, any float as f32."""
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def rgba_of(pixels: NDArray[Any], premultiplied: bool) -> NDArray[Any]:
    """H x W x 1..4 -> H x W x 4 with straight alpha: u8, u16 or f32 (premultiplied ones always f32, so nothing is lost)."""
    values = wire_values(pixels)
    channels = values.shape[2]
    opaque = np.full(values.shape[:2], full_scale(values.dtype), values.dtype)
    alpha = values[..., channels - 1] if channels in (2, 4) else opaque
    rgb = values[..., :3] if channels >= 3 else np.repeat(values[..., :1], 3, axis=2)
    rgba = np.concatenate([rgb, alpha[..., None]], axis=2)
    if not premultiplied:
        return rgba
    rgba = to_float(rgba)
    np.divide(rgba[..., :3], rgba[..., 3:], out=rgba[..., :3], where=rgba[..., 3:] > 0)
    return rgba


def paste(picture: NDArray[Any], result: InpaintResult, *, premultiplied: bool = False) -> None:
    """Write the patches into the picture, in place, inside their spans only.

    Raises LacunaError 'bad_request' for a patch that does not lie in the picture.
    """
    for patch in result.patches:
        rect = patch.rect
        if rect.clipped(picture.shape[1], picture.shape[0]) != rect:
            raise LacunaError("bad_request", detail=f"patch {rect} is outside the picture")
        target = picture[rect.y : rect.bottom, rect.x : rect.right]
        changed = covered(patch)
        target[changed] = native(array_of(patch.pixels)[changed], picture, premultiplied)


def covered(patch: Patch) -> NDArray[np.bool_]:
    """Where the patch's spans are. Raises LacunaError 'bad_request' for spans outside it."""
    rows, starts, ends = array_of(patch.spans).T
    height, width = patch.rect.height, patch.rect.width
    inside = (rows >= 0) & (rows < height) & (starts >= 0) & (starts <= ends) & (ends <= width)
    if not inside.all():
        raise LacunaError("bad_request", detail="a span is outside its patch")
    steps = np.zeros((height, width + 1), np.int32)
    np.add.at(steps, (rows, starts), 1)
    np.add.at(steps, (rows, ends), -1)
    return np.cumsum(steps, axis=1)[:, :-1] > 0


def native(rgba: NDArray[Any], picture: NDArray[Any], premultiplied: bool) -> NDArray[Any]:
    """N x 4 straight -> N x C of the picture's channels, dtype and kind of alpha."""
    chosen = rgba[:, {1: [1], 2: [1, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[picture.shape[2]]]
    if premultiplied:
        chosen = np.concatenate([chosen[:, :-1] * chosen[:, -1:], chosen[:, -1:]], axis=1)
    return chosen if chosen.dtype == picture.dtype else from_float(to_float(chosen).astype(np.float64), picture.dtype)

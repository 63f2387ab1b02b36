"""From a whole picture and what is drawn on it to boxes, and back: what the command line and `import lacuna` share.

The boxes are those that the plug-in cuts from the same selection (lacuna_client.islands), so the fill is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client import islands
from lacuna_client.boxes import Box
from lacuna_client.errors import LacunaError
from lacuna_client.islands import TILE, Rect
from lacuna_client.result import Patch, Result

from .hint_layer import HintLayer
from .pixels import array_of, buffer_of, from_float, full_scale, to_float, wire_values

Tiles = list[tuple[int, int]]  # (column, row)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A whole picture and what is drawn on it.

    Attributes:
        picture: H x W x C, u8, u16 or any float; C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
        mask: H x W, bool, u8, u16 or any float; 0 = keep, the integer maximum or 1 = meant.
        sources: as the mask; half the maximum and more = may be sampled. None = everything may.
        hints: None = there are none.
        premultiplied: the colors of the picture are multiplied by its alpha.
    """

    picture: NDArray[Any]
    mask: NDArray[Any]
    sources: NDArray[Any] | None = None
    hints: HintLayer | None = None
    premultiplied: bool = False


def boxes_of(canvas: Canvas, tiles: Tiles, *, grow: int, feather: int, context: int) -> list[Box]:
    """Cut the boxes round what is meant.

    Args:
        tiles: those in which the mask means something: occupied(canvas.mask).
        grow, feather, context: px, see islands.plan.

    Raises LacunaError: 'empty_selection', 'no_sources', or 'bad_value' for NaN in the mask or the sources.
    """
    for name, drawn in (("mask", canvas.mask), ("sources", canvas.sources)):
        if drawn is not None and drawn.dtype.kind == "f" and bool(np.isnan(drawn).any()):
            raise LacunaError("bad_value", name=name, value="NaN in places", allowed="a number everywhere")
    allowed = None if canvas.sources is None else set(occupied(canvas.sources, may_sample))
    if allowed is not None and not allowed:
        raise LacunaError("no_sources")
    height, width = canvas.mask.shape
    rects = islands.plan(tiles, width, height, grow=grow, feather=feather, context=context, allowed=allowed)
    if not rects:
        raise LacunaError("empty_selection")
    return [box_of(rect, canvas, number) for number, rect in enumerate(rects, 1)]


def may_sample(sources: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a sources mask is at least half its maximum."""
    return sources if sources.dtype == np.bool_ else sources >= full_scale(sources.dtype) / 2


def occupied(mask: NDArray[Any], is_meant: Callable[[NDArray[Any]], NDArray[np.bool_]] = lambda part: part > 0) -> Tiles:
    """(column, row) of every tile in which something is meant (selected); one row of tiles is looked at at a time."""
    tiles = []
    for row, top in enumerate(range(0, mask.shape[0], TILE)):
        columns = is_meant(mask[top : top + TILE]).any(axis=0)
        tiles += [(int(column), row) for column in np.unique(np.flatnonzero(columns) // TILE)]
    return tiles


def box_of(rect: Rect, canvas: Canvas, number: int) -> Box:
    """One box, copied out of the picture and what is drawn on it, in dtypes of the wire."""
    part = np.s_[rect.y : rect.bottom, rect.x : rect.right]
    image = buffer_of(f"image{number}", rgba_of(canvas.picture[part], canvas.premultiplied), "R'G'B'A")
    selection = canvas.mask[part]
    selection = white_where(selection) if selection.dtype == np.bool_ else wire_values(selection)
    allowed, hints = None, None
    if canvas.sources is not None:
        allowed = buffer_of(f"sources{number}", white_where(may_sample(canvas.sources[part])), "Y")
    if canvas.hints is not None:
        hints = buffer_of(f"hints{number}", canvas.hints.part(rect), "R'G'B'A")
    return Box(rect, image, buffer_of(f"selection{number}", selection, "Y"), allowed, hints)


def white_where(meant: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """255 and 0."""
    return meant.astype(np.uint8) * np.uint8(255)


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


def paste(picture: NDArray[Any], result: Result, *, premultiplied: bool = False) -> None:
    """Write the patches into the picture, in place, inside their spans only; another variant replaces one that is there.

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

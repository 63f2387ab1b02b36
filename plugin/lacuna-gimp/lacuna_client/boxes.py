"""The boxes of a request: islands of the selection with their surroundings, as plain data and as a message's buffers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .buffers import Buffer
from .errors import LacunaError
from .islands import Rect
from .wire import MAX_BUFFERS

PIXEL_DTYPES = ("u8", "u16", "f32")
MASK_DTYPES = ("u8", "u16", "f32")
SAMPLED = 128  # of a sources mask's 255


@dataclass(frozen=True, slots=True)
class Box:
    """One island with its surroundings.

    Attributes:
        rect: where it lies, in layer pixels, inside the layer.
        image: rect.height x rect.width x 4, "R'G'B'A", PIXEL_DTYPES. Alpha is straight; 0 = transparent = not known.
        selection: rect.height x rect.width, "Y", MASK_DTYPES; 1 (or the integer maximum) = selected, between = soft.
        sources: rect.height x rect.width, "Y", u8; SAMPLED and more = may be sampled. None = all may be.
        hints: rect.height x rect.width x 4, "R'G'B'A", PIXEL_DTYPES, in the image's color space; alpha above 0 = a color
            hint. None = there are none.
    """

    rect: Rect
    image: Buffer
    selection: Buffer
    sources: Buffer | None = None
    hints: Buffer | None = None

    def buffers(self) -> list[Buffer]:
        """What it has of image, selection, sources and hints, in this order."""
        return [buffer for buffer in (self.image, self.selection, self.sources, self.hints) if buffer is not None]


class Boxed:
    """A request of boxes, whose messages carry the same buffers for each."""

    __slots__ = ()
    boxes: Sequence[Box]

    @property
    def has_sources(self) -> bool:
        return any(box.sources is not None for box in self.boxes)

    @property
    def has_hints(self) -> bool:
        return any(box.hints is not None for box in self.boxes)


def most_boxes(variants: int, *, sources: bool, hints: bool, others: int = 0) -> int:
    """How many boxes a request may have, so that neither its message nor its result's has more than MAX_BUFFERS buffers.

    Args:
        others: buffers of the request that are no box's.
    """
    return min((MAX_BUFFERS - others) // (2 + sources + hints), MAX_BUFFERS // (2 * variants))


def parse_boxes(rects: Any, buffers: Sequence[Buffer], most: int, *, sources: bool, hints: bool) -> list[Box]:
    """The boxes as a peer sent them. Raises LacunaError 'bad_request'."""
    each = 2 + sources + hints
    if not isinstance(rects, list) or not 1 <= len(rects) <= most or len(buffers) != each * len(rects):
        raise LacunaError("bad_request", detail="boxes do not match the buffers, or are too many")
    return [_box(rect, buffers[each * i : each * (i + 1)], sources, hints) for i, rect in enumerate(rects)]


def rect_of(value: Any) -> Rect:
    """A rectangle as a peer sent it. Raises LacunaError 'bad_request'."""
    if not isinstance(value, list) or len(value) != 4 or not all(type(number) is int for number in value):
        raise LacunaError("bad_request", detail="a rectangle is not four whole numbers")
    return Rect(*value)


def check_pixels(name: str, buffer: Buffer) -> None:
    """Raise LacunaError 'bad_request' for what is no "R'G'B'A" picture."""
    shape = buffer.spec.shape
    if len(shape) != 3 or shape[2] != 4 or buffer.spec.dtype not in PIXEL_DTYPES or buffer.spec.space != "R'G'B'A":
        raise LacunaError("bad_request", detail=f"{name} is {buffer.spec.dtype} {shape} {buffer.spec.space}")


def _box(rect: Any, buffers: Sequence[Buffer], has_sources: bool, has_hints: bool) -> Box:
    image, selection, *others = buffers
    sources = others.pop(0) if has_sources else None
    hints = others.pop(0) if has_hints else None
    box = Box(rect_of(rect), image, selection, sources, hints)
    size = (box.rect.height, box.rect.width)
    for name, pixels in (("image", image), ("hints", hints)):
        if pixels is not None:
            check_pixels(name, pixels)
            if pixels.spec.shape[:2] != size:
                raise LacunaError("bad_request", detail=f"box {rect}: {name} is {pixels.spec.shape}")
    if min(size) < 1 or selection.spec.shape != size:
        raise LacunaError("bad_request", detail=f"box {rect}: selection is {selection.spec.shape}")
    if selection.spec.dtype not in MASK_DTYPES or selection.spec.space != "Y":
        raise LacunaError("bad_request", detail=f"selection is {selection.spec.dtype} {selection.spec.space}")
    if sources and (sources.spec.shape, sources.spec.dtype, sources.spec.space) != (size, "u8", "Y"):
        raise LacunaError("bad_request", detail=f"sources are {sources.spec}")
    return box

"""The boxes of a request as arrays, and how much room their fills will take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.boxes import SAMPLED
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.requests import Request

from .blend import Alpha, reach, weights
from .pixels import array_of

SPAN_BYTES = 6  # a pixel of a hole adds at most so much to the spans: 12 bytes a run, and every second pixel may start one
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Island:
    """A box that has something to fill.

    Attributes:
        image: H x W x 4 u8, u16 or f32.
        selection: H x W in [0, 1].
        sources: H x W, where it may be sampled; None = everywhere.
        hints: H x W x 4 u8, u16 or f32; alpha above 0 = a color hint. None = there are none.
        number: of its box in the request, from 1.
    """

    rect: Rect
    image: NDArray[Any]
    selection: Alpha
    sources: NDArray[np.bool_] | None
    hints: NDArray[Any] | None
    number: int

    @property
    def name(self) -> str:
        """For --save-stages; boxes never meet, so the place tells them apart, also those of other requests."""
        return f"box-{self.rect.x}-{self.rect.y}"

    @property
    def area(self) -> int:
        return self.rect.width * self.rect.height


def islands_of(request: Request) -> Iterator[Island]:
    """The boxes in which something is selected. Raises LacunaError 'bad_request' for NaN in a selection."""
    for number, box in enumerate(request.boxes, 1):
        selection = weights(array_of(box.selection))
        if selection.any():
            sources = None if box.sources is None else array_of(box.sources) >= SAMPLED
            hints = None if box.hints is None else array_of(box.hints)
            yield Island(box.rect, array_of(box.image), selection, sources, hints, number)


def check_room(islands: Iterable[Island], request: InpaintRequest, variants: int, most_bytes: float) -> None:
    """Raise LacunaError 'variants_too_large' when the patches of several variants may be more than most_bytes.

    One variant never is: its patches are no larger than the boxes that came.
    """
    margin = request.grow + request.feather
    size = variants * sum(_patch_bytes(island, margin) for island in islands)
    if variants > 1 and size > most_bytes:
        raise LacunaError("variants_too_large", variants=variants, size=-(-size // MIB), limit=int(most_bytes) // MIB)


def _patch_bytes(island: Island, margin: int) -> int:
    """At most so many are the bytes of a patch's pixels and spans."""
    part = reach(island.selection, margin)
    if part is None:
        return 0
    rows, columns = (len(range(length)[one]) for one, length in zip(part, island.selection.shape, strict=True))
    return rows * columns * (4 * island.image.itemsize + SPAN_BYTES)

"""Color hints: dots painted on layers named 'Lacuna hints', and points; each pins a color to its place.

Visible or not, and however faint, all paint counts. A higher layer covers a lower one, and points cover both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lacuna_client.boxes import Box
from lacuna_client.colors import Hint, drawn, hints_of
from lacuna_client.islands import Rect

from . import canvas, target
from .dots import covered, has_paint, paint_meets

MISSED = "The color hints lie outside the selection, so they had no effect."


@dataclass(frozen=True, slots=True)
class Hints:
    """All hints of an image as one layer meets them.

    Attributes:
        painted: the hints layers, from the lowest up.
        points: in the layer's pixels.
    """

    layer: Any
    painted: Sequence[Any]
    points: Sequence[Hint]

    def read(self, rect: Rect) -> bytes:
        """ "R'G'B'A u8" in the layer's color space; alpha above 0 = a hint."""
        pixels, fmt = bytes(4 * rect.width * rect.height), canvas.hints_format(self.layer)
        for helper in self.painted:
            pixels = covered(pixels, canvas.color_alpha(helper, self.layer, rect, fmt))
        return drawn(self.points, rect, pixels)

    def exist(self) -> bool:
        """Whether there is a hint anywhere."""
        spans = (canvas.painted_span(helper, self.layer) for helper in self.painted)
        return bool(self.points) or any(span.width > 0 and span.height > 0 for span in spans)


def find(layer: Any, text: str) -> Hints | None:
    """The hints for an operation on this layer; None where no layer has the name and there is no point.

    text: points as colors.hints_of() has them, in sRGB. Raises LacunaError 'bad_value'.
    """
    fmt = canvas.pixel_format(layer)
    points = [replace(hint, color=canvas.color_in(fmt, hint.color)) for hint in hints_of(text)]
    painted = painted_layers(layer)
    return Hints(layer, painted, points) if painted or points else None


def painted_layers(layer: Any) -> list[Any]:
    """The hints layers of a layer's image, from the lowest up."""
    return target.layers_named(layer.get_image(), target.HINTS)[::-1]


def heard(boxes: Sequence[Box], hints: Hints | None, *, selected: bool = False) -> tuple[list[Box], list[str]]:
    """The boxes without hints buffers where none of them holds a hint, and what the artist should know of that.

    selected: only hints inside the selection count.
    """
    if hints is None or any(_counts(box, selected) for box in boxes):
        return list(boxes), []
    return [replace(box, hints=None) for box in boxes], [MISSED] if hints.exist() else []


def _counts(box: Box, selected: bool) -> bool:
    if box.hints is None:
        return False
    return paint_meets(box.hints.data, box.selection.data) if selected else has_paint(box.hints.data)

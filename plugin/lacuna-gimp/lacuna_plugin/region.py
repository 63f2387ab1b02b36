"""What a dialog's picture is made of: the selected region at the screen's resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp

from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.colors import MOST_RADIUS, RADIUS, Color, Hint, drawn
from lacuna_client.islands import Rect
from lacuna_client.result import Result

from . import canvas, hints
from .canvas import PixelFormat
from .dots import paint_meets, stamp
from .tiles import strips

SIDE = 400  # px on the screen, at most
ROUND = 4  # what is selected is shown with a quarter of its size round it
FORMAT = PixelFormat("u8", "R'G'B'A u8")  # sRGB, as the screen shows it


def round_selection(layer: Any) -> Rect:
    """What is selected of the layer, and a little of what is round it."""
    bounds = canvas.selected_bounds(layer)
    return bounds.grown(max(bounds.width, bounds.height) // ROUND).clipped(layer.get_width(), layer.get_height())


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a layer, made smaller if it is larger than SIDE.

    Attributes:
        rect: in the layer's pixels.
        scale: at most 1: pixels here to pixels of the layer.
        width, height: px here.
        image, painted: "R'G'B'A u8" of sRGB; painted: the hints layers' dots.
        selection: "Y u8".
    """

    rect: Rect
    scale: float
    width: int
    height: int
    image: bytes
    selection: bytes
    painted: bytes

    @classmethod
    def read(cls, layer: Any, rect: Rect, *, merged: bool = False) -> Region:
        """merged: what is visible of the image instead of the layer."""
        scale = min(1.0, SIDE / max(rect.width, rect.height))
        width, height = max(1, round(rect.width * scale)), max(1, round(rect.height * scale))
        size = width, height
        whole = Gimp.Selection.is_empty(layer.get_image())
        selection = b"\xff" * (width * height) if whole else canvas.scaled_selection(layer, rect, scale, size)
        image = canvas.scaled(layer, rect, scale, size, FORMAT, merged=merged)
        return cls(rect, scale, width, height, image, selection, _painted(layer, rect, scale, size))

    @property
    def has_painted_hints(self) -> bool:
        """Whether a dot of the hints layers is inside the selection."""
        return paint_meets(self.painted, self.selection)

    def hint(self, x: float, y: float, color: Color) -> Hint:
        """A hint for the layer where a pixel here is: as large as a dot of RADIUS looks here."""
        radius = min(max(RADIUS, round(RADIUS / self.scale)), MOST_RADIUS)
        return Hint(self.rect.x + int(x / self.scale), self.rect.y + int(y / self.scale), color, radius)

    def place(self, hint: Hint) -> tuple[float, float]:
        """Where a hint is here."""
        return (hint.x + 0.5 - self.rect.x) * self.scale, (hint.y + 0.5 - self.rect.y) * self.scale

    def box(self, points: list[Hint]) -> Box:
        """The region as a request has it, with the hints that count; none where there is none in the selection."""
        frame = Rect(0, 0, self.width, self.height)
        here = []
        for point in points:
            x, y = self.place(point)
            here.append(Hint(int(x), int(y), point.color, max(1, round(point.radius * self.scale))))
        dots = drawn(here, frame, self.painted)
        return Box(
            frame,
            canvas.pixels_of("image", "u8", self.width, self.height, self.image),
            Buffer(BufferSpec("selection", "u8", (self.height, self.width), "Y"), self.selection),
            hints=canvas.pixels_of("hints", "u8", self.width, self.height, dots) if paint_meets(dots, self.selection) else None,
        )

    def with_result(self, result: Result) -> bytes:
        """The image with a composite result's patches."""
        pixels = bytearray(self.image)
        for patch in result.patches:
            line = 4 * patch.rect.width
            data = memoryview(patch.pixels.data).cast("B")
            for row in range(patch.rect.height):
                start = 4 * ((patch.rect.y + row) * self.width + patch.rect.x)
                pixels[start : start + line] = data[row * line : (row + 1) * line]
        return bytes(pixels)


def _painted(layer: Any, rect: Rect, scale: float, size: tuple[int, int]) -> bytes:
    """The dots of all hints layers in the rectangle, at that scale."""
    width, height = size
    pixels = bytearray(4 * width * height)
    for helper in hints.painted_layers(layer):
        for part in strips(rect):
            dots = canvas.color_alpha(helper, layer, part, FORMAT)
            stamp(pixels, width, scale, Rect(0, part.y - rect.y, part.width, part.height), dots)
    return bytes(pixels)

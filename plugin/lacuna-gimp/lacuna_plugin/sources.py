"""The sources mask: what the artist allows or forbids to be sampled, on layers and channels named 'Lacuna sources'.

A channel is a mask: white = sample here. A layer counts where it is painted: light = sample here, dark = not; where there
is light paint on any, nothing else is sampled. What one of them forbids stays forbidden. Visible or not, all count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from lacuna_client.islands import Rect

from . import canvas, target
from .paint import Verdict, judge
from .tiles import Tile, covered, occupied_in, strips, tiled


class Painted(NamedTuple):
    """A sources layer, and where in the filled layer's pixels it may hold paint."""

    layer: Any
    span: Rect


@dataclass(frozen=True, slots=True)
class Masks:
    """All sources masks of an image as one layer meets them. Rectangles are in that layer's pixels."""

    filled: Any
    painted: Sequence[Painted]
    channels: Sequence[Any]

    def judge(self, rect: Rect) -> Verdict:
        layers = [canvas.gray_alpha(one.layer, self.filled, rect) for one in self.painted if one.span.meets(rect)]
        channels = [canvas.gray(channel, self.filled, rect) for channel in self.channels]
        return judge(layers, channels, rect.width * rect.height)


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be sampled of a layer.

    Attributes:
        tiles: every (column, row) tile of the layer's grid in which something may be.
    """

    masks: Masks
    only_light: bool
    tiles: set[Tile]

    def read(self, rect: Rect) -> bytes:
        """One byte a pixel, 0xff = may be sampled."""
        verdict = self.masks.judge(rect)
        return verdict.light if self.only_light else verdict.free


def find(layer: Any) -> Sources | None:
    """The sources mask for a fill of this layer; None where nothing is painted and no channel has the name.

    Each channel is read once, and of each sources layer what its paint spans. Nothing beyond the layer counts.
    """
    image, frame = layer.get_image(), Rect(0, 0, layer.get_width(), layer.get_height())
    spans = [(one, canvas.painted_span(one, layer).clipped(*frame[2:])) for one in target.layers_named(image, target.SOURCES)]
    painted = [Painted(one, span) for one, span in spans if span.width > 0 and span.height > 0]
    masks = Masks(layer, painted, target.channels_named(image, target.SOURCES))
    if masks.channels:
        return _searched(masks, frame, frame)
    return _searched(masks, reduce(Rect.united, [one.span for one in painted]), frame) if painted else None


def _searched(masks: Masks, area: Rect, frame: Rect) -> Sources | None:
    """What the masks say inside `area`; in the rest of the layer's frame they say nothing."""
    area = tiled(area).clipped(frame.width, frame.height)
    light: set[Tile] = set()
    free = covered(frame) - covered(area)
    has_light = has_dark = False
    for strip in strips(area):
        verdict = masks.judge(strip)
        light.update(occupied_in(strip, 1, verdict.light))
        free.update(occupied_in(strip, 1, verdict.free))
        has_light, has_dark = has_light or verdict.has_light, has_dark or verdict.has_dark
    if not (has_light or has_dark or masks.channels):
        return None
    return Sources(masks, has_light, light if has_light else free)

"""The recolor and colorize operations as plain data: what a client asks for, also as a message's fields and buffers.

Luma is kept by both (but for recolor's tone); only chroma changes, and opacity never does. Neither grows the selection.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from . import settings
from .boxes import Box, Boxed, check_pixels, most_boxes, parse_boxes
from .buffers import Buffer
from .colors import Color
from .errors import LacunaError
from .inpaint import OUTPUTS

TEXTS = {"device": "auto", "output": "layer"}  # and what they are when missing
SWITCHES = ("sources", "hints", "reference")
RECOLOR_CONTEXT = 16  # px round what is recolored: nothing is sampled there, only its edges are seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorRequest(Boxed):
    """What both operations have.

    Attributes:
        boxes: see InpaintRequest.
        reference: h x w x 4, "R'G'B'A", PIXEL_DTYPES, in the boxes' color space: pixels of another place, layer or picture
            whose colors are taken; where its alpha is 0 there are none. None = there is no such.
        feather: px, see settings.
        output: see InpaintRequest; but the alpha channel of a 'layer' is alpha itself, 0 where the original is transparent:
            clipped to what lies below it, it gives the composite whatever the original's opacity.
        device: see InpaintRequest.
    """

    boxes: Sequence[Box]
    reference: Buffer | None = None
    feather: int = 0
    output: str = "layer"
    device: str = "auto"

    def fields(self) -> dict[str, Any]:
        return {
            "feather": self.feather,
            "output": self.output,
            "device": self.device,
            "sources": self.has_sources,
            "hints": self.has_hints,
            "reference": self.reference is not None,
            "boxes": [list(box.rect) for box in self.boxes],
        }

    def buffers(self) -> list[Buffer]:
        """Every box's, in order, then the reference."""
        boxes = [buffer for box in self.boxes for buffer in box.buffers()]
        return boxes if self.reference is None else [*boxes, self.reference]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecolorRequest(ColorRequest):
    """Give what is selected another color, in place.

    Attributes:
        color: for the whole selection, or None: then hints or a reference say which.
        strength: %, how much of the change.
        tone: %, how far the luma follows the color's; 0 = luma stays exactly as it is.
    """

    OPERATION: ClassVar[str] = "recolor"

    color: Color | None = None
    strength: int = settings.STRENGTH.default
    tone: int = settings.TONE.default

    def fields(self) -> dict[str, Any]:
        color = None if self.color is None else list(self.color)
        return {**ColorRequest.fields(self), "color": color, "strength": self.strength, "tone": self.tone}

    def split(self) -> list[RecolorRequest]:
        """See InpaintRequest.split."""
        return [replace(self, boxes=boxes) for boxes in _parts(self)]

    @classmethod
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> RecolorRequest:
        """The request behind a peer's fields and buffers. Raises LacunaError 'bad_request' or 'bad_value'."""
        checked: dict[str, Any] = {
            one.name: one.check(fields.get(one.name, one.default)) for one in (settings.STRENGTH, settings.TONE)
        }
        return cls(color=_color(fields.get("color")), **checked, **_common(fields, buffers))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorizeRequest(ColorRequest):
    """Give what is selected color from the rest of the picture, from hints or from a reference, whatever color it had.

    Attributes:
        color_solver: a part of the registry; '' = the usual one.
        seed: for solvers that vary.
    """

    OPERATION: ClassVar[str] = "colorize"

    color_solver: str = ""
    seed: int = 0

    def fields(self) -> dict[str, Any]:
        return {**ColorRequest.fields(self), "color_solver": self.color_solver, "seed": self.seed}

    def split(self) -> list[ColorizeRequest]:
        """See InpaintRequest.split."""
        return [replace(self, boxes=boxes) for boxes in _parts(self)]

    @classmethod
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> ColorizeRequest:
        """The request behind a peer's fields and buffers. Raises LacunaError 'bad_request' or 'bad_value'."""
        solver = fields.get("color_solver", "")
        if not isinstance(solver, str) or len(solver) > 64:
            raise LacunaError("bad_request", detail="color_solver is no text")
        seed = settings.SEED.check(fields.get("seed", settings.SEED.default))
        return cls(color_solver=solver, seed=seed, **_common(fields, buffers))


def _parts(request: ColorRequest) -> list[Sequence[Box]]:
    most = most_boxes(1, sources=request.has_sources, hints=request.has_hints, others=request.reference is not None)
    return [request.boxes[start : start + most] for start in range(0, len(request.boxes), most)]


def _common(fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> dict[str, Any]:
    switches = {name: fields.get(name, False) for name in SWITCHES}
    if not all(isinstance(switch, bool) for switch in switches.values()):
        raise LacunaError("bad_request", detail=f"a switch is no bool: {switches}"[:200])
    texts = {name: fields.get(name, default) for name, default in TEXTS.items()}
    if not all(isinstance(text, str) and len(text) <= 64 for text in texts.values()) or texts["output"] not in OUTPUTS:
        raise LacunaError("bad_request", detail=f"a bad text: {texts!r}"[:200])
    feather = settings.FEATHER.check(fields.get("feather", 0))
    has = {name: switches[name] for name in ("sources", "hints")}
    count = len(buffers) - switches["reference"]
    reference = buffers[count] if switches["reference"] and count >= 0 else None
    if reference is not None:
        check_pixels("reference", reference)
    boxes = parse_boxes(fields.get("boxes"), buffers[:count], most_boxes(1, **has, others=reference is not None), **has)
    return {"boxes": boxes, "reference": reference, "feather": feather, **texts}


def _color(value: Any) -> Color | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 3 or not all(type(part) in (int, float) for part in value):
        raise LacunaError("bad_request", detail="color is not three numbers")
    if not all(math.isfinite(part) for part in value):
        raise LacunaError("bad_request", detail="color is not finite")
    red, green, blue = (float(part) for part in value)
    return red, green, blue

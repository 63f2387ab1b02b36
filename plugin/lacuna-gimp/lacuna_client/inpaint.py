"""The inpaint operation as plain data: what a client asks for, also as a message's fields and buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from . import settings
from .boxes import Box, Boxed, most_boxes, parse_boxes
from .buffers import Buffer
from .errors import LacunaError
from .islands import LEAST_GROW

OUTPUTS = ("layer", "composite", "in-place")
METHOD_TEXTS = {"method": "auto", "backbone": "", "refiner": "", "color_solver": ""}  # and what they are when missing
TEXTS = {**METHOD_TEXTS, "device": "auto", "output": "layer"}
CHECKED: tuple[settings.Setting, ...] = (settings.FEATHER, settings.SEED, settings.VARIANTS, *settings.SAMPLING, settings.TILE)


@dataclass(frozen=True, slots=True)
class InpaintRequest(Boxed):
    """A whole job.

    Attributes:
        boxes: at least one; no two overlap (islands.plan). All have sources, or none has; the same for hints. More than
            most_boxes() of them are several requests: split() them.
        method, feather, seed, variants, mirror, rotate, scale, search, tile: see settings. (The context is already in
            the boxes.)
        backbone: a part instead of the method's own stage 1; 'none' = do without; '' = the method's own.
        refiner: the same for stage 2; several with '+' between work one after the other ('unet+exemplar').
        color_solver: the part that colors a fill made in luma alone (the monochromic bottleneck), instead of the method's
            own; 'none' = the method's other parts complete color themselves; '' = the method's own. Hints color any fill.
        grow: px, from 0: what 'automatic' stands for is settled before the boxes are cut (islands.usual_grow).
        output: 'layer': raw fill, its alpha channel = alpha * the fill's own opacity;
            'composite': original + alpha * (fill - original), outside the hole the original's bits;
            'in-place': as 'composite' with alpha = min(alpha, selection).
        keep_alpha: the layer's alpha is locked: opacity stays as it is everywhere.
        device: 'auto', 'cpu' or 'cuda[:N]'.
    """

    OPERATION: ClassVar[str] = "inpaint"

    boxes: Sequence[Box]
    method: str = "auto"
    grow: int = LEAST_GROW
    feather: int = settings.FEATHER.default
    seed: int = 0
    variants: int = 1
    mirror: bool = settings.MIRROR.default
    rotate: int = settings.ROTATE.default
    scale: int = settings.SCALE.default
    search: str = settings.SEARCH.default
    backbone: str = ""
    refiner: str = ""
    color_solver: str = ""
    tile: int = settings.TILE.default
    output: str = "layer"
    keep_alpha: bool = False
    device: str = "auto"

    def fields(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "backbone": self.backbone,
            "refiner": self.refiner,
            "color_solver": self.color_solver,
            "grow": self.grow,
            "feather": self.feather,
            "seed": self.seed,
            "variants": self.variants,
            **{one.name: getattr(self, one.name) for one in settings.SAMPLING},
            "tile": self.tile,
            "sources": self.has_sources,
            "hints": self.has_hints,
            "output": self.output,
            "keep_alpha": self.keep_alpha,
            "device": self.device,
            "boxes": [list(box.rect) for box in self.boxes],
        }

    def buffers(self) -> list[Buffer]:
        """Every box's, in order."""
        return [buffer for box in self.boxes for buffer in box.buffers()]

    def split(self) -> list[InpaintRequest]:
        """The same as requests of at most most_boxes() boxes each; joined() makes one result of theirs."""
        most = most_boxes(self.variants, sources=self.has_sources, hints=self.has_hints)
        return [replace(self, boxes=self.boxes[start : start + most]) for start in range(0, len(self.boxes), most)]

    @classmethod
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> InpaintRequest:
        """The request behind a peer's fields and buffers. Raises LacunaError 'bad_request' or 'bad_value'.

        The names of methods and parts are only checked to be strings here: the registry knows them.
        """
        sources, hints, keep_alpha = (fields.get(name, False) for name in ("sources", "hints", "keep_alpha"))
        if not all(isinstance(switch, bool) for switch in (sources, hints, keep_alpha)):
            raise LacunaError("bad_request", detail="sources, hints or keep_alpha is no bool")
        texts = {name: fields.get(name, default) for name, default in TEXTS.items()}
        if not all(isinstance(text, str) and len(text) <= 64 for text in texts.values()) or texts["output"] not in OUTPUTS:
            raise LacunaError("bad_request", detail=f"a bad text: {texts!r}"[:200])
        checked: dict[str, Any] = {one.name: one.check(fields.get(one.name, one.default)) for one in CHECKED}
        grow = settings.GROW.check(fields.get("grow", LEAST_GROW))
        if grow == settings.AUTOMATIC:
            raise LacunaError("bad_request", detail="grow is not settled")
        most = most_boxes(checked["variants"], sources=sources, hints=hints)
        boxes = parse_boxes(fields.get("boxes"), buffers, most, sources=sources, hints=hints)
        return cls(boxes, keep_alpha=keep_alpha, grow=grow, **checked, **texts)

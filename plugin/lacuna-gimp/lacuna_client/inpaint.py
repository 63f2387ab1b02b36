"""The inpaint operation as plain data: what a client asks for and what it gets, and both as a message's fields and buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import settings
from .buffers import Buffer
from .errors import LacunaError
from .islands import LEAST_GROW, Rect
from .wire import MAX_BUFFERS

OPERATION = "inpaint"
PIXEL_DTYPES = ("u8", "u16", "f32")
MASK_DTYPES = ("u8", "u16", "f32")
SAMPLED = 128  # of a sources mask's 255
OUTPUTS = ("layer", "composite", "in-place")
TEXTS = {"method": "auto", "backbone": "", "refiner": "", "device": "auto", "output": "layer"}  # and what they are when missing
CHECKED: tuple[settings.Setting, ...] = (settings.FEATHER, settings.SEED, settings.VARIANTS, *settings.SAMPLING, settings.TILE)


@dataclass(frozen=True, slots=True)
class Box:
    """One island with its surroundings.

    Attributes:
        rect: where it lies, in layer pixels, inside the layer.
        image: rect.height x rect.width x 4, "R'G'B'A", PIXEL_DTYPES. Alpha is straight; 0 = transparent = not known.
        selection: rect.height x rect.width, "Y", MASK_DTYPES; 1 (or the integer maximum) = selected, between = soft.
        sources: rect.height x rect.width, "Y", u8; SAMPLED and more = may be sampled. None = all may be.
    """

    rect: Rect
    image: Buffer
    selection: Buffer
    sources: Buffer | None = None


@dataclass(frozen=True, slots=True)
class InpaintRequest:
    """A whole job.

    Attributes:
        boxes: at least one; no two overlap (islands.plan). All have sources, or none has. More than most_boxes() of them
            are several requests: split() them.
        method, feather, seed, variants, mirror, rotate, scale, search, tile: see settings. (The context is already in
            the boxes.)
        backbone: a part instead of the method's own stage 1; 'none' = do without; '' = the method's own.
        refiner: the same for stage 2; several with '+' between work one after the other ('unet+exemplar').
        grow: px, from 0: what 'automatic' stands for is settled before the boxes are cut (islands.usual_grow).
        output: 'layer': raw fill, its alpha channel = alpha * the fill's own opacity;
            'composite': original + alpha * (fill - original), outside the hole the original's bits;
            'in-place': as 'composite' with alpha = min(alpha, selection).
        keep_alpha: the layer's alpha is locked: opacity stays as it is everywhere.
        device: 'auto', 'cpu' or 'cuda[:N]'.
    """

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
    tile: int = settings.TILE.default
    output: str = "layer"
    keep_alpha: bool = False
    device: str = "auto"

    @property
    def has_sources(self) -> bool:
        return any(box.sources is not None for box in self.boxes)

    def fields(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "backbone": self.backbone,
            "refiner": self.refiner,
            "grow": self.grow,
            "feather": self.feather,
            "seed": self.seed,
            "variants": self.variants,
            **{one.name: getattr(self, one.name) for one in settings.SAMPLING},
            "tile": self.tile,
            "sources": self.has_sources,
            "output": self.output,
            "keep_alpha": self.keep_alpha,
            "device": self.device,
            "boxes": [list(box.rect) for box in self.boxes],
        }

    def buffers(self) -> list[Buffer]:
        """image, selection and, where there is one, sources of every box, in order."""
        return [buffer for box in self.boxes for buffer in (box.image, box.selection, box.sources) if buffer is not None]

    def split(self) -> list[InpaintRequest]:
        """The same as requests of at most most_boxes() boxes each; joined() makes one result of theirs."""
        most = most_boxes(self.variants, sources=self.has_sources)
        return [replace(self, boxes=self.boxes[start : start + most]) for start in range(0, len(self.boxes), most)]

    @classmethod
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> InpaintRequest:
        """The request behind a peer's fields and buffers. Raises LacunaError 'bad_request' or 'bad_value'.

        The names of methods and parts are only checked to be strings here: the registry knows them.
        """
        sources, keep_alpha = fields.get("sources", False), fields.get("keep_alpha", False)
        if not isinstance(sources, bool) or not isinstance(keep_alpha, bool):
            raise LacunaError("bad_request", detail="sources or keep_alpha is no bool")
        texts = {name: fields.get(name, default) for name, default in TEXTS.items()}
        if not all(isinstance(text, str) and len(text) <= 64 for text in texts.values()) or texts["output"] not in OUTPUTS:
            raise LacunaError("bad_request", detail=f"a bad text: {texts!r}"[:200])
        checked: dict[str, Any] = {one.name: one.check(fields.get(one.name, one.default)) for one in CHECKED}
        grow = settings.GROW.check(fields.get("grow", LEAST_GROW))
        if grow == settings.AUTOMATIC:
            raise LacunaError("bad_request", detail="grow is not settled")
        boxes = _boxes(fields.get("boxes"), buffers, most_boxes(checked["variants"], sources=sources), sources=sources)
        return cls(boxes, keep_alpha=keep_alpha, grow=grow, **checked, **texts)


def most_boxes(variants: int, *, sources: bool) -> int:
    """How many boxes a request may have, so that neither its message nor its result's has more than MAX_BUFFERS buffers."""
    return MAX_BUFFERS // max(3 if sources else 2, 2 * variants)


def _boxes(rects: Any, buffers: Sequence[Buffer], most: int, *, sources: bool) -> list[Box]:
    """The boxes as a peer sent them. Raises LacunaError 'bad_request'."""
    each = 3 if sources else 2
    if not isinstance(rects, list) or not 1 <= len(rects) <= most or len(buffers) != each * len(rects):
        raise LacunaError("bad_request", detail="boxes do not match the buffers, or are too many")
    return [_box(rect, *buffers[each * i : each * (i + 1)]) for i, rect in enumerate(rects)]


def _rect(value: Any) -> Rect:
    """A rectangle as a peer sent it. Raises LacunaError 'bad_request'."""
    if not isinstance(value, list) or len(value) != 4 or not all(type(number) is int for number in value):
        raise LacunaError("bad_request", detail="a rectangle is not four whole numbers")
    return Rect(*value)


def _box(rect: Any, image: Buffer, selection: Buffer, sources: Buffer | None = None) -> Box:
    box = Box(_rect(rect), image, selection, sources)
    size = (box.rect.height, box.rect.width)
    if min(size) < 1 or image.spec.shape != (*size, 4) or selection.spec.shape != size:
        raise LacunaError("bad_request", detail=f"box {rect}: shapes {image.spec.shape}, {selection.spec.shape}")
    if image.spec.dtype not in PIXEL_DTYPES or image.spec.space != "R'G'B'A":
        raise LacunaError("bad_request", detail=f"image is {image.spec.dtype} {image.spec.space}")
    if selection.spec.dtype not in MASK_DTYPES or selection.spec.space != "Y":
        raise LacunaError("bad_request", detail=f"selection is {selection.spec.dtype} {selection.spec.space}")
    if sources and (sources.spec.shape, sources.spec.dtype, sources.spec.space) != (size, "u8", "Y"):
        raise LacunaError("bad_request", detail=f"sources are {sources.spec}")
    return box


@dataclass(frozen=True, slots=True)
class Patch:
    """What one box became in one variant: the bounding box of its hole, nothing more.

    Attributes:
        rect: the hole's bounding box, in layer pixels.
        pixels: rect.height x rect.width x 4, "R'G'B'A", the dtype of the box's image; see InpaintRequest.output.
        spans: N x 3 i32, "spans": (row, start, end) in `rect`'s pixels, end exclusive: every run of alpha > 0,
            in reading order. Outside them the layer must not change.
        variant: which fill it belongs to, from 0.
    """

    rect: Rect
    pixels: Buffer
    spans: Buffer
    variant: int = 0


@dataclass(frozen=True, slots=True)
class InpaintResult:
    """All patches (boxes whose selection was empty have none) and how they were made.

    `provenance` holds plain values: method, backbone and refiner (the parts that were used, or
    'none'), varies (whether another seed gives another fill), versions {name: version},
    weights {name: sha256}, seed (of the first variant), variants (how many were made), grow and feather (px), those of
    settings.SAMPLING that are not the default, sources (True) where a sources mask ruled, device, times {stage: seconds},
    warnings [sentence].
    """

    patches: Sequence[Patch]
    provenance: dict[str, Any] = field(default_factory=dict)

    def variants(self) -> list[InpaintResult]:
        """One result a variant, in order; each has the provenance of all and its own number, from 0, as 'variant'."""
        numbers = sorted({patch.variant for patch in self.patches})
        return [
            InpaintResult([patch for patch in self.patches if patch.variant == number], {**self.provenance, "variant": number})
            for number in numbers
        ]

    def fields(self) -> dict[str, Any]:
        return {
            "patches": [list(patch.rect) for patch in self.patches],
            "variants": [patch.variant for patch in self.patches],
            "provenance": self.provenance,
        }

    def buffers(self) -> list[Buffer]:
        """pixels and spans of every patch, in order."""
        return [buffer for patch in self.patches for buffer in (patch.pixels, patch.spans)]

    @classmethod
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> InpaintResult:
        """The result behind a server's fields and buffers. Raises LacunaError 'bad_request'."""
        rects, provenance = fields.get("patches"), fields.get("provenance", {})
        if not isinstance(rects, list) or len(buffers) != 2 * len(rects) or not isinstance(provenance, dict):
            raise LacunaError("bad_request", detail="patches do not match the buffers")
        numbers = fields.get("variants", [0] * len(rects))
        if not isinstance(numbers, list) or len(numbers) != len(rects) or any(type(n) is not int or n < 0 for n in numbers):
            raise LacunaError("bad_request", detail="variants do not match the patches")
        patches = []
        for i, rect in enumerate(rects):
            patch = Patch(_rect(rect), buffers[2 * i], buffers[2 * i + 1], numbers[i])
            if patch.pixels.spec.shape != (patch.rect.height, patch.rect.width, 4) or patch.spans.spec.shape[1:] != (3,):
                raise LacunaError("bad_request", detail=f"patch {rect}: shapes do not match")
            patches.append(patch)
        return cls(patches, provenance)


def joined(results: Sequence[InpaintResult]) -> InpaintResult:
    """One result of the requests that one was split into: variant by variant, times added up, each warning once."""
    made = [result.provenance for result in results]
    times: dict[str, float] = {}
    for one in made:
        for stage, seconds in one["times"].items():
            times[stage] = round(times.get(stage, 0.0) + seconds, 4)
    warnings = list(dict.fromkeys(warning for one in made for warning in one["warnings"]))
    patches = sorted((patch for result in results for patch in result.patches), key=lambda patch: patch.variant)
    return InpaintResult(patches, {**made[-1], "times": times, "warnings": warnings})

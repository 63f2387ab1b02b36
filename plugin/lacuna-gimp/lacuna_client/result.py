"""What every operation gives back: patches of the layer, as plain data and as a message's fields and buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .boxes import Boxed, rect_of
from .buffers import Buffer
from .errors import LacunaError
from .islands import Rect

LEFT = {  # failures of a request in which nothing can be made, and what is told where other requests make something
    "transparent": "are transparent",
    "no_color": "have no color to learn from",
    "reference_not_taken": "have no color to learn from",
    "hints_outside": "have no hint in them",
}


@dataclass(frozen=True, slots=True)
class Patch:
    """What one box became in one variant: the bounding box of its hole, nothing more.

    Attributes:
        rect: the hole's bounding box, in layer pixels.
        pixels: rect.height x rect.width x 4, "R'G'B'A", the dtype of the box's image; see the request's output.
        spans: N x 3 i32, "spans": (row, start, end) in `rect`'s pixels, end exclusive: every run of alpha > 0,
            in reading order. Outside them the layer must not change.
        variant: which fill it belongs to, from 0.
    """

    rect: Rect
    pixels: Buffer
    spans: Buffer
    variant: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """All patches (boxes whose selection was empty have none) and how they were made.

    `provenance` holds plain values: operation, feather (px), sources (True) where a sources mask ruled, hints (how many
    pixels of them were heeded), versions {name: version}, weights {name: sha256}, device, times {stage: seconds}, warnings
    [sentence]; and of its own
    inpaint: method, backbone, refiner and color_solver (the parts that were used, or 'none'), varies (whether another seed
        gives another fill), seed (of the first variant), variants (how many were made), grow (px), those of
        settings.SAMPLING that are not the default;
    recolor: color ('#rrggbb', or '' where hints alone said), strength and tone (%);
    colorize: color_solver, varies, seed, reference (True) where there was one.
    """

    patches: Sequence[Patch]
    provenance: dict[str, Any] = field(default_factory=dict)

    def variants(self) -> list[Result]:
        """One result a variant, in order; each has the provenance of all and its own number, from 0, as 'variant'."""
        numbers = sorted({patch.variant for patch in self.patches})
        return [
            Result([patch for patch in self.patches if patch.variant == number], {**self.provenance, "variant": number})
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
    def parse(cls, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> Result:
        """The result behind a server's fields and buffers. Raises LacunaError 'bad_request'."""
        rects, provenance = fields.get("patches"), fields.get("provenance", {})
        if not isinstance(rects, list) or len(buffers) != 2 * len(rects) or not isinstance(provenance, dict):
            raise LacunaError("bad_request", detail="patches do not match the buffers")
        numbers = fields.get("variants", [0] * len(rects))
        if not isinstance(numbers, list) or len(numbers) != len(rects) or any(type(n) is not int or n < 0 for n in numbers):
            raise LacunaError("bad_request", detail="variants do not match the patches")
        patches = []
        for i, rect in enumerate(rects):
            patch = Patch(rect_of(rect), buffers[2 * i], buffers[2 * i + 1], numbers[i])
            if patch.pixels.spec.shape != (patch.rect.height, patch.rect.width, 4) or patch.spans.spec.shape[1:] != (3,):
                raise LacunaError("bad_request", detail=f"patch {rect}: shapes do not match")
            patches.append(patch)
        return cls(patches, provenance)


class Left(NamedTuple):
    """A request of which nothing was made.

    Attributes:
        error: of LEFT.
        parts: how many boxes it had.
    """

    error: LacunaError
    parts: int


def left(request: Boxed, error: LacunaError) -> Left:
    """What a failure is to joined(). Raises it where it is none of LEFT."""
    if error.code not in LEFT:
        raise error
    return Left(error, len(request.boxes))


def joined(outcomes: Sequence[Result | Left]) -> Result:
    """One result of the requests that one was split into: variant by variant, times and hints added up, each warning once.

    What was left is told in a warning. Raises the first LacunaError where all was left.
    """
    results = [one for one in outcomes if isinstance(one, Result)]
    rest = [one for one in outcomes if isinstance(one, Left)]
    if not results:
        raise rest[0].error
    made = [result.provenance for result in results]
    times: dict[str, float] = {}
    for one in made:
        for stage, seconds in one["times"].items():
            times[stage] = round(times.get(stage, 0.0) + seconds, 4)
    warnings = list(dict.fromkeys(warning for one in made for warning in one["warnings"]))
    for code in dict.fromkeys(one.error.code for one in rest):
        parts = sum(one.parts for one in rest if one.error.code == code)
        warnings.append(f"More selected parts {LEFT[code]}, so they stay as they are: {parts}.")
    hints = {"hints": sum(one["hints"] for one in made)} if "hints" in made[-1] else {}
    patches = sorted((patch for result in results for patch in result.patches), key=lambda patch: patch.variant)
    return Result(patches, {**made[-1], **hints, "times": times, "warnings": warnings})

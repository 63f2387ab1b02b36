"""The recolor operation, from a request to its patches: what is selected gets another color, in place."""

from __future__ import annotations

import numpy as np

from lacuna_client.color import RecolorRequest
from lacuna_client.colors import hex_of
from lacuna_client.errors import LacunaError
from lacuna_client.result import Result
from lacuna_models.color.planes import luma_of
from lacuna_models.color.recolor import Wish
from lacuna_models.color.recolor import recolor as in_another_color
from lacuna_models.region import Pixels
from lacuna_models.run import Run

from . import device
from .blend import Alpha
from .color_reference import TRANSPARENT, typical_color
from .coloring import colored
from .failures import as_sentences
from .hints import Tally, count_faded, hints_of
from .island import Island
from .pixels import to_float
from .provenance import provenance


def recolor(request: RecolorRequest, run: Run) -> Result:
    """Recolor every box of the request. Without tone the luma stays exactly; opacity always stays.

    Raises LacunaError: 'empty_selection', 'transparent', 'no_color_given', 'hints_outside', 'bad_pixels', 'bad_request',
    'no_device', 'out_of_memory', 'cancelled'.
    """
    with as_sentences():
        device.choose(run, request.device, network=False)
        wish, tally = _wish_of(request), Tally()
        if wish.color is None and request.reference is not None:
            run.warn(TRANSPARENT)

        def color(island: Island, alpha: Alpha) -> Pixels | None:
            image, hole = to_float(island.image[..., :3]), alpha > 0
            run.check()
            if island.image.dtype.kind == "f" and not np.isfinite(image[hole]).all():
                raise LacunaError("bad_pixels", detail="a selected pixel is not finite")
            hints = hints_of(island, hole, tally, run)
            if hints is None and wish.color is None:
                return None
            if request.tone == 0 and hints is not None:
                count_faded(hints, luma_of(image), tally)
            return in_another_color(image, alpha, hints, wish, run)

        patches = colored(request, run, color, keep_luma=request.tone == 0, nothing="hints_outside")
        tally.tell(run)
        made = {
            "color": hex_of(wish.color) if wish.color else "",
            "hints": tally.used,
            "strength": request.strength,
            "tone": request.tone,
        }
        return Result(patches, provenance(request, run, **made))


def _wish_of(request: RecolorRequest) -> Wish:
    """Without a color of its own, the reference's typical one is for the whole selection. Raises LacunaError."""
    color = request.color
    if color is None:
        color = typical_color(request.reference)
    if color is None and not request.has_hints:
        raise LacunaError("no_color_given")
    if color is not None:
        red, green, blue = (min(max(part, 0.0), 1.0) for part in color)
        color = red, green, blue
    return Wish(color, request.strength / 100, request.tone / 100)

"""Lacuna from Python: fill a part of a picture, in this process, without a server.

import lacuna
filled = lacuna.inpaint(picture, mask)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client import VERSION, settings
from lacuna_client.errors import LacunaError
from lacuna_models import registry

__all__ = ["LacunaError", "inpaint", "methods"]
__version__ = VERSION

Progress = Callable[[str, float], None]


def inpaint(
    image: NDArray[Any],
    mask: NDArray[Any],
    *,
    method: str = settings.METHOD.default,
    grow: int = settings.GROW.default,
    feather: int = settings.FEATHER.default,
    context: int = settings.CONTEXT.default,
    seed: int = settings.SEED.default,
    device: str = "auto",
    progress: Progress | None = None,
) -> NDArray[Any]:
    """Return the image with what the mask selects filled from its surroundings. The same input gives the same pixels.

    The mask is grown by `grow` and feathered by `feather`; where that is 0 the result has the image's very bits.

    Args:
        image: H x W, or H x W x C with C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha (straight: colors not
            multiplied by it; transparent pixels are not sampled). u8, u16, f16, f32 or f64; floats from 0 to 1, or beyond.
            Gamma-coded values, as image files hold them, fill better than linear light.
        mask: H x W; True, the integer maximum (u8, u16) or 1.0 = fill, 0 = keep, between = blended.
        method: 'auto' or a name from methods().
        grow, feather, context: pixels; context 0 samples as far round the hole as it is wide.
        seed: another seed gives another fill.
        device: 'auto', 'cpu' or 'cuda[:N]'.
        progress: called with (what is being done, fraction from 0 to 1). What it raises ends the fill and is passed on.

    Returns:
        A new array of the image's shape and dtype.

    Raises:
        LacunaError: the failures an artist can meet (its code says which: 'empty_selection', 'mask_size', 'bad_value',
            'bad_pixels', 'nothing_to_sample', 'unknown_method', 'no_device', 'out_of_memory').
        TypeError: a dtype or a shape that is none of the above.
    """
    from lacuna_models.run import Run
    from lacuna_server.pipeline.boxes import requests_of
    from lacuna_server.pipeline.whole import fill_whole

    _check(image, mask)
    numbers = {
        one.name: one.check(int(value) if isinstance(value, np.integer) else value)
        for one, value in _numbers(grow, feather, context, seed)
    }
    filled = np.array(image, order="C")
    pixels = filled if filled.ndim == 3 else filled[..., None]
    requests = requests_of(pixels, mask, {"method": method, **numbers}, device=device)
    fill_whole(pixels, requests, Run(on_progress=progress))
    return filled


def methods() -> list[dict[str, Any]]:
    """What `method` may be: name, summary, state ('ready', ...), whether 'auto' means it, and its parts."""
    return registry.listing()


def _numbers(grow: int, feather: int, context: int, seed: int) -> list[tuple[settings.Whole, int]]:
    return [(settings.GROW, grow), (settings.FEATHER, feather), (settings.CONTEXT, context), (settings.SEED, seed)]


def _check(image: NDArray[Any], mask: NDArray[Any]) -> None:
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 2, 3, 4)):
        raise TypeError(f"the image has the shape {image.shape}; it must be H x W or H x W x 1 to 4")
    if image.dtype not in ("u1", "u2", "f2", "f4", "f8"):
        raise TypeError(f"the image is {image.dtype}; it must be uint8, uint16, float16, float32 or float64")
    if mask.ndim != 2 or mask.dtype not in ("?", "u1", "u2", "f2", "f4", "f8"):
        raise TypeError(f"the mask is {mask.dtype} {mask.shape}; it must be H x W, bool, uint8, uint16 or float")
    if mask.dtype.kind == "u" and mask.size and mask.max() == 1:
        full = np.iinfo(mask.dtype).max
        raise LacunaError(
            "bad_value", name="mask", value=f"{mask.dtype} of 0 and 1", allowed=f"bool, or {full} where it is to fill"
        )
    if mask.shape != image.shape[:2]:
        height, width = image.shape[:2]
        raise LacunaError("mask_size", mask_width=mask.shape[1], mask_height=mask.shape[0], width=width, height=height)

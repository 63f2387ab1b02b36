"""What an image, a mask and sources may be as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError

DTYPES = ("u1", "u2", "f2", "f4", "f8")


def check_image(image: NDArray[Any], name: str = "image") -> None:
    """Raise TypeError for a shape or a dtype that is no picture's.

    Args:
        name: 'image' or 'reference', for the sentence.
    """
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 2, 3, 4)):
        raise TypeError(f"the {name} has the shape {image.shape}; it must be H x W or H x W x 1 to 4")
    if image.dtype not in DTYPES:
        raise TypeError(f"the {name} is {image.dtype}; it must be uint8, uint16, float16, float32 or float64")


def check_color_image(image: NDArray[Any], name: str = "image") -> None:
    """Raise TypeError also for a gray picture, which cannot hold color."""
    check_image(image, name)
    if image.ndim == 2 or image.shape[2] < 3:
        advice = "give H x W x 3 or 4, such as numpy.stack([gray] * 3, axis=-1)"
        raise TypeError(f"the {name} has the shape {image.shape}: gray cannot hold color; {advice}")


def check_mask(mask: NDArray[Any], image: NDArray[Any], *, name: str, wrong_size: str) -> None:
    """Raise TypeError for what is no mask, LacunaError `wrong_size`, or 'bad_value' for bytes of 0 and 1.

    Args:
        name: 'mask' or 'sources', for the sentence.
    """
    if mask.ndim != 2 or mask.dtype not in ("?", *DTYPES):
        raise TypeError(f"{name}: {mask.dtype} {mask.shape}; it must be H x W, bool, uint8, uint16 or float")
    if mask.dtype.kind == "u" and mask.size and mask.max() == 1:
        full = np.iinfo(mask.dtype).max
        raise LacunaError("bad_value", name=name, value=f"{mask.dtype} of 0 and 1", allowed=f"bool, or {full} where it is meant")
    if mask.shape != image.shape[:2]:
        height, width = image.shape[:2]
        raise LacunaError(wrong_size, mask_width=mask.shape[1], mask_height=mask.shape[0], width=width, height=height)

"""Colors and color hints as a caller of `import lacuna` gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.colors import MOST_RADIUS, RADIUS, Color, Hint, color_of
from lacuna_client.errors import LacunaError

from .arrays import DTYPES

if TYPE_CHECKING:
    from lacuna_server.pipeline.hint_layer import HintLayer

Color3 = str | Sequence[float] | NDArray[Any]  # '#rrggbb', or R', G', B' from 0 to 1
Hints = Sequence[tuple[int, int, Color3] | tuple[int, int, Color3, int]] | NDArray[Any]


def color_from(value: Color3) -> Color:
    """Raises LacunaError 'bad_value' for what is no color."""
    if isinstance(value, str):
        return color_of(value)
    parts = np.asarray(value)
    if parts.shape != (3,) or parts.dtype.kind not in "fiu" or not all(0 <= part <= 1 for part in parts):
        raise LacunaError("bad_value", name="color", value=str(value)[:64], allowed="'#rrggbb' or three numbers from 0 to 1")
    red, green, blue = (float(part) for part in parts)
    return red, green, blue


def layer_from(hints: Hints | None, image: NDArray[Any]) -> HintLayer | None:
    """The hints over the image; None where there are none.

    Raises:
        LacunaError: 'hints_size' for an array of another size, 'hint_outside', 'bad_value'.
        TypeError: what is neither a list of hints nor an H x W x 4 array.
    """
    from lacuna_server.pipeline.hint_layer import HintLayer

    if isinstance(hints, np.ndarray):
        _check_painted(hints, image)
        return HintLayer(painted=hints)
    if not hints:
        return None
    layer = HintLayer(points=[_hint_from(one) for one in hints])
    layer.check(image.shape[1], image.shape[0])
    return layer


def _check_painted(hints: NDArray[Any], image: NDArray[Any]) -> None:
    if hints.ndim != 3 or hints.shape[2] != 4 or hints.dtype not in DTYPES:
        raise TypeError(f"hints: {hints.dtype} {hints.shape}; they must be H x W x 4 (alpha above 0 = a hint), or a list")
    if hints.shape[:2] != image.shape[:2]:
        height, width = image.shape[:2]
        raise LacunaError("hints_size", mask_width=hints.shape[1], mask_height=hints.shape[0], width=width, height=height)


def _hint_from(value: Any) -> Hint:
    if not isinstance(value, Sequence) or len(value) not in (3, 4):
        raise TypeError(f"a hint is {value!r}; it must be (x, y, color) or (x, y, color, radius)")
    x, y, color, radius = (*value, RADIUS)[:4]
    if not all(isinstance(number, int | np.integer) for number in (x, y, radius)):
        raise TypeError(f"a hint is {value!r}; x, y and radius must be whole numbers")
    if not 0 <= radius <= MOST_RADIUS:
        raise LacunaError("bad_value", name="radius", value=int(radius), allowed=f"a whole number from 0 to {MOST_RADIUS}")
    return Hint(int(x), int(y), color_from(color), int(radius))

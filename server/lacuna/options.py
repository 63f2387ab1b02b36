"""The options of a fill: their names, their types, and their check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from lacuna_client import settings
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import TEXTS

from .hints import Hints

Progress = Callable[[str, float], None]
USED: tuple[settings.Setting, ...] = (
    settings.GROW,
    settings.FEATHER,
    settings.CONTEXT,
    settings.SEED,
    settings.VARIANTS,
    *settings.SAMPLING,
    settings.TILE,
)
NAMES = ("method", "backbone", "refiner", "color_solver")  # that the registry knows


class Options(TypedDict, total=False):
    """What inpaint() and variants() take by name; see inpaint()."""

    sources: NDArray[Any] | None
    method: str
    backbone: str
    refiner: str
    color_solver: str
    hints: Hints | None
    grow: int | Literal["auto"]
    feather: int
    context: int
    seed: int
    mirror: bool
    rotate: int
    scale: int
    search: str
    tile: int
    device: str
    progress: Progress | None


def checked(options: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The settings of the options and how many variants to make; the defaults of those that are missing.

    Raises LacunaError 'bad_value', TypeError for a name that is no option's.
    """
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        raise TypeError(f"unexpected keyword argument '{min(unknown)}'")
    given = {**settings.defaults(USED), "grow": "auto", **options, "variants": count}
    grow = given["grow"]
    if isinstance(grow, int | np.integer) and grow < 0:
        raise LacunaError("bad_value", name="grow", value=int(grow), allowed=f"'auto' or from 0 to {settings.GROW.high}")
    given["grow"] = settings.AUTOMATIC if isinstance(grow, str) and grow == "auto" else grow
    names = {name: given.get(name, TEXTS[name]) for name in NAMES}
    return {**names, **checked_numbers(given, USED)}


def checked_numbers(given: Mapping[str, Any], used: tuple[settings.Setting, ...]) -> dict[str, Any]:
    """The values of the settings that are used; numpy's numbers become Python's. Raises LacunaError 'bad_value'."""
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
    return settings.checked(plain, used)

"""The options of a fill: their names, their types, and their check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from lacuna_client import settings
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import TEXTS

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
NAMES = ("method", "backbone", "refiner")  # that the registry knows


class Options(TypedDict, total=False):
    """What inpaint() and variants() take by name; see inpaint()."""

    sources: NDArray[Any] | None
    method: str
    backbone: str
    refiner: str
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
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
    names = {name: given.get(name, TEXTS[name]) for name in NAMES}
    return {**names, **settings.checked(plain, USED)}

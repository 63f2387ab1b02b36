"""The settings of the last fill, for the procedure that asks for none: a parasite that GIMP keeps over its restarts.

GIMP remembers a procedure's last values too, but only for that procedure itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gi.repository import Gimp

from lacuna_client import settings
from lacuna_client.errors import LacunaError

from .log import log

PARASITE = "lacuna-inpaint-last-values"


def keep(values: Mapping[str, Any]) -> None:
    data = json.dumps(dict(values), ensure_ascii=True).encode("ascii")
    Gimp.attach_parasite(Gimp.Parasite.new(PARASITE, Gimp.PARASITE_PERSISTENT, data))


def load() -> dict[str, Any]:
    """The kept values; the defaults where there are none, or where an older version kept what is no longer allowed."""
    return kept() or settings.defaults()


def kept() -> dict[str, Any] | None:
    """The kept values, if there are any that can be used."""
    parasite = Gimp.get_parasite(PARASITE)
    if parasite is None:
        return None
    try:
        return settings.checked(json.loads(bytes(parasite.get_data())))
    except (ValueError, AttributeError, LacunaError) as problem:
        log.warning("the last values cannot be used: %s", problem)
        return None


def with_another_seed() -> dict[str, Any]:
    """The kept values with the next seed; after the highest comes the lowest."""
    values = load()
    name, seed = settings.SEED.name, values[settings.SEED.name] + 1
    return {**values, name: seed if seed <= settings.SEED.high else settings.SEED.low}

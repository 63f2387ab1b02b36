"""What each operation was last run with, for the procedures that ask for nothing: parasites that GIMP keeps over its restarts.

GIMP remembers a procedure's last values too, but only for that procedure itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gi.repository import Gimp

from lacuna_client import settings
from lacuna_client.errors import LacunaError

from . import arguments
from .log import log
from .operations import INPAINT, Operation


def keep(operation: Operation, values: Mapping[str, Any]) -> None:
    lasting = {argument.name: values[argument.name] for argument in arguments.lasting(operation.arguments)}
    data = json.dumps(lasting, ensure_ascii=True).encode("ascii")
    Gimp.attach_parasite(Gimp.Parasite.new(_name(operation), Gimp.PARASITE_PERSISTENT, data))


def load(operation: Operation) -> dict[str, Any]:
    """The kept values; the defaults where there are none, or where an older version kept what is no longer allowed."""
    return kept(operation) or arguments.checked({}, operation.arguments)


def kept(operation: Operation) -> dict[str, Any] | None:
    """The kept values, if there are any that can be used."""
    parasite = Gimp.get_parasite(_name(operation))
    if parasite is None:
        return None
    try:
        return arguments.checked(json.loads(bytes(parasite.get_data())), operation.arguments)
    except (ValueError, AttributeError, LacunaError) as problem:
        log.warning("the last values cannot be used: %s", problem)
        return None


def with_another_seed() -> dict[str, Any]:
    """Inpaint's kept values with the next seed; after the highest comes the lowest."""
    values = load(INPAINT)
    name, seed = settings.SEED.name, values[settings.SEED.name] + 1
    return {**values, name: seed if seed <= settings.SEED.high else settings.SEED.low}


def _name(operation: Operation) -> str:
    return f"lacuna-{operation.name}-last-values"

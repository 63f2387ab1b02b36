"""Classes by name, imported only when they are used. Standard library only."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def imported(factory: str) -> Any:
    """What 'module:Name' names. Raises ImportError, AttributeError."""
    module, _, name = factory.partition(":")
    return getattr(import_module(module), name)

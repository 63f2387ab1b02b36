"""The method that a request means: a preset by name, or with other parts. Imports nothing slow: the front asks it too."""

from __future__ import annotations

from lacuna_client.errors import LacunaError
from lacuna_models import registry
from lacuna_models.registry import Method


def method_of(name: str, backbone: str = "", refiner: str = "", color_solver: str = "") -> Method:
    """The registry's method with the parts that are asked for instead of its own.

    Args:
        backbone, refiner, color_solver: see InpaintRequest.

    Raises LacunaError 'unknown_method', 'unknown_part', or 'nothing_fills' when no part is left.
    """
    try:
        preset = registry.find(name)
    except KeyError as error:
        raise LacunaError("unknown_method", name=name[:64]) from error
    try:
        method = registry.composed(preset, backbone, refiner, color_solver)
    except KeyError as error:
        raise LacunaError("unknown_part", name=str(error.args[0])[:64]) from error
    if method.backbone is None and method.refiner is None:
        raise LacunaError("nothing_fills")
    return method

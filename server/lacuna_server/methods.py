"""The method or the color solver that a request means, by name. Imports nothing slow: the front asks it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lacuna_client.color import ColorizeRequest
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import METHOD_TEXTS, InpaintRequest
from lacuna_models import registry
from lacuna_models.registry import Method, Part


def method_of(name: str, backbone: str = "", refiner: str = "", color_solver: str = "") -> Method:
    """The registry's method with the parts that are asked for instead of its own.

    Args:
        backbone, refiner, color_solver: see InpaintRequest.

    A part that fills luma alone brings the usual color solver with it.

    Raises LacunaError 'unknown_method', 'unknown_part', 'nothing_fills' when no part is left, or 'nothing_colors' when a part
    that fills luma alone is to do without a color solver.
    """
    try:
        preset = registry.find(name)
    except KeyError as error:
        raise LacunaError("unknown_method", name=name[:64]) from error
    try:
        method = registry.composed(preset, backbone, refiner, registry.SOLVER if color_solver == "auto" else color_solver)
    except KeyError as error:
        raise LacunaError("unknown_part", name=str(error.args[0])[:64]) from error
    if method.backbone is None and method.refiner is None:
        raise LacunaError("nothing_fills")
    if method.color is None and registry.fills_luma_only(method):
        if color_solver == registry.NONE:
            raise LacunaError("nothing_colors")
        return replace(method, color=registry.SOLVER)
    return method


def solver_of(name: str) -> Part:
    """The color solver of that name; '' and 'auto' are the usual one. Raises LacunaError 'unknown_part'."""
    part = registry.PARTS.get(registry.SOLVER if name in ("", "auto") else name)
    if part is None or part.role != "color":
        raise LacunaError("unknown_part", name=name[:64])
    return part


def is_accelerated(operation: str, params: Mapping[str, Any]) -> bool:
    """Whether a job's parts use a GPU where there is one.

    Args:
        params: as a client sent them.

    Raises LacunaError 'bad_request' for a name that is no text, and as method_of() and solver_of() do.
    """
    if operation == InpaintRequest.OPERATION:
        return registry.is_accelerated(method_of(*(_text(params, name) for name in METHOD_TEXTS)))
    if operation == ColorizeRequest.OPERATION:
        return solver_of(_text(params, "color_solver")).uses_gpu
    return False


def _text(params: Mapping[str, Any], name: str) -> str:
    text = params.get(name, METHOD_TEXTS[name])
    if not isinstance(text, str):
        raise LacunaError("bad_request", detail=f"{name} is no text")
    return text

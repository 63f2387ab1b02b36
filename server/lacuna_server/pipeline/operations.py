"""From a request of any operation to its result."""

from __future__ import annotations

import math

from lacuna_client.color import ColorizeRequest, RecolorRequest
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_models.run import Run

from .colorize import colorize
from .inpaint import inpaint
from .recolor import recolor


def compute(request: Request, run: Run, *, most_bytes: float = math.inf) -> Result:
    """The request's patches.

    Args:
        most_bytes: what the patches of several variants may be in all.

    Raises LacunaError as the operation's own function does.
    """
    match request:
        case InpaintRequest():
            return inpaint(request, run, most_bytes=most_bytes)
        case RecolorRequest():
            return recolor(request, run)
        case ColorizeRequest():
            return colorize(request, run)

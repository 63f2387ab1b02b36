"""From a request of any operation to its result."""

from __future__ import annotations

import math

from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_models.run import Run

from .inpaint import inpaint


def compute(request: Request, run: Run, *, most_bytes: float = math.inf) -> Result:
    """The request's patches.

    Args:
        most_bytes: what the patches of several variants may be in all.

    Raises LacunaError as the operation's own function does.
    """
    if isinstance(request, InpaintRequest):
        return inpaint(request, run, most_bytes=most_bytes)
    raise LacunaError("unsupported", what=request.OPERATION)

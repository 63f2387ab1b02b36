"""How a result was made: plain values for --json, for GIMP's parasite and for a bug report."""

from __future__ import annotations

import sys
from typing import Any

from lacuna_client import VERSION
from lacuna_client.requests import Request
from lacuna_models.run import Run

LIBRARIES = {"numpy": "numpy", "opencv": "cv2", "scipy": "scipy", "numba": "numba", "torch": "torch"}


def versions() -> dict[str, str]:
    """Of Lacuna and of the libraries that are loaded; one that was not needed did not take part."""
    loaded = {name: sys.modules[module] for name, module in LIBRARIES.items() if module in sys.modules}
    return {"lacuna": VERSION, **{name: str(module.__version__) for name, module in loaded.items()}}


def provenance(request: Request, run: Run, **own: Any) -> dict[str, Any]:
    """See lacuna_client.result.Result.

    Args:
        own: what the operation has of its own; plain values.
    """
    return {
        "operation": request.OPERATION,
        **own,
        "feather": request.feather,
        **({"sources": True} if request.has_sources else {}),
        "versions": versions(),
        "weights": dict(run.weights),
        "device": run.device,
        "times": {stage: round(seconds, 4) for stage, seconds in run.times.items()},
        "warnings": list(run.warnings),
    }

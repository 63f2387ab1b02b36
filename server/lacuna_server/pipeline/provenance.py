"""How a result was made: plain values for --json, for GIMP's parasite and for a bug report."""

from __future__ import annotations

import sys
from typing import Any

from lacuna_client import VERSION
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.settings import SAMPLING
from lacuna_models.registry import NONE, Method, varies
from lacuna_models.run import Run

LIBRARIES = {"numpy": "numpy", "opencv": "cv2", "numba": "numba", "torch": "torch"}


def versions() -> dict[str, str]:
    """Of Lacuna and of the libraries that are loaded; one that was not needed did not take part."""
    loaded = {name: sys.modules[module] for name, module in LIBRARIES.items() if module in sys.modules}
    return {"lacuna": VERSION, **{name: str(module.__version__) for name, module in loaded.items()}}


def provenance(request: InpaintRequest, method: Method, variants: int, run: Run) -> dict[str, Any]:
    """See lacuna_client.inpaint.Result.

    Args:
        variants: how many were made.
    """
    sampling = {one.name: getattr(request, one.name) for one in SAMPLING if getattr(request, one.name) != one.default}
    return {
        "method": method.name,
        "backbone": method.backbone or NONE,
        "refiner": method.refiner or NONE,
        "varies": varies(method),
        "versions": versions(),
        "weights": dict(run.weights),
        "seed": request.seed,
        "variants": variants,
        "grow": request.grow,
        "feather": request.feather,
        **sampling,
        **({"sources": True} if request.has_sources else {}),
        "device": run.device,
        "times": {stage: round(seconds, 4) for stage, seconds in run.times.items()},
        "warnings": list(run.warnings),
    }

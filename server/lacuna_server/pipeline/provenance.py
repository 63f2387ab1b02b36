"""How a result was made: plain values for --json, for GIMP's parasite and for a bug report."""

from __future__ import annotations

import sys
from typing import Any

from lacuna_client import VERSION
from lacuna_models.registry import PARTS, Method
from lacuna_models.run import Run

LIBRARIES = {"numpy": "numpy", "opencv": "cv2", "numba": "numba", "torch": "torch"}


def parts_of(method: Method) -> list[str]:
    """The names of the parts that it puts together, in their order."""
    return [name for name in (method.backbone, method.refiner) if name]


def versions() -> dict[str, str]:
    """Of Lacuna and of the libraries that are loaded; one that was not needed did not take part."""
    loaded = {name: sys.modules[module] for name, module in LIBRARIES.items() if module in sys.modules}
    return {"lacuna": VERSION, **{name: str(module.__version__) for name, module in loaded.items()}}


def provenance(method: Method, run: Run) -> dict[str, Any]:
    """See lacuna_client.inpaint.InpaintResult."""
    weights = {file: digest for name in parts_of(method) for file, digest in PARTS[name].weights.items()}
    return {
        "method": method.name,
        "versions": versions(),
        "weights": weights,
        "seed": run.seed,
        "device": run.device,
        "times": {stage: round(seconds, 4) for stage, seconds in run.times.items()},
        "warnings": list(run.warnings),
    }

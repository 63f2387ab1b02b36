"""A whole picture in this process: every request that was cut from it, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from lacuna_client.inpaint import InpaintRequest
from lacuna_client.requests import Request
from lacuna_client.result import Patch, Result
from lacuna_models.run import Run

from .failures import as_sentences
from .operations import compute


def fill_whole(requests: Sequence[Request], run: Run) -> Result:
    """One result of all requests that were made from a picture (asking); boxes.paste puts each variant of it in.

    Raises LacunaError as operations.compute does.
    """
    patches: list[Patch] = []
    for number, request in enumerate(requests):
        text = "Filling" if isinstance(request, InpaintRequest) else "Coloring"
        with as_sentences(), run.stage(None, text, number / len(requests), (number + 1) / len(requests)):
            result = compute(request, run)
        patches += result.patches
    return Result(patches, result.provenance)  # the run adds its times and warnings up, so the last one has all

"""A whole picture in this process: every request that was cut from it, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.requests import Request
from lacuna_client.result import Left, Result, joined, left
from lacuna_models.run import Run

from .failures import as_sentences
from .operations import compute


def fill_whole(requests: Sequence[Request], run: Run) -> Result:
    """One result of all requests that were made from a picture (asking); boxes.paste puts each variant of it in.

    Raises LacunaError as operations.compute does.
    """
    outcomes: list[Result | Left] = []
    for number, request in enumerate(requests):
        text = "Filling" if isinstance(request, InpaintRequest) else "Coloring"
        with as_sentences(), run.stage(None, text, number / len(requests), (number + 1) / len(requests)):
            outcomes.append(_outcome(request, run))
    return joined(outcomes)


def _outcome(request: Request, run: Run) -> Result | Left:
    run.times.clear()  # the run adds them and its warnings up, and so does joined()
    run.warnings.clear()
    try:
        return compute(request, run)
    except LacunaError as error:
        return left(request, error)

"""A whole picture in this process: every request that was cut from it, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from lacuna_client.inpaint import InpaintRequest
from lacuna_models.run import Run

from .boxes import paste
from .failures import as_sentences
from .inpaint import inpaint


def fill_whole(
    picture: NDArray[Any], requests: Sequence[InpaintRequest], run: Run, *, premultiplied: bool = False
) -> dict[str, Any]:
    """Fill the picture in place (boxes.requests_of made the requests from it) and return the provenance of it all.

    Raises LacunaError as inpaint.inpaint does; the picture is then partly filled.
    """
    made: dict[str, Any] = {}
    for number, request in enumerate(requests):
        with as_sentences(), run.stage(None, "Filling", number / len(requests), (number + 1) / len(requests)):
            result = inpaint(request, run)
        paste(picture, result, premultiplied=premultiplied)
        made = result.provenance
    return made

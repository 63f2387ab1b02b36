"""From requests to new arrays, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .options import Progress

if TYPE_CHECKING:
    from lacuna_client.requests import Request
    from lacuna_server.pipeline.asking import Asked
    from lacuna_server.pipeline.boxes import Canvas


def made(canvas: Canvas, asked: Asked[Request], progress: Progress | None) -> tuple[list[NDArray[Any]], list[str]]:
    """A new picture a variant, and what was done otherwise than asked. Raises LacunaError, and what progress raises."""
    from lacuna_models.run import Run
    from lacuna_server.pipeline.boxes import paste
    from lacuna_server.pipeline.whole import fill_whole

    result = fill_whole(asked.requests, Run(on_progress=progress))
    pictures = []
    for variant in result.variants():
        copy = np.array(canvas.picture, order="C")
        paste(copy, variant)
        pictures.append(copy)
    return pictures, [*asked.notes, *result.provenance["warnings"]]

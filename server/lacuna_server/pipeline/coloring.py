"""What recolor and colorize share: one island after the other gets its color, on its own luma; its opacity stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.color import ColorizeRequest, RecolorRequest
from lacuna_client.errors import LacunaError
from lacuna_client.result import LEFT, Patch
from lacuna_models.region import Pixels
from lacuna_models.run import Run

from .blend import Alpha, alpha_of
from .exact import color_layer, limits_of, recomposed
from .island import Island, islands_of
from .patch import patch_of

Color = Callable[[Island, Alpha], Pixels | None]


def colored(request: RecolorRequest | ColorizeRequest, run: Run, color: Color, *, keep_luma: bool, nothing: str) -> list[Patch]:
    """A patch of every island that gets a color; the others stay as they are, which the run is told.

    Args:
        color: (island, its alpha, 0 where the island is transparent) -> H x W x 3 float32, of use where alpha is above 0;
            or None where nothing says which color.
        keep_luma: only the chroma of what `color` returns is used.
        nothing: a code of result.LEFT: what it means that no island gets a color.

    Raises LacunaError 'empty_selection', 'transparent', `nothing`, and what `color` raises.
    """
    islands = list(islands_of(request))
    if not islands:
        raise LacunaError("empty_selection")
    ends = list(accumulate(island.area for island in islands))
    patches, seen = [], 0
    for island, end in zip(islands, ends, strict=True):
        with run.stage("total", "Coloring", (end - island.area) / ends[-1], end / ends[-1]):
            alpha = _alpha_of(island, request.feather)
            seen += bool(alpha.any())
            patches += _patches_of(island, alpha, request, run, partial(color, island, alpha), keep_luma)
    if not seen:
        raise LacunaError("transparent")
    if not patches:
        raise LacunaError(nothing)
    if len(patches) < seen:
        run.warn(f"{seen - len(patches)} of {seen} selected parts {LEFT[nothing]}, so they stay as they are.")
    run.progress(1.0, "Done")
    return patches


def _alpha_of(island: Island, feather: int) -> Alpha:
    """How the color is blended: 0 where there is nothing to be seen."""
    with np.errstate(invalid="ignore"):
        visible = island.image[..., 3] > 0
    return np.where(visible, alpha_of(island.selection, 0, feather), np.float32(0))


def _patches_of(
    island: Island,
    alpha: Alpha,
    request: RecolorRequest | ColorizeRequest,
    run: Run,
    color: Callable[[], Pixels | None],
    keep_luma: bool,
) -> list[Patch]:
    """The island's patch, or none."""
    if not alpha.any():
        return []
    run.keep(f"{island.name}-alpha", alpha)
    with run.stage("color", "Coloring", 0.0, 0.9):
        fill = color()
    if fill is None:
        return []
    run.keep(f"{island.name}-color", fill)
    with run.stage("composite", "Blending", 0.9, 1.0):
        blended = np.minimum(alpha, island.selection) if request.output == "in-place" else alpha
        if not blended.any():
            return []
        blend: Callable[[NDArray[Any], Pixels, Alpha], NDArray[Any]] = partial(
            color_layer if request.output == "layer" else recomposed,
            limits=limits_of(island.image, alpha > 0),
            keep_luma=keep_luma,
        )
        return [patch_of(island, fill, blended, blend, run)]

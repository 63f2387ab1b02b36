"""The inpaint operation, from a request to its patches: the stages in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest, InpaintResult, Patch
from lacuna_client.islands import Rect
from lacuna_models import registry
from lacuna_models.region import Pixels, Region
from lacuna_models.registry import Method
from lacuna_models.run import Run

from . import device
from .blend import Alpha, alpha_of, reach, weights
from .composite import composite, layer, spans_of
from .failures import as_sentences
from .pixels import array_of, buffer_of
from .provenance import provenance
from .region import is_gray, region_of

BAND = 256  # rows composited at once, so that float64 is never held for the whole hole


@dataclass(frozen=True, slots=True)
class Island:
    """A box that has something to fill: its pixels (H x W x 4) and its selection (H x W in [0, 1])."""

    rect: Rect
    image: NDArray[Any]
    selection: Alpha
    number: int  # of its box in the request, from 1

    @property
    def name(self) -> str:
        """For --save-stages; boxes never meet, so the place tells them apart, also those of other requests."""
        return f"box-{self.rect.x}-{self.rect.y}"

    @property
    def area(self) -> int:
        return self.rect.width * self.rect.height


def inpaint(request: InpaintRequest, run: Run) -> InpaintResult:
    """Fill every box of the request. The run gets the request's seed and device here.

    Raises LacunaError: 'empty_selection', 'nothing_to_sample', 'bad_pixels', 'bad_request', 'unknown_method',
    'no_device', 'out_of_memory', 'cancelled'.
    """
    with as_sentences():
        method = method_of(request.method)
        network = registry.is_accelerated(method.name)
        run.seed, (run.device, warnings) = request.seed, device.resolve(request.device, network=network)
        run.warnings.extend(warning for warning in warnings if warning not in run.warnings)
        islands = list(islands_of(request))
        if not islands:
            raise LacunaError("empty_selection")
        ends = list(accumulate(island.area for island in islands))
        patches = []
        for island, end in zip(islands, ends, strict=True):
            with run.stage("total", "Filling", (end - island.area) / ends[-1], end / ends[-1]):
                patches.append(fill_island(island, method, request, run))
        run.progress(1.0, "Done")
        return InpaintResult(patches, provenance(method, run))


def method_of(name: str) -> Method:
    """The registry's method. Raises LacunaError 'unknown_method'."""
    try:
        return registry.find(name)
    except KeyError as error:
        raise LacunaError("unknown_method", name=name) from error


def islands_of(request: InpaintRequest) -> Iterator[Island]:
    """The boxes in which something is selected."""
    for number, box in enumerate(request.boxes, 1):
        selection = weights(array_of(box.selection))
        if selection.any():
            yield Island(box.rect, array_of(box.image), selection, number)


def fill_island(island: Island, method: Method, request: InpaintRequest, run: Run) -> Patch:
    """One island: blend, region, stages, composite."""
    with run.stage("region", "Looking at the surroundings", 0.0, 0.05):
        alpha = alpha_of(island.selection, request.grow, request.feather)
        region = region_of(island.image, alpha, keep_alpha=request.keep_alpha)
        run.keep(f"{island.name}-alpha", alpha)
    fill = fill_region(region, method, run, island.name)
    with run.stage("composite", "Blending", 0.95, 1.0):
        return patch_of(island, fill, alpha, request)


def fill_region(region: Region, method: Method, run: Run, name: str) -> Pixels:
    """Stage 1 and stage 2 of the method, as far as it has them: H x W x C float32."""
    coarse, fill = None, region.image
    if method.backbone:
        with run.stage("coarse", "Completing the structure", 0.05, 0.35 if method.refiner else 0.95):
            fill = coarse = checked(registry.load(method.backbone).complete(region, run), region, method.backbone)
        run.keep(f"{name}-coarse", coarse)
    if method.refiner:
        with run.stage("fine", "Filling in the detail", 0.35 if method.backbone else 0.05, 0.95):
            fill = checked(registry.load(method.refiner).refine(region, coarse, run), region, method.refiner)
    if is_gray(region):
        fill = fill[..., [1, 1, 1, 3][: fill.shape[2]]]
    run.keep(f"{name}-fill", fill)
    return fill


def checked(fill: Pixels, region: Region, part: str) -> Pixels:
    """The fill, when it keeps the interface's promise; a method that breaks it must not reach the picture."""
    if fill.shape != region.image.shape or fill.dtype != np.float32 or not np.isfinite(fill[region.hole]).all():
        raise RuntimeError(f"part '{part}' returned {fill.dtype} {fill.shape} or values that are not numbers")
    return fill


def patch_of(island: Island, fill: Pixels, alpha: Alpha, request: InpaintRequest) -> Patch:
    """The composite of the hole's bounding box. 'in-place' never changes more than was selected."""
    if request.output == "in-place":
        alpha = np.minimum(alpha, island.selection)
    part = reach(alpha)
    if part is None:
        raise LacunaError("empty_selection")
    rows, columns = part
    rect = Rect(island.rect.x + columns.start, island.rect.y + rows.start, columns.stop - columns.start, rows.stop - rows.start)
    blend = layer if request.output == "layer" else composite
    image, fill, alpha = island.image[part], fill[part], alpha[part]
    pixels = np.empty_like(image, order="C")
    for top in range(0, rect.height, BAND):
        band = slice(top, top + BAND)
        pixels[band] = blend(image[band], fill[band], alpha[band], keep_alpha=request.keep_alpha)
    named = f"pixels{island.number}", f"spans{island.number}"
    return Patch(rect, buffer_of(named[0], pixels, "R'G'B'A"), buffer_of(named[1], spans_of(alpha), "spans"))

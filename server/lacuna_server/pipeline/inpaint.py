"""The inpaint operation, from a request to its patches: the stages in reading order."""

from __future__ import annotations

import math
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np

from lacuna_client import settings
from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.result import Patch, Result
from lacuna_models import registry
from lacuna_models.color.planes import luma_of
from lacuna_models.registry import NONE, Method
from lacuna_models.run import Run
from lacuna_models.sampling import Sampling
from lacuna_server.methods import method_of

from . import device
from .blend import alpha_of
from .composite import composite, layer
from .failures import as_sentences
from .hints import Tally, count_faded, hints_of
from .island import Island, check_room, islands_of
from .patch import Blend, patch_of
from .provenance import provenance
from .region import region_of
from .stages import Stages

SEEDS = settings.SEED.high + 1


def inpaint(request: InpaintRequest, run: Run, *, most_bytes: float = math.inf) -> Result:
    """Fill every box of the request, in every variant. The run gets the request's seed, sampling and device here.

    Variant k of a request is the same, bit for bit, whatever the number of variants.

    Args:
        most_bytes: what the patches of several variants may be in all.

    Raises LacunaError: 'empty_selection', 'nothing_to_sample', 'no_sources', 'bad_pixels', 'bad_request',
    'unknown_method', 'unknown_part', 'nothing_fills', 'nothing_filled', 'nothing_colors', 'weights_missing', 'bad_weights',
    'not_finite', 'no_device', 'variants_too_large', 'out_of_memory', 'cancelled'.
    """
    with as_sentences():
        method = method_of(request.method, request.backbone, request.refiner, request.color_solver)
        variants = prepare(request, method, run)
        islands = list(islands_of(request))
        if not islands:
            raise LacunaError("empty_selection")
        check_room(islands, request, variants, most_bytes)
        ends = list(accumulate(island.area for island in islands))
        patches: list[Patch] = []
        tally = Tally()
        for island, end in zip(islands, ends, strict=True):
            with run.stage("total", "Filling", (end - island.area) / ends[-1], end / ends[-1]):
                patches += fill_island(island, method, request, variants, tally, run)
        tally.tell(run)
        run.progress(1.0, "Done")
        patches.sort(key=lambda patch: patch.variant)
        return Result(patches, provenance(request, run, **_made_by(request, method, variants, tally)))


def prepare(request: InpaintRequest, method: Method, run: Run) -> int:
    """Give the run what the request asks for and tell what cannot be heeded; returns how many variants there will be."""
    run.tile = request.tile
    run.sampling = Sampling(request.mirror, request.rotate, request.scale, request.search)
    device.choose(run, request.device, network=registry.is_accelerated(method))
    parts = " with ".join(name for name in (method.backbone, method.refiner, method.color) if name)
    variants = request.variants
    if variants > 1 and not registry.varies(method):
        run.warn(f"{parts} always gives the same fill, so one variant was made instead of {variants}.")
        variants = 1
    if run.sampling != Sampling() and not registry.copies(method):
        run.warn(f"{parts} copies no patches, so mirror, rotate, scale and search were not used.")
    return variants


def fill_island(island: Island, method: Method, request: InpaintRequest, variants: int, tally: Tally, run: Run) -> list[Patch]:
    """One island, a patch a variant: blend, region, then stages and composite for each."""
    with run.stage("region", "Looking at the surroundings", 0.0, 0.05):
        alpha = alpha_of(island.selection, request.grow, request.feather)
        blended = np.minimum(alpha, island.selection) if request.output == "in-place" else alpha
        hints = hints_of(island, alpha > 0, tally, run)
        region = region_of(island.image, alpha, keep_alpha=request.keep_alpha, sources=island.sources, hints=hints)
        run.keep(f"{island.name}-alpha", alpha)
    stages, patches = Stages(region, method, island.name), []
    for variant in range(variants):
        with run.stage(None, "Filling", 0.05 + 0.95 * variant / variants, 0.05 + 0.95 * (variant + 1) / variants):
            run.seed = (request.seed + variant) % SEEDS
            with run.stage(None, "Filling", 0.0, 0.95):
                fill = stages.fill(run, variant, variants)
            if variant == 0:
                count_faded(hints, luma_of(fill[..., :3]), tally)
            with run.stage("composite", "Blending", 0.95, 1.0):
                patches.append(patch_of(island, fill, blended, blend_of(request), run, variant))
    return patches


def _made_by(request: InpaintRequest, method: Method, variants: int, tally: Tally) -> dict[str, Any]:
    """The provenance's own part."""
    sampling = {one.name: getattr(request, one.name) for one in settings.SAMPLING if getattr(request, one.name) != one.default}
    return {
        "method": method.name,
        "backbone": method.backbone or NONE,
        "refiner": method.refiner or NONE,
        "color_solver": method.color or NONE,
        "varies": registry.varies(method),
        "seed": request.seed,
        "variants": variants,
        "grow": request.grow,
        **({"hints": tally.used} if request.has_hints else {}),
        **sampling,
    }


def blend_of(request: InpaintRequest) -> Blend:
    """How a fill and what was there before become one."""
    return partial(layer if request.output == "layer" else composite, keep_alpha=request.keep_alpha)

"""The colorize operation, from a request to its patches: what is selected gets color, whatever color it had."""

from __future__ import annotations

from lacuna_client.color import ColorizeRequest
from lacuna_client.result import Result
from lacuna_models import registry
from lacuna_models.interfaces import ColorSolver
from lacuna_models.region import Pixels
from lacuna_models.run import Run
from lacuna_server.methods import solver_of

from . import device
from .blend import Alpha
from .color_reference import TRANSPARENT, shown_by
from .coloring import colored
from .failures import as_sentences
from .hints import Tally, count_faded, hints_of
from .island import Island
from .provenance import provenance
from .region import color_region_of, has_color
from .steps import solved


def colorize(request: ColorizeRequest, run: Run) -> Result:
    """Color every box of the request from the rest of its box, its hints and the reference. Luma and opacity stay.

    Raises LacunaError: 'empty_selection', 'transparent', 'no_color', 'reference_not_taken', 'unknown_part', 'bad_pixels',
    'bad_request', 'weights_missing', 'bad_weights', 'not_finite', 'no_device', 'out_of_memory', 'cancelled'.
    """
    with as_sentences():
        part = solver_of(request.color_solver)
        run.seed = request.seed
        device.choose(run, request.device, network=part.uses_gpu)
        reference, tally = shown_by(request.reference), Tally()
        if request.reference is not None and reference is None:
            run.warn(TRANSPARENT)
        not_taken = reference is not None and not part.references
        solver: ColorSolver = registry.load(part.name)

        def color(island: Island, alpha: Alpha) -> Pixels | None:
            hints = hints_of(island, alpha > 0, tally, run)
            region, luma = color_region_of(island.image, alpha, run, sources=island.sources, hints=hints, reference=reference)
            if hints is None and (reference is None or not_taken) and not has_color(region):
                return None
            count_faded(hints, luma, tally)
            return solved(solver, part.name, region, luma, run)

        patches = colored(request, run, color, keep_luma=True, nothing="reference_not_taken" if not_taken else "no_color")
        tally.tell(run)
        made = {
            "color_solver": part.name,
            "varies": part.varies,
            "seed": request.seed,
            "hints": tally.used,
            **({"reference": True} if reference is not None else {}),
        }
        return Result(patches, provenance(request, run, **made))

"""One fill by a method of the product, with the seconds of each stage."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from lacuna.options import checked
from lacuna_models.run import Run
from lacuna_server.pipeline.asking import inpaint_requests
from lacuna_server.pipeline.boxes import Canvas, paste
from lacuna_server.pipeline.whole import fill_whole

from .cases import Bytes, Case

STAGES = ("boxes", "region", "coarse", "fine", "composite")  # in this order; boxes = cutting them out and pasting the fill
ENGINE = ("coarse", "fine")  # the stages that are the method itself; region and composite are the pipeline's


def staged_fill(case: Case, method: str, options: Mapping[str, Any], device: str) -> tuple[Bytes, dict[str, float], str]:
    """The filled picture, seconds by stage (of STAGES), and the device that computed."""
    started = time.perf_counter()
    result = fill_whole(requests_for(case, method, options, device), Run())
    picture = case.picture.copy()
    paste(picture, result)
    seconds = time.perf_counter() - started
    times = dict(result.provenance["times"])
    times["boxes"] = seconds - times.pop("total")
    return picture, times, str(result.provenance["device"])


def requests_for(case: Case, method: str, options: Mapping[str, Any], device: str) -> Any:
    """Of the whole case, with the method's settings."""
    values = checked({"method": method, "grow": case.grow, "feather": case.feather, **options}, 1)
    return inpaint_requests(Canvas(case.picture, case.selection), values, device=device).requests

"""One fill by a method of the product, with the seconds of each stage, and how soon it obeys a cancel."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from typing import Any

from lacuna_client import settings
from lacuna_client.errors import LacunaError
from lacuna_models.run import Run
from lacuna_server.pipeline.boxes import paste, requests_of
from lacuna_server.pipeline.whole import fill_whole

from .cases import Bytes, Case

STAGES = ("boxes", "region", "coarse", "fine", "composite")  # in this order; boxes = cutting them out and pasting the fill
ENGINE = ("coarse", "fine")  # the stages that are the method itself; region and composite are the pipeline's
JITTER = 0.1  # s


def staged_fill(case: Case, method: str, options: Mapping[str, Any], device: str) -> tuple[Bytes, dict[str, float], str]:
    """The filled picture, seconds by stage (of STAGES), and the device that computed."""
    started = time.perf_counter()
    result = fill_whole(_requests(case, method, options, device), Run())
    picture = case.picture.copy()
    paste(picture, result)
    seconds = time.perf_counter() - started
    times = dict(result.provenance["times"])
    times["boxes"] = seconds - times.pop("total")
    return picture, times, str(result.provenance["device"])


def cancel_seconds(case: Case, method: str, options: Mapping[str, Any], after: float, draw: random.Random) -> float:
    """From cancel(), called somewhere behind the fraction `after` of the fill, to the end of the fill.

    Raises RuntimeError when the fill ended before it was cancelled.
    """
    reached = threading.Event()
    ended: list[float] = []
    refused: list[str] = []

    def watch(_text: str, fraction: float) -> None:
        if fraction >= after:
            reached.set()

    run = Run(on_progress=watch)

    def fill() -> None:
        try:
            fill_whole(_requests(case, method, options, "cpu"), run)
        except LacunaError as error:
            refused.append(error.code)
        ended.append(time.perf_counter())
        reached.set()

    thread = threading.Thread(target=fill)
    thread.start()
    reached.wait()
    time.sleep(draw.uniform(0, JITTER))  # anywhere in a pass, not just where progress is told
    cancelled = time.perf_counter()
    run.cancel()
    thread.join()
    if refused != ["cancelled"]:
        raise RuntimeError(f"the fill ended before it was cancelled: {refused or 'done'}")
    return ended[0] - cancelled


def _requests(case: Case, method: str, options: Mapping[str, Any], device: str) -> Any:
    values = settings.checked({"method": method, "grow": case.grow, "feather": case.feather, **options})
    return requests_of(case.picture, case.selection, values, device=device)

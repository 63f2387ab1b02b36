"""A process of its own for one measurement: `python -m lab.once JOB`, JOB and the answer being JSON. Started by `timings`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from lacuna_client.errors import LacunaError

from .cancels import all_cancels
from .cases import Case
from .methods import Method, Ours, method_of
from .peers import TooLarge
from .staged import staged_fill


def measure(job: dict[str, Any]) -> dict[str, Any]:
    """The first fill of this process, counted from its start, and one more."""
    case = Case("scene", "square", np.load(job["picture"]), np.load(job["hole"]))
    method = method_of(job["method"])
    if job["cancel_after"]:
        return cancels(case, method, job["cancel_after"])
    try:
        stages, device = fill(case, method, job["device"])
        cold = time.time() - job["started"]
        started = time.perf_counter()
        stages, device = fill(case, method, job["device"])
        warm = time.perf_counter() - started
    except TooLarge as error:
        return {"note": f"too large ({error})"}
    except LacunaError as error:
        if error.code != "no_device":
            raise
        return {"note": f"no {job['device']} here"}
    return {"cold": cold, "warm": warm, "stages": stages, "device": device, "peak_mib": peak_mib()}


def fill(case: Case, method: Method, device: str) -> tuple[dict[str, float], str]:
    """One fill's seconds by stage (none for a peer), and the device that computed."""
    if isinstance(method, Ours):
        _, stages, used = staged_fill(case, method.method, dict(method.options), device)
        return stages, used
    method.fill(case)
    return {}, "cpu"


def cancels(case: Case, method: Method, fractions: list[float]) -> dict[str, Any]:
    """Seconds of each cancel that did not come too late, and how many were tried."""
    if not isinstance(method, Ours):
        raise TypeError(f"{method.name} cannot be cancelled")
    moments, took = all_cancels(case, method.method, dict(method.options), fractions)
    return {"cancels": took, "tried": len(moments)}


def peak_mib() -> float:
    """The most memory that this process or one that it started held at once. (Its own ru_maxrss is the parent's too.)"""
    (own,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


if __name__ == "__main__":
    print(json.dumps(measure(json.loads(Path(sys.argv[1]).read_text()))))

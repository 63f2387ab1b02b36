"""Fills in processes of their own, so that a cold start is cold and a peak of memory is the method's."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .cases import Bytes, square_hole
from .methods import Method, Ours

Repeats = Callable[["Hole"], int]
BENCHMARKS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Timing:
    """What so many processes measured of one method, hole and device.

    Attributes:
        what: the picture's size, for the table.
        cold: seconds from the start of a process to its first fill, one for each process.
        warm: seconds of its second fill.
        stages: seconds by stage of each warm fill; empty for a peer.
        peak_mib: the most memory that any of them held.
        note: why there is none.
    """

    what: str
    method: str
    device: str
    cold: Sequence[float] = ()
    warm: Sequence[float] = ()
    stages: Sequence[dict[str, float]] = ()
    peak_mib: float = 0.0
    note: str = ""

    @property
    def seconds(self) -> float:
        """Mean of the warm fills; nan when there is none."""
        return statistics.fmean(self.warm) if self.warm else float("nan")


@dataclass(frozen=True, slots=True)
class Hole:
    """A picture and a hole as files, for the processes."""

    what: str
    picture: Path
    hole: Path


def place(folder: Path, what: str, picture: Bytes, side: int) -> Hole:
    """Write the picture and a square hole of that side in its middle into the folder."""
    height, width = picture.shape[:2]
    files = Hole(what, folder / f"{what}.picture.npy", folder / f"{what}.hole-{side}.npy")
    np.save(files.picture, picture)
    np.save(files.hole, square_hole(width, height, side))
    return files


def time_fill(hole: Hole, method: Method, device: str, repeats: int) -> Timing:
    """So many processes, one after the other, each with a cold and a warm fill."""
    if why := method.missing():
        return Timing(hole.what, method.name, device, note=why)
    answers = []
    for _ in range(repeats):
        answer = ask(hole, method.name, device)
        if note := answer.get("note") or computed_elsewhere(answer["device"], device):
            return Timing(hole.what, method.name, device, note=note)
        answers.append(answer)
    stages = [one["stages"] for one in answers if one["stages"]]
    cold, warm = [one["cold"] for one in answers], [one["warm"] for one in answers]
    return Timing(hole.what, method.name, device, cold, warm, stages, max(one["peak_mib"] for one in answers))


def computed_elsewhere(used: str, asked: str) -> str:
    return "" if used.partition(":")[0] == asked.partition(":")[0] else f"computes on the {used}"


def time_cancels(hole: Hole, method: Method, fractions: Sequence[float]) -> tuple[list[float], int]:
    """Seconds that cancels took, at those fractions of a fill's time and at its last levels, and how many were tried.

    There are fewer seconds than tries when a fill ended before it was cancelled.
    """
    answer = ask(hole, method.name, "cpu", cancel_after=list(fractions))
    return list(answer["cancels"]), int(answer["tried"])


def ask(hole: Hole, method: str, device: str, *, cancel_after: Sequence[float] = ()) -> dict[str, Any]:
    """Run lab.once with the job. Raises RuntimeError with the end of its words when it fails."""
    job = {"picture": str(hole.picture), "hole": str(hole.hole), "method": method, "device": device}
    file = hole.picture.with_suffix(".job.json")
    file.write_text(json.dumps({**job, "cancel_after": cancel_after, "started": time.time()}))
    paths = os.pathsep.join(filter(None, (str(BENCHMARKS), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [sys.executable, "-m", "lab.once", str(file)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{method} on {hole.what}: {done.stderr.strip()[-500:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def each(holes: Sequence[Hole], methods: Sequence[Method], devices: Sequence[str], repeats: Repeats) -> list[Timing]:
    """Every method on every hole and device, in that order."""
    return [
        time_fill(hole, method, device, repeats(hole))
        for hole in holes
        for method in methods
        for device in devices_of(method, devices)
    ]


def devices_of(method: Method, devices: Sequence[str]) -> Sequence[str]:
    """Peers know the CPU only."""
    return devices if isinstance(method, Ours) else [device for device in devices if device == "cpu"]

"""Restored colors and their figures, the pictures kept on disk."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lacuna_models.color.planes import luma_of
from lacuna_models.metrics.color import foreign_chroma, hint_error, mean_ciede2000
from lacuna_models.metrics.differences import psnr
from lacuna_models.region import Pixels, Region
from lacuna_server.pipeline.pixels import to_float

from .cases import Bytes
from .color_cases import ColorCase
from .color_solvers import Solver

SHORT = 0.5  # s; what takes less is done twice, and the shorter time counts: a first call loads and compiles
LUMA_ERROR = 2e-4  # of a solver that computes in float32
NOT_KEPT = "not computed"


@dataclass(frozen=True, slots=True)
class ColorResult:
    """What one solver made of one hole with so many hints.

    Attributes:
        picture: H x W x 3 u8, or None when there is none; `note` then says why.
        seconds: of processor time, all threads together, of the solver alone: what else the machine does hardly counts.
        psnr: dB in the hole.
        ciede: mean CIEDE2000 in the hole.
        foreign: share of the hole's pixels whose color nothing near has.
        at_hints: mean distance in a*b* at the hints, nan without one.
    """

    solver: str
    case: ColorCase
    hints: int
    picture: Bytes | None = None
    seconds: float = float("nan")
    psnr: float = float("nan")
    ciede: float = float("nan")
    foreign: float = float("nan")
    at_hints: float = float("nan")
    note: str = ""


def run_all(
    solvers: Iterable[Solver], cases: Iterable[ColorCase], counts: Iterable[int], cache: Path, only_kept: Container[str] = ()
) -> Iterator[ColorResult]:
    """Every solver on every hole with every count of hints, one after the other: nothing else may run while it is timed.

    Args:
        only_kept: solvers of which only what the cache holds is shown.
    """
    chosen, numbers = list(solvers), list(counts)
    for case in cases:
        for count in numbers:
            for solver in chosen:
                yield run_one(solver, case, count, cache, compute=solver.name not in only_kept)


def run_one(solver: Solver, case: ColorCase, count: int, cache: Path, compute: bool = True) -> ColorResult:
    """One result, or what is known of it from an earlier run with the same code."""
    if why := solver.missing():
        return ColorResult(solver.name, case, count, note=why)
    stem = stem_of(solver, case, count, cache)
    if not stem.with_suffix(".json").exists():
        if not compute:
            return ColorResult(solver.name, case, count, note=NOT_KEPT)
        keep(stem, *solved(solver, case, count), about=f"{solver.name}, {case.name}, {count} hints")
    seconds = float(json.loads(stem.with_suffix(".json").read_text())["seconds"])
    return measured(solver.name, case, count, np.asarray(Image.open(stem.with_suffix(".png")).convert("RGB")), seconds)


def stem_of(solver: Solver, case: ColorCase, count: int, cache: Path) -> Path:
    """The cache's files of this result, without their endings."""
    return cache / hashlib.sha256(f"{solver.name} {solver.version()} {case.digest} {count}".encode()).hexdigest()[:32]


def solved(solver: Solver, case: ColorCase, count: int) -> tuple[Bytes, float]:
    """The picture and what it took. Ends with RuntimeError where a solver does not keep to its interface."""
    region = case.region(count)
    picture, seconds = timed(solver, region, case)
    if seconds < SHORT:
        seconds = min(seconds, timed(solver, region, case)[1])
    if not np.array_equal(picture[~case.hole], case.truth[~case.hole]):
        raise RuntimeError(f"{solver.name} changed pixels outside the hole of {case.name}")
    error = float(np.abs(luma_of(picture.astype(np.float64)) - case.luma)[case.hole].max())
    if not error <= LUMA_ERROR:
        raise RuntimeError(f"{solver.name} changed the luma of {case.name} by {error}")
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8), seconds


def timed(solver: Solver, region: Region, case: ColorCase) -> tuple[Pixels, float]:
    """What it makes of the region, and the seconds of processor time."""
    started = time.process_time()
    picture = solver.solve(region, case.luma)
    return picture, time.process_time() - started


def keep(stem: Path, picture: Bytes, seconds: float, about: str) -> None:
    """Write STEM.png and, last, STEM.json."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(stem.with_suffix(".png"), compress_level=1)
    stem.with_suffix(".json").write_text(json.dumps({"about": about, "seconds": seconds}))


def measured(name: str, case: ColorCase, count: int, picture: Bytes, seconds: float) -> ColorResult:
    """With its figures."""
    values = to_float(picture)
    hints = case.hints(count)
    return ColorResult(
        name,
        case,
        count,
        picture,
        seconds,
        psnr(values, case.truth, case.hole),
        mean_ciede2000(values, case.truth, case.hole),
        foreign_chroma(values, case.hole),
        hint_error(values, hints) if hints else float("nan"),
    )

"""Fills and their figures, kept on disk, so that a run with one more method costs that method only."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .cases import Bytes, Case
from .figures import Figures
from .methods import Method
from .peers import TooLarge

CACHE = Path(__file__).parents[2] / "out" / "lab"  # ignored by git


@dataclass(frozen=True, slots=True)
class Result:
    """What one method made of one case.

    Attributes:
        picture: H x W x 3 u8, or None when there is none; `note` then says why.
        seconds: what the fill took; files, process start and blending included where the method needs them.
    """

    method: str
    case: Case
    picture: Bytes | None
    seconds: float
    figures: Mapping[str, float]
    note: str = ""


def run_all(methods: Iterable[Method], cases: Iterable[Case], figures: Figures, cache: Path) -> Iterator[Result]:
    """Every method on every case, one after the other: nothing else may run while a fill is timed."""
    chosen = list(methods)
    for case in cases:
        for method in chosen:
            yield run_one(method, case, figures, cache)


def run_one(method: Method, case: Case, figures: Figures, cache: Path) -> Result:
    """One fill, or what is known of it from an earlier run with the same code."""
    if why := method.missing():
        return Result(method.name, case, None, 0.0, {}, why)
    stem = cache / hashlib.sha256(f"{method.name} {method.version()} {case.digest}".encode()).hexdigest()[:32]
    try:
        picture, seconds = fill_of(method, case, stem)
    except TooLarge as error:
        return Result(method.name, case, None, 0.0, {}, f"too large ({error})")
    return Result(method.name, case, picture, seconds, figures_of(picture, case, figures, stem))


def fill_of(method: Method, case: Case, stem: Path) -> tuple[Bytes, float]:
    """STEM.png and STEM.json, made when they are not there. Raises TooLarge."""
    kept, said = stem.with_suffix(".png"), stem.with_suffix(".json")
    if said.exists():
        return np.asarray(Image.open(kept).convert("RGB")), float(json.loads(said.read_text())["seconds"])
    started = time.perf_counter()
    picture = method.fill(case)
    seconds = time.perf_counter() - started
    outside = case.alpha == 0
    if not np.array_equal(picture[outside], case.picture[outside]):
        raise RuntimeError(f"{method.name} changed pixels outside the hole of {case.name} ({case.kind})")
    kept.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(kept, compress_level=1)
    said.write_text(json.dumps({"method": method.name, "case": f"{case.name} {case.kind}", "seconds": seconds}))
    return picture, seconds


def figures_of(picture: Bytes, case: Case, figures: Figures, stem: Path) -> dict[str, float]:
    """The figures that go with the case, from STEM.figures-VERSION.json as far as they were computed before."""
    kept = stem.with_suffix(f".figures-{figures.version}.json")
    known: dict[str, float] = json.loads(kept.read_text()) if kept.exists() else {}
    missing = figures.of(picture, case, besides=known)
    if missing:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(known | missing))
    return {one.name: (known | missing)[one.name] for one in figures.columns if one.name in known | missing}


def original(case: Case, figures: Figures, cache: Path) -> Result:
    """The untouched picture as if it were a fill: what the seam, repeat and sharpness figures of the scene itself are."""
    stem = cache / hashlib.sha256(f"original {case.digest}".encode()).hexdigest()[:32]
    return Result("(original)", case, case.picture, 0.0, figures_of(case.picture, case, figures, stem))

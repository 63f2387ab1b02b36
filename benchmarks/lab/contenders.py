"""Weights files as contenders: the product's own path with one file in the place of another, and what there is without it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lacuna_client.result import Result
from lacuna_models import registry, weight_files, weights
from lacuna_models.classical import Telea
from lacuna_models.interfaces import Backbone
from lacuna_models.region import Pixels, Region
from lacuna_models.registry import Part
from lacuna_models.run import Run
from lacuna_models.two_stage.resizing import enlarged, fitting_side, shrunk, working_size
from lacuna_models.two_stage.usable import size_of, usable
from lacuna_server.pipeline.blend import alpha_of
from lacuna_server.pipeline.boxes import paste
from lacuna_server.pipeline.inpaint import blend_of
from lacuna_server.pipeline.island import islands_of
from lacuna_server.pipeline.patch import patch_of
from lacuna_server.pipeline.region import region_of

from .cases import Bytes, Case
from .methods import Method, Ours, method_of, source_digest
from .staged import requests_for

FOLDER = "LACUNA_WEIGHTS_DIR"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A weights file that has passed every check.

    Attributes:
        part: that loads it.
        size: px, the side that a backbone was trained for.
    """

    path: Path
    part: Part
    size: int

    @property
    def file_name(self) -> str:
        """Under which the part looks for it."""
        (name,) = self.part.weights
        return name


def candidate(path: Path) -> Candidate:
    """Read and check the file. Raises WeightsError."""
    network = weights.network_of(path)
    loaded = usable(path, network)
    part = next(part for part in registry.PARTS.values() if weight_files.file_of(network) in part.weights)
    return Candidate(path, part, size_of(path.name, loaded.notes))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A method of the product that finds its weights in a folder of their own."""

    name: str
    method: Ours
    folder: Path

    def missing(self) -> str:
        with weights_from(self.folder):
            return self.method.missing()

    def version(self) -> str:
        with weights_from(self.folder):
            return f"{self.method.name} {self.method.version()}"

    def fill(self, case: Case) -> Bytes:
        with weights_from(self.folder):
            return self.method.fill(case)


def method_for(one: Candidate, name: str = "") -> Ours:
    """The named method, by default the usual one: a backbone alone, a refiner behind the backbone that it is made for.

    Raises LacunaError, and SystemExit for a method that does not use the candidate's part.
    """
    usual = one.part.name
    if one.part.role == "refiner":
        usual = next(method.name for method in registry.METHODS.values() if method.refiner == one.part.name)
    method = method_of(name or usual)
    if not isinstance(method, Ours) or one.file_name not in method.weights():
        raise SystemExit(f"{name} does not use '{one.part.name}', for which {one.path.name} is")
    return method


def weighed(name: str, method: Ours, one: Candidate, folder: Path) -> Weighed:
    """The method with the candidate's file, all other weights being those that this machine has.

    Args:
        folder: an empty one, which must stay as long as the contender is used.

    Raises WeightsMissing.
    """
    for file in set(method.weights()) - {one.file_name}:
        shutil.copyfile(weight_files.find(file), folder / file)
    shutil.copyfile(one.path, folder / one.file_name)
    return Weighed(name, method, folder)


@contextmanager
def weights_from(folder: Path) -> Iterator[None]:
    """What the product takes for the user's own folder."""
    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[FOLDER]
        else:
            os.environ[FOLDER] = before


def without(one: Candidate, method: Ours) -> Method:
    """What there is without the candidate.

    Instead of a backbone alone Telea at the size that it sees; before an exemplar refiner nothing, before another Telea;
    instead of a refiner nothing.
    """
    composed = method.composed
    if one.part.role == "refiner":
        rest = registry.THEN.join(name for name in composed.refiners if name != one.part.name)
        parts = {"refiner": rest or registry.NONE}
    elif not composed.refiners:
        return SmallTelea(one.size)
    else:
        parts = {"backbone": registry.NONE if registry.PARTS[composed.refiners[0]].copies else "telea"}
    return Ours(f"without {one.part.name}", method.method, tuple({**dict(method.options), **parts}.items()))


@dataclass(frozen=True, slots=True)
class SmallTelea:
    """Fast marching at the size a network sees the region at: what a backbone has to beat, with its resizing and nothing else.

    Attributes:
        trained: px, the side that the network was trained for.
    """

    trained: int

    @property
    def name(self) -> str:
        return f"telea sized as for {self.trained} px"

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return source_digest()

    def fill(self, case: Case) -> Bytes:
        return filled_by(self, case)

    def complete(self, region: Region, run: Run) -> Pixels:
        """As Backbone.complete."""
        size = working_size(region.hole.shape, fitting_side(~region.known, self.trained))
        small = shrunk(region.image, region.known.astype(np.float32), size)
        known = small.trust > 0
        inner = Region(small.color, ~known, (~known).astype(np.float32), known)
        large = enlarged(Telea().complete(inner, run), region.hole.shape)
        return np.where(region.hole[..., None], large, region.image)


def filled_by(backbone: Backbone, case: Case) -> Bytes:
    """The pipeline round a backbone that is not the product's."""
    patches = []
    for request in requests_for(case, "telea", {}, "cpu"):
        for island in islands_of(request):
            alpha = alpha_of(island.selection, request.grow, request.feather)
            region = region_of(island.image, alpha, keep_alpha=request.keep_alpha)
            patches.append(patch_of(island, backbone.complete(region, Run()), alpha, blend_of(request), Run()))
    picture = case.picture.copy()
    paste(picture, Result(patches, {}))
    return picture

"""What restores color: the solvers of the registry, and two peers outside of it, behind one interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from lacuna_models import registry, weight_files
from lacuna_models.color.planes import Planes, chroma_of, rgb_of, within_gamut
from lacuna_models.interfaces import ColorSolver
from lacuna_models.region import Pixels, Region
from lacuna_models.run import Run

from .methods import digest_of
from .peers import RADIUS
from .source_versions import version_of

REACH = 1.0  # chroma planes lie within -REACH and REACH


class Solver(Protocol):
    """A way to find a hole's color."""

    @property
    def name(self) -> str: ...

    def missing(self) -> str:
        """Why it cannot run here; empty when it can."""
        ...

    def version(self) -> str:
        """Changes whenever its results may change."""
        ...

    def solve(self, region: Region, luma: Pixels) -> Pixels:
        """H x W x 3 float32, as lacuna_models.interfaces.ColorSolver says."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """A color solver of the product."""

    name: str

    def missing(self) -> str:
        part = registry.PARTS[self.name]
        state = registry.state_of(part)
        if state == "missing":
            return f"untrained: the weights {registry.missing_weights(part)[0]} are missing"
        return "untrained" if state == "untrained" else ""

    def version(self) -> str:
        part = registry.PARTS[self.name]
        weights = (digest_of(weight_files.find(file)) for file in part.weights)
        return " ".join([version_of(part.factory.partition(":")[0]), *weights])

    def solve(self, region: Region, luma: Pixels) -> Pixels:
        solver: ColorSolver = registry.load(self.name)
        return solver.solve(region, luma, Run())


class _ByOpenCv:
    """What peers outside of the product have in common: OpenCV is always there, and its version counts."""

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return f"{cv2.__version__} {version_of(__name__)}"


@dataclass(frozen=True)
class Telea(_ByOpenCv):
    """What a user of OpenCV can do: cv2.inpaint on each chroma plane in 8 bits, and the luma put back."""

    name: str = "opencv-telea"

    def solve(self, region: Region, luma: Pixels) -> Pixels:
        chroma, unknown = given_chroma(region)
        stored = np.rint((chroma + REACH) / (2 * REACH) * 255).astype(np.uint8)
        planes = [cv2.inpaint(plane, unknown, RADIUS, cv2.INPAINT_TELEA) for plane in np.moveaxis(stored, -1, 0).copy()]
        filled = np.stack(planes, axis=-1).astype(np.float32) / 255 * (2 * REACH) - REACH
        return recombined(region, luma, filled)


@dataclass(frozen=True)
class Nearest(_ByOpenCv):
    """The chroma of the nearest pixel whose color is known: the least that a solver has to beat."""

    name: str = "nearest"

    def solve(self, region: Region, luma: Pixels) -> Pixels:
        chroma, unknown = given_chroma(region)
        _, labels = cv2.distanceTransformWithLabels(unknown, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        palette = np.zeros((int(labels.max()) + 1, 2), np.float32)
        palette[labels[unknown == 0]] = chroma[unknown == 0]
        return recombined(region, luma, palette[labels])


def given_chroma(region: Region) -> tuple[Planes, Pixels]:
    """H x W x 2 chroma with the hints in it, and H x W u8: 1 where no color is known."""
    chroma, unknown = chroma_of(region.image[..., :3]), ~region.known
    if region.hints:
        where = region.hints.where
        chroma[where] = chroma_of(region.hints.color[where])
        unknown = unknown & ~where
    return chroma, unknown.astype(np.uint8)


def recombined(region: Region, luma: Pixels, chroma: Planes) -> Pixels:
    """The luma with that chroma in the hole, the image elsewhere."""
    colored = rgb_of(luma, within_gamut(luma, chroma))
    return np.where(region.hole[..., None], colored, region.image[..., :3]).astype(np.float32)


PEERS: dict[str, Solver] = {peer.name: peer for peer in (Telea(), Nearest())}


def known_names() -> list[str]:
    return [*(part.name for part in registry.PARTS.values() if part.role == "color"), *PEERS]


def solvers_of(names: Sequence[str]) -> list[Solver]:
    """The named solvers, or all when none is named. Ends the program for an unknown one."""
    known = known_names()
    for name in names:
        if name not in known:
            raise SystemExit(f"there is no color solver '{name}'; there are {', '.join(known)}")
    return [PEERS.get(name) or Ours(name) for name in names or known]

"""Precompute stage 1 for the refinement network's training.

    python -m lacuna_models.training.prefill PICTURES [PICTURES ...] --out PACK [--count 2000] [--side 384]
        [--backbone light] [--refiner none|exemplar] [--device auto|cpu|cuda]

Fills `count` holes of the photographs with the product's own parts and keeps pictures, holes and fills in the folder PACK,
those of held-out photographs apart. `--refiner exemplar` is for a network that mends PatchMatch's fills. Killed at any time,
the same command goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import registry
from ..errors import NotFinite, NothingFilled, NothingToSample, WeightsError
from ..networks.light_refinement import LightRefinement
from ..region import Mask, Pixels, Region
from ..run import Run
from ..two_stage.coarse import LightBackbone
from . import masks
from .pack import Bytes, Pack
from .pictures import Squares, paths_of, split, squares_of
from .processes import place

LOW, HIGH = 0.03, 0.35  # shares of the picture that the holes are
KEPT = 16  # one held-out triple for so many others
MOST_SHRUNK = 6.0  # times: what the product's regions are shrunk by for stage 1, and its result enlarged
HOLE = 255


class Filler:
    """Stage 1 as the product runs it, also as coarse as it is where a region is larger than these pictures."""

    def __init__(self, backbone: str, refiner: str, device: str) -> None:
        """
        Args:
            backbone: a name in the registry or 'none'.
            refiner: the same, or several with '+' between.

        Raises ValueError when one is no such part, or both are 'none'.
        """
        try:
            method = registry.composed(registry.Method("prefill", "", None, None), backbone, refiner)
        except KeyError as error:
            raise ValueError(f"there is no such backbone or refiner: {error}") from error
        if not registry.parts_of(method):
            raise ValueError("name a backbone or a refiner")
        self._method, self._device = method, device

    def __call__(self, picture: Bytes, hole: Mask, seed: int) -> Bytes:
        """H x W x 3, the hole filled.

        Raises NothingFilled when a refiner needs a backbone before it, WeightsError, NotFinite, NothingToSample.
        """
        image = picture.astype(np.float32) / np.float32(255)
        image[hole] = 0
        region = Region(image, hole, hole.astype(np.float32), ~hole)
        run = Run(seed=seed, device=self._device)
        fill: Pixels | None = None
        if self._method.backbone:
            fill = self._backbone(self._method.backbone, max(hole.shape), seed).complete(region, run)
        for name in self._method.refiners:  # new ones each time: one makes another variant of the same region
            fill = registry.load(name).refine(region, fill, run)
        assert fill is not None
        filled = picture.copy()
        filled[hole] = np.rint(fill[hole].clip(0, 1) * 255).astype(np.uint8)
        return filled

    def _backbone(self, name: str, side: int, seed: int) -> Any:
        """Shrinks by a factor drawn evenly in its logarithm: the network is to mend coarse and fine fills alike."""
        if name != "light":
            return registry.load(name)
        return LightBackbone(round(side / MOST_SHRUNK ** np.random.default_rng(seed).random()))


def fill(pack: Pack, squares: Squares, filler: Filler, seed: int) -> None:
    """Every row of the pack that has no hole yet, going through the squares again and again. Raises as Filler does."""
    count = len(pack.holes)
    random = np.random.default_rng(seed)
    order = np.concatenate([random.permutation(len(squares)) for _ in range(-(-count // len(squares)))])[:count]
    holes = masks.bank(squares.shape[1], count, seed, LOW, HIGH) > 127
    for number, (one, hole) in enumerate(tqdm(zip(order, holes, strict=True), "filling", count)):
        if pack.holes[number].any():
            continue
        pack.fills[number] = filler(squares[one], hole, number)
        pack.pictures[number] = squares[one]
        pack.holes[number] = hole * np.uint8(HOLE)  # last: the row is whole when it has a hole


def prefill(given: argparse.Namespace) -> None:
    """The whole command. Raises ValueError, OSError, and as Filler does."""
    filler = Filler(given.backbone, given.refiner, str(place(given.device).device))
    both = split(paths_of(given.pictures))
    asked = (given.count, given.side, given.backbone, given.refiner, given.seed, [path.name for paths in both for path in paths])
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()[:12]  # of another command nothing is continued
    counts = {"train": given.count, "kept": -(-given.count // KEPT)}
    for (name, count), paths in zip(counts.items(), both, strict=True):
        squares = squares_of(paths, given.side, given.cache or given.out / "cache")
        fill(Pack.begun(given.out, f"{name}-{digest}", count, given.side), squares, filler, given.seed)
    for name in counts:
        Pack.finish(given.out, f"{name}-{digest}", name)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m lacuna_models.training.prefill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="PACK")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--side", type=int, default=384, help="px, a multiple of 16 (default: 384)")
    parser.add_argument("--backbone", default="light", metavar="NAME")
    parser.add_argument("--refiner", default="none", metavar="NAME", help="or several: exemplar+unet")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, metavar="DIR", help="for decoded pictures (default: PACK/cache)")
    given = parser.parse_args(words)
    if given.count < 1:
        parser.error("--count must be 1 or more")
    if given.side < 1 or given.side % LightRefinement.multiple:
        parser.error(f"--side must be a multiple of {LightRefinement.multiple}")
    try:
        prefill(given)
    except NothingFilled as error:
        raise SystemExit(f"{parser.prog}: '{given.refiner}' mends what a backbone has filled; name one") from error
    except (ValueError, OSError, ImportError, WeightsError, NotFinite, NothingToSample) as error:
        raise SystemExit(f"{parser.prog}: {error or type(error).__name__}") from error


if __name__ == "__main__":
    main()

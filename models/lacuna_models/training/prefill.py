"""Precompute stage 1 for the refinement network's training.

    python -m lacuna_models.training.prefill PICTURES [PICTURES ...] --out PACK [--count 2000] [--side 384]
        [--backbone light] [--refiner none|exemplar]

Fills `count` holes of the photographs with the product's own parts and keeps pictures, holes and fills in the folder PACK,
those of held-out photographs apart. `--refiner exemplar` is for a network that mends PatchMatch's fills.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .. import registry
from ..region import Mask, Pixels, Region
from ..run import Run
from . import masks
from .pack import Bytes, Pack
from .pictures import Squares, paths_of, split, squares_of

LOW, HIGH = 0.03, 0.35  # shares of the picture that the holes are
KEPT = 16  # one held-out triple for so many others


class Filler:
    """Stage 1 as the product runs it."""

    def __init__(self, backbone: str, refiner: str, device: str) -> None:
        """
        Args:
            backbone, refiner: names in the registry or 'none'.
        """
        self._backbone = None if backbone == "none" else registry.load(backbone)
        self._refiner = None if refiner == "none" else refiner
        self._device = device

    def __call__(self, picture: Bytes, hole: Mask, seed: int) -> Bytes:
        """H x W x 3, the hole filled."""
        image = picture.astype(np.float32) / np.float32(255)
        image[hole] = 0
        region = Region(image, hole, hole.astype(np.float32), ~hole)
        run = Run(seed=seed, device=self._device)
        fill: Pixels | None = self._backbone.complete(region, run) if self._backbone else None
        if self._refiner:  # a new one each time: it would make another variant of the same region
            fill = registry.load(self._refiner).refine(region, fill, run)
        assert fill is not None
        filled = picture.copy()
        filled[hole] = np.rint(fill[hole].clip(0, 1) * 255).astype(np.uint8)
        return filled


def pack_of(squares: Squares, count: int, filler: Filler, seed: int) -> Pack:
    """So many holes, going through the squares again and again."""
    random = np.random.default_rng(seed)
    side = squares.shape[1]
    order = np.concatenate([random.permutation(len(squares)) for _ in range(-(-count // len(squares)))])[:count]
    holes = masks.bank(side, count, seed, LOW, HIGH) > 127
    pairs = tqdm(zip(order, holes, strict=True), "filling", count)
    fills = [filler(squares[one], hole, number) for number, (one, hole) in enumerate(pairs)]
    return Pack(squares[order], holes.astype(np.uint8) * 255, np.stack(fills))


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m lacuna_models.training.prefill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="PACK")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--side", type=int, default=384, help="px, a multiple of 16 (default: 384)")
    parser.add_argument("--backbone", default="light", metavar="NAME")
    parser.add_argument("--refiner", default="none", metavar="NAME")
    parser.add_argument("--device", default="cpu", metavar="DEVICE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, metavar="DIR", help="for decoded pictures (default: PACK/cache)")
    given = parser.parse_args(words)
    if given.backbone == given.refiner == "none":
        parser.error("name a backbone or a refiner")
    filler = Filler(given.backbone, given.refiner, given.device)
    counts = {"train": given.count, "kept": -(-given.count // KEPT)}
    for (name, count), paths in zip(counts.items(), split(paths_of(given.pictures)), strict=True):
        squares = squares_of(paths, given.side, given.cache or given.out / "cache")
        pack_of(squares, count, filler, given.seed).save(given.out, name)


if __name__ == "__main__":
    main()

"""A region at a working size, and the chroma found there brought back to full size along the luma."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NothingToSample
from ..region import Hints, Mask, Pixels, Region
from ..run import Run
from .cells import cell_means, cell_sums, cells_with, enlarged, enlarged_smoothly
from .given import given_chroma
from .planes import Planes, chroma_of, rgb_of, within_gamut

LEAST_CONTEXT = 64  # px round the hole
TILE = 512  # px, about the side of what is enlarged at a time
MARGIN = 4  # cells round a tile that what is enlarged in it depends on
BAND = 256  # px, about the rows that are made smaller at a time

Box = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Reduced:
    """A region cut to the hole's surroundings, and made of cells of side x side pixels.

    Attributes:
        region: h x w, at the working size; its image has three channels. A cell is known where all of its pixels are (where
            no cell is, those that have a known pixel are), a hint where one of its pixels is, hole where another one is
            (nowhere, if the hole is that small).
        luma: h x w, the mean of the given luma.
        side: px, 1 where nothing is made smaller.
        whole, whole_luma: the region and the luma that are so reduced.
        box: where in them the cells lie.
    """

    region: Region
    luma: Pixels
    side: int
    whole: Region
    whole_luma: Pixels
    box: Box

    def full(self, chroma: Planes, run: Run) -> Pixels:
        """The solver's answer for the whole region, from the chroma that it found at the working size.

        Hints are met. Near known pixels the chroma is corrected by how far it is off at them, so that no seam is seen.
        Colors that the luma leaves no room for lose chroma.

        Args:
            chroma: h x w x 2 (lacuna_models.color.planes), finite where the working region's hole is.

        Returns H x W x 3 float32: the luma with the chroma in the hole, the region's image elsewhere. Raises Cancelled.
        """
        result = self.whole.image[..., :3].copy()
        cut, cut_luma, in_box = _cut(self.whole, self.box), self.whole_luma[self.box], result[self.box]
        low, high = _range(self.region)
        cells = np.where(self.region.hole[..., None], chroma, chroma_of(self.region.image)).astype(np.float32)
        tiles = list(_tiles(cells_with(cut.hole, self.side), max(TILE // self.side, 1)))
        for number, tile in enumerate(tiles):
            run.progress(number / len(tiles))
            here = _pixels(tile, self.side)
            hole = cut.hole[here]
            found = self._enlarged(cut, cut_luma, cells, tile)[hole]
            if cut.hints is not None:
                pinned = cut.hints.where[here][hole]
                found[pinned] = chroma_of(cut.hints.color[here][hole][pinned])
            luma = cut_luma[here][hole]
            in_box[here][hole] = rgb_of(luma, within_gamut(luma, found, low, high))
        run.progress(1.0)
        return result

    def _enlarged(self, cut: Region, cut_luma: Pixels, cells: Planes, tile: Box) -> Planes:
        """The chroma of a tile's pixels: H x W x 2, of (about) the cells' means and the given pixels' colors."""
        if self.side == 1:
            return cells[tile]
        around = _wider(tile, cells.shape)
        here = _pixels(around, self.side)
        luma = np.nan_to_num(cut_luma[here])
        fixed, true = given_chroma(_cut(cut, here))
        count = cell_sums(fixed.astype(np.int32), self.side)
        few = np.maximum(count, 1).astype(np.float32)
        cell_luma = np.where(count > 0, cell_sums(np.where(fixed, luma, 0), self.side) / few, self.luma[around])
        solved = (self.region.hole | self.region.known)[around].astype(np.float32)
        weight = np.where(count > 0, cell_means(fixed.astype(np.float32), self.side), solved)

        def off() -> Planes:
            """How far each cell is off: from the given colors in it, where there are any, else from what was found for it."""
            from_given = cell_sums(np.where(fixed[..., None], true - chroma, 0), self.side) / few[..., None]
            from_found = (cells[around] - cell_means(chroma, self.side)) * solved[..., None]
            return np.asarray(np.where(count[..., None] > 0, from_given, from_found))

        chroma = enlarged(cells[around], solved, self.luma[around], luma, self.side)
        chroma += enlarged(off(), weight, cell_luma, luma, self.side)
        chroma += enlarged_smoothly(off(), luma.shape, self.side)
        top, left = ((inner.start - outer.start) * self.side for inner, outer in zip(tile, around, strict=True))
        height, width = cut.hole[_pixels(tile, self.side)].shape
        return chroma[top : top + height, left : left + width]


def reduced(
    region: Region, luma: Pixels, run: Run, *, most_pixels: float = inf, most_hole: float = inf, context: float = 1.0
) -> Reduced:
    """What a color solver works on: the hole's surroundings, as large as it can afford.

    Args:
        luma: H x W float32, Y'; outside the hole the image's own.
        most_pixels: that the working size has, at most.
        most_hole: that the hole has at the working size, at most.
        context: what is seen round the hole's box, times its longer side (LEAST_CONTEXT at least); the whole region where
            no pixel is known so near.

    Raises NothingToSample where there is a hole but neither a known pixel nor a hint nor a reference; Cancelled.
    """
    any_hint = region.hints is not None and bool(region.hints.where.any())
    if region.hole.any() and not (region.known.any() or any_hint or region.reference is not None):
        raise NothingToSample
    run.check()
    box = _box(region, context)
    run.check()
    cut = _cut(region, box)
    side = _side(cut.hole, most_pixels, most_hole, run)
    if side == 1:
        small, small_luma = replace(cut, image=cut.image[..., :3]), luma[box]
    else:
        small, small_luma = _made_smaller(cut, luma[box], side, run)
    return Reduced(small if any_hint else replace(small, hints=None), small_luma, side, region, luma, box)


def _box(region: Region, context: float) -> Box:
    """The hole's bounding box and what is seen round it."""
    inside = [np.flatnonzero(region.hole.any(axis=axis)) for axis in (1, 0)]
    if not inside[0].size:
        return slice(0, 1), slice(0, 1)
    longer = max(int(line[-1] - line[0]) + 1 for line in inside)
    margin = max(LEAST_CONTEXT, ceil(context * longer))
    top, left = (slice(max(int(line[0]) - margin, 0), int(line[-1]) + 1 + margin) for line in inside)
    if not region.known[top, left].any():
        return slice(0, region.hole.shape[0]), slice(0, region.hole.shape[1])
    return top, left


def _cut(region: Region, box: Box) -> Region:
    hints = region.hints
    return replace(
        region,
        image=region.image[box],
        hole=region.hole[box],
        alpha=region.alpha[box],
        known=region.known[box],
        excluded=None if region.excluded is None else region.excluded[box],
        hints=None if hints is None else hints.part(box),
    )


def _side(hole: Mask, most_pixels: float, most_hole: float, run: Run) -> int:
    """The side of the smallest cells that are few enough, and few enough of the hole."""
    side = ceil(max(sqrt(hole.size / most_pixels), sqrt(np.count_nonzero(hole) / most_hole), 1))
    while side > 1 and side < max(hole.shape):
        run.check()
        in_hole = cells_with(hole, side)
        if in_hole.size <= most_pixels and np.count_nonzero(in_hole) <= most_hole:
            break
        side += 1 + side // 8
    return side


def _made_smaller(cut: Region, luma: Pixels, side: int, run: Run) -> tuple[Region, Pixels]:
    bands = []
    height = max(BAND // side, 1) * side
    for top in range(0, luma.shape[0], height):
        run.check()
        here = np.s_[top : top + height, :]
        bands.append(_sums(_cut(cut, here), np.nan_to_num(luma[here]), side))
    sums = {name: np.concatenate([band[name] for band in bands]) for name in bands[0]}
    return _region_of(sums, cut, side), (sums["luma"] / sums["pixels"]).astype(np.float32)


def _sums(band: Region, luma: Pixels, side: int) -> dict[str, NDArray[Any]]:
    """What _region_of() needs, summed over every cell."""
    planes = {
        "pixels": np.ones(luma.shape, np.int32),
        "known": band.known.astype(np.int32),
        "hole": band.hole.astype(np.int32),
        "alpha": np.where(band.hole, band.alpha, 0),
        "luma": luma,
        "color": np.where(band.known[..., None], band.image[..., :3], 0),
    }
    if band.hints is not None:
        planes["hints"] = band.hints.where.astype(np.int32)
        planes["hinted"] = np.where(band.hints.where[..., None], band.hints.color, 0)
    return {name: cell_sums(plane, side) for name, plane in planes.items()}


def _region_of(sums: dict[str, NDArray[Any]], cut: Region, side: int) -> Region:
    pixels, count = sums["pixels"], sums["known"]
    known = count == pixels
    hints = Hints(sums["hints"] > 0, _means(sums["hinted"], sums["hints"])) if "hints" in sums else None
    if not known.any():
        known = count > 0
        known &= ~hints.where if hints is not None else True
    hole = (sums["hole"] > 0) & ~known
    reference = cut.reference
    return Region(
        image=_means(sums["color"], count),
        hole=hole,
        alpha=np.where(hole, np.maximum(sums["alpha"] / pixels, np.finfo(np.float32).tiny), 0).astype(np.float32),
        known=known,
        excluded=None if cut.excluded is None else cells_with(cut.excluded, side) & ~hole & ~known,
        hints=hints,
        reference=None if reference is None else cell_means(reference, side),
    )


def _means(sums: NDArray[Any], count: NDArray[Any]) -> Pixels:
    """h x w x 3 float32, 0 where nothing was counted."""
    means: Pixels = (sums / np.maximum(count, 1)[..., None]).astype(np.float32)
    return means


def _tiles(hole: Mask, length: int) -> Iterator[Box]:
    """The parts of the cells, of length x length at most, that have some of the hole."""
    for top in range(0, hole.shape[0], length):
        for left in range(0, hole.shape[1], length):
            tile = np.s_[top : min(top + length, hole.shape[0]), left : min(left + length, hole.shape[1])]
            if hole[tile].any():
                yield tile


def _wider(tile: Box, shape: tuple[int, ...]) -> Box:
    rows, columns = (
        slice(max(part.start - MARGIN, 0), min(part.stop + MARGIN, length)) for part, length in zip(tile, shape, strict=False)
    )
    return rows, columns


def _pixels(cells: Box, side: int) -> Box:
    rows, columns = (slice(part.start * side, part.stop * side) for part in cells)
    return rows, columns


def _range(region: Region) -> tuple[float, float]:
    """The lowest and the highest value that a color may have: 0 and 1, beyond where known ones are."""
    known = region.known[..., None]
    return float(region.image.min(where=known, initial=0.0)), float(region.image.max(where=known, initial=1.0))

"""A membrane that hangs over the hole between given heights: Poisson's equation, solved by multigrid.

Each unknown pixel p wants to differ by a wished step from each unknown neighbor q, and not at all from each known neighbor k:

    minimize  sum over p, q of (u_p - u_q - step_pq)^2 + sum over p, k of (u_p - height_k)^2 + stiffness * sum over p of u_p^2

(Perez, Gangnet and Blake 2003, equation 7; the last term is the screened form of Darabi et al. 2012.) A pixel
without a neighbor on some side (the frame, or what is neither hole nor known) is free there. Coarse cells are 2 x 2
blocks, so that any shape of hole has its coarse form; Gauss and Seidel's sweeps go over one color of the chessboard
after the other, so the order of work, and with it every bit, is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled
from ..region import Mask, Pixels
from .kernels import Bytes, Floats, kernel

SWEEPS = 2  # before and after each coarser correction; even, so that their order reads the same backwards
COARSEST_SWEEPS = 8
MAX_STEPS = 30
ENOUGH = 1e-3  # the share of the right side that is left when the rest is far below a visible step
BORDER_SHRINK = 0.6  # a coarse cell's center lies farther from the known pixel, so its border pulls less


@dataclass(frozen=True, slots=True)
class Grid:
    """One scale of the equation, H x W float32 each, 0 where a pixel is not part of it.

    Attributes:
        border: sum of the weights towards known neighbors.
        screen: weight towards zero.
        right, down: weight towards the next unknown pixel in the row, in the column.
    """

    border: Pixels
    screen: Pixels
    right: Pixels
    down: Pixels

    @property
    def anchor(self) -> Pixels:
        return self.border + self.screen

    def coarser(self) -> Grid:
        """Half as high and wide (rounded up); weights that cross a block's edge are summed and span twice the way."""
        border, screen = (_blocks(plane) for plane in (self.border, self.screen))
        right, down = _even(self.right), _even(self.down)
        return Grid(
            np.float32(BORDER_SHRINK) * border,
            screen,
            np.ascontiguousarray((right[::2, 1::2] + right[1::2, 1::2]) / 2),
            np.ascontiguousarray((down[1::2, ::2] + down[1::2, 1::2]) / 2),
        )


def solve(inside: Mask, border: Pixels, pull: Pixels, stiffness: float, cancel_flag: NDArray[np.uint8]) -> Pixels:
    """The membrane's height, H x W x 4 float32; 0 outside.

    Args:
        inside: H x W, the unknown pixels.
        border: H x W float32, how many known neighbors each unknown pixel has.
        pull: H x W x 4 float32, the right side: the sum of the wished steps and heights at each unknown pixel.
        stiffness: above 0, the squared inverse of the distance in px over which a height fades.

    Raises Cancelled.
    """
    right, down = np.zeros(inside.shape, np.float32), np.zeros(inside.shape, np.float32)
    right[:, :-1] = inside[:, :-1] & inside[:, 1:]
    down[:-1] = inside[:-1] & inside[1:]
    grids = [Grid(border, inside * np.float32(stiffness), right, down)]
    while max(grids[-1].border.shape) > 2:
        grids.append(grids[-1].coarser())
    return _conjugate_gradients(grids, [grid.anchor for grid in grids], pull, cancel_flag)


def _conjugate_gradients(grids: list[Grid], anchors: list[Pixels], pull: Pixels, flag: NDArray[np.uint8]) -> Pixels:
    """Conjugate gradients on the four channels side by side, preconditioned by a V-cycle, which alone might overshoot."""
    height, left = np.zeros_like(pull), pull.copy()
    direction, product = np.zeros_like(pull), np.zeros_like(pull)
    enough = ENOUGH**2 * _dot(pull, pull)
    slope = np.zeros(4)
    for _ in range(MAX_STEPS):
        if (_dot(left, left) <= enough).all():
            break
        downhill = np.zeros_like(pull)
        _cycle(grids, anchors, 0, downhill, left, flag)
        before, slope = slope, _dot(left, downhill)
        direction *= _ratio(slope, before)
        direction += downhill
        operate(product, direction, anchors[0], grids[0].right, grids[0].down, flag)
        length = _ratio(slope, _dot(direction, product))
        height += length * direction
        if flag[0]:
            raise Cancelled
        left -= length * product
    if flag[0]:
        raise Cancelled
    return height


def _dot(one: Pixels, other: Pixels) -> NDArray[np.float64]:
    """The inner product of each channel; einsum adds in one fixed order."""
    rows = np.einsum("hwc,hwc->hc", one, other)
    return np.asarray(rows.sum(axis=0, dtype=np.float64))


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> Pixels:
    return np.divide(over, under, out=np.zeros(4), where=under > 0).astype(np.float32)


def _cycle(grids: list[Grid], anchors: list[Pixels], number: int, height: Pixels, pull: Pixels, flag: NDArray[np.uint8]) -> None:
    """One V-cycle from that grid down: smooth, correct by the coarser grid, smooth; `height`, at first 0, is improved.

    The sweeps after the correction undo the order of those before it: conjugate gradients need a symmetric cycle.
    """
    if flag[0]:
        raise Cancelled
    grid, anchor = grids[number], anchors[number]
    coarsest = number + 1 == len(grids)
    for sweep in range(COARSEST_SWEEPS if coarsest else SWEEPS):
        relax(height, pull, anchor, grid.right, grid.down, sweep % 2, flag)
    if not coarsest:
        product = np.zeros_like(pull)
        operate(product, height, anchor, grid.right, grid.down, flag)
        coarse_pull = _blocks(pull - product)
        coarse = np.zeros_like(coarse_pull)
        _cycle(grids, anchors, number + 1, coarse, coarse_pull, flag)
        lift(height, coarse, anchor, flag)
        for sweep in range(SWEEPS):
            relax(height, pull, anchor, grid.right, grid.down, sweep % 2, flag)


def _even(plane: Pixels) -> Pixels:
    height, width = plane.shape[:2]
    return np.pad(plane, [(0, height % 2), (0, width % 2)] + [(0, 0)] * (plane.ndim - 2))


def _blocks(plane: Pixels) -> Pixels:
    """The sum of every 2 x 2 block; an odd last row or column stands alone."""
    even = _even(plane)
    return (even[::2, ::2] + even[1::2, ::2]) + (even[::2, 1::2] + even[1::2, 1::2])


@kernel("void(float32[:,:,::1], float32[:,:,::1], float32[:,::1], float32[:,::1], float32[:,::1], int64, uint8[::1])")
def relax(height: Floats, pull: Floats, anchor: Floats, right: Floats, down: Floats, first: int, cancel: Bytes) -> None:
    """One Gauss-Seidel sweep, the cells of color `first` (0 or 1) before the others. `cancel` is looked at each row."""
    rows, columns = anchor.shape
    for turn in range(2):
        color = (first + turn) % 2
        for y in range(rows):
            if cancel[0]:
                return
            for x in range((y + color) % 2, columns, 2):
                east = right[y, x]
                south = down[y, x]
                west = right[y, x - 1] if x > 0 else np.float32(0)
                north = down[y - 1, x] if y > 0 else np.float32(0)
                total = anchor[y, x] + ((east + west) + (north + south))
                if total > 0:
                    for channel in range(4):
                        value = pull[y, x, channel]
                        if east > 0:
                            value += east * height[y, x + 1, channel]
                        if west > 0:
                            value += west * height[y, x - 1, channel]
                        if south > 0:
                            value += south * height[y + 1, x, channel]
                        if north > 0:
                            value += north * height[y - 1, x, channel]
                        height[y, x, channel] = value / total


@kernel("void(float32[:,:,::1], float32[:,:,::1], float32[:,::1], uint8[::1])")
def lift(height: Floats, coarse: Floats, anchor: Floats, cancel: Bytes) -> None:
    """Add to each cell of the equation what the coarser cell that holds it says. `cancel` is looked at each row."""
    rows, columns = anchor.shape
    for y in range(rows):
        if cancel[0]:
            return
        for x in range(columns):
            if anchor[y, x] > 0:
                for channel in range(4):
                    height[y, x, channel] += coarse[y // 2, x // 2, channel]


@kernel("void(float32[:,:,::1], float32[:,:,::1], float32[:,::1], float32[:,::1], float32[:,::1], uint8[::1])")
def operate(out: Floats, height: Floats, anchor: Floats, right: Floats, down: Floats, cancel: Bytes) -> None:
    """The equation's left side at each cell. `cancel` is looked at each row."""
    rows, columns = anchor.shape
    for y in range(rows):
        if cancel[0]:
            return
        for x in range(columns):
            east = right[y, x]
            south = down[y, x]
            west = right[y, x - 1] if x > 0 else np.float32(0)
            north = down[y - 1, x] if y > 0 else np.float32(0)
            total = anchor[y, x] + ((east + west) + (north + south))
            for channel in range(4):
                value = total * height[y, x, channel]
                if east > 0:
                    value -= east * height[y, x + 1, channel]
                if west > 0:
                    value -= west * height[y, x - 1, channel]
                if south > 0:
                    value -= south * height[y + 1, x, channel]
                if north > 0:
                    value -= north * height[y - 1, x, channel]
                out[y, x, channel] = value

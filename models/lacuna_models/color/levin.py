"""Colorization as optimization (Levin, Lischinski and Weiss, SIGGRAPH 2004): neighbors of like luma have like color."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.ndimage
import scipy.sparse
import scipy.sparse.linalg
from numpy.typing import NDArray

from ..region import Mask, Pixels, Region
from ..run import Run
from .dissection import nested_dissection
from .given import given_chroma, without_reference
from .planes import Planes
from .reduced import reduced

LEAST_VARIANCE = 2e-6  # of Y' in [0, 1], as in the authors' code
VARIANCE_SHARE = 0.6  # of the 3 x 3 window's variance
LIKEST_WEIGHT = 0.01  # the neighbor that is most alike weighs at least this much before the weights are made to sum to 1
CONTEXT = 0.0  # the nearest known pixels alone count
MOST_HOLE = 100_000  # pixels of the hole that are solved for, about half a second on a core; a larger hole is made smaller
POLL = 0.02  # seconds between two looks for a cancel
MOST_UNKNOWNS = 70_000  # in one call of the direct solver, about 0.2 s on a core, where the hole has parts to be split by


class LevinSolver:
    """Known colors and hints spread from pixel to pixel as far as the luma is alike. It has no use for a reference picture."""

    def solve(self, region: Region, luma: Pixels, run: Run) -> Pixels:
        """See ColorSolver."""
        work = reduced(without_reference(region, "levin", run), luma, run, most_hole=MOST_HOLE, context=CONTEXT)
        with run.stage(None, "Spreading colors", 0.0, 0.8):
            where, chroma = given_chroma(work.region)
            chroma = propagated(work.luma, where, chroma, work.region.hole, run)
        with run.stage(None, "Enlarging colors", 0.8, 1.0):
            return work.full(chroma, run)


def propagated(
    luma: Planes,
    where: Mask,
    values: Planes,
    unknown: Mask,
    run: Run,
    *,
    confidence: Planes | None = None,
    target: Planes | None = None,
) -> Planes:
    """Values spread from where they are given over the unknown pixels, stopping at edges of the luma.

    Each unknown pixel r becomes the weighted mean of its neighbors in a 3 x 3 window, U_r = sum_s w_rs U_s, or with a data
    term (1 + c_r) U_r = sum_s w_rs U_s + c_r t_r. Pixels that are neither given nor unknown take no part. Solved directly
    in float64, exact to its rounding.

    Args:
        luma: H x W, Y' in [0, 1]; finite.
        where: H x W, where values are given; they stay as they are, even where `unknown` too.
        values: H x W x N, any range, finite where `where`.
        unknown: H x W, what is to be found.
        confidence: H x W, c >= 0, the weight of the data term; finite at the unknown pixels.
        target: H x W x N, t; finite where confidence > 0.

    Returns H x W x N in the dtype of `values`: given and found values, 0 elsewhere. A part of the unknown pixels that
    touches no given value and has no confidence anywhere gets the nearest given value, 0 where none is given at all.

    Raises Cancelled.
    """
    unknown = unknown & ~where
    result = np.where(where[..., None], values, values.dtype.type(0))
    data = _Data.of(confidence, target, values.shape)
    labels, reached = _components(where, unknown, data)
    alone = unknown & ~reached[labels]
    if alone.any() and where.any():
        nearest = scipy.ndimage.distance_transform_edt(~where, return_distances=False, return_indices=True)
        result[alone] = values[nearest[0][alone], nearest[1][alone]]
    batches = _batches(labels, reached)
    for number, batch in enumerate(batches):
        run.progress(number / len(batches))
        pixels = unknown & batch[labels]
        result[pixels] = _solved(luma, where, values, pixels, data, run)
    return result


@dataclass(frozen=True, slots=True)
class _Data:
    """The data term, pixel by pixel: H x W confidence, H x W x N confidence * target; both float64."""

    confidence: NDArray[np.float64]
    weighted: NDArray[np.float64]

    @classmethod
    def of(cls, confidence: Planes | None, target: Planes | None, shape: tuple[int, ...]) -> _Data:
        if confidence is None or target is None:
            return cls(np.zeros(shape[:2]), np.zeros(shape))
        weight = confidence.astype(np.float64)
        return cls(weight, np.where(weight[..., None] > 0, weight[..., None] * target, 0.0))


def _components(where: Mask, unknown: Mask, data: _Data) -> tuple[NDArray[np.int32], Mask]:
    """The connected parts of the unknown pixels: H x W labels (0 = none), and for each label whether a value reaches it."""
    labels, count = scipy.ndimage.label(unknown, np.ones((3, 3)))
    near = scipy.ndimage.binary_dilation(where, np.ones((3, 3)))
    reached = np.zeros(count + 1, bool)
    reached[labels[unknown & (near | (data.confidence > 0))]] = True
    reached[0] = False
    return labels, reached


def _batches(labels: NDArray[np.int32], reached: Mask) -> list[Mask]:
    """Sets of labels, each of as many pixels as one call of the solver takes (a single part is never split)."""
    sizes = np.bincount(labels.ravel(), minlength=reached.size)
    sizes[~reached] = 0
    number = (np.cumsum(sizes) - 1) // MOST_UNKNOWNS
    return [reached & (number == value) for value in np.unique(number[reached])]


def _solved(luma: Planes, where: Mask, values: Planes, unknown: Mask, data: _Data, run: Run) -> NDArray[np.float64]:
    """The values at the unknown pixels, in row order: n x N. Every connected part of them has a constraint."""
    y, x = np.nonzero(unknown)
    order = nested_dissection(y, x)
    y, x = y[order], x[order]
    center, beside = _windows(y, x, unknown.shape)
    run.check()
    weights = _weights(_flat(luma.astype(np.float64)), _flat(where | unknown), center, beside)
    run.check()

    right = data.weighted[y, x]
    given, flat_values = _flat(where), _flat(values)
    for column in range(beside.shape[1]):
        at = np.flatnonzero(given[beside[:, column]])
        right[at] += weights[at, column, None] * flat_values[beside[at, column]]
    run.check()

    matrix = _matrix(1 + data.confidence[y, x], weights, center, beside)
    run.check()
    solved = np.empty_like(right)
    solved[order] = _factored(matrix, run).solve(right)
    return solved


def _factored(matrix: scipy.sparse.csc_matrix, run: Run) -> scipy.sparse.linalg.SuperLU:
    """Factors that solve with the matrix. They cannot be stopped: after a cancel the thread that makes them ends by itself."""
    beside = ThreadPoolExecutor(1, "levin")
    factors = beside.submit(
        scipy.sparse.linalg.splu, matrix, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    beside.shutdown(wait=False)
    while not factors.done():
        wait([factors], POLL)
        run.check()
    return factors.result()


def _flat(plane: NDArray[Any]) -> NDArray[Any]:
    """H x W (x N) -> (H + 2) * (W + 2) (x N), with a border of zeros: every pixel of the plane has eight neighbors."""
    padded = np.pad(plane, [(1, 1), (1, 1), (0, 0)][: plane.ndim])
    return padded.reshape(-1, *plane.shape[2:])


def _windows(y: NDArray[Any], x: NDArray[Any], shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where n pixels and their eight neighbors lie in what _flat() makes: n and n x 8."""
    width = shape[1] + 2
    center = (y + 1) * width + x + 1
    offsets = np.array([dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)])
    return center, center[:, None] + offsets


def _weights(luma: NDArray[Any], taking_part: NDArray[Any], center: NDArray[Any], beside: NDArray[Any]) -> NDArray[np.float64]:
    """n x 8: how much each neighbor of n pixels counts; each row sums to 1, or is 0 where no neighbor takes part."""
    part = taking_part[beside]
    difference = np.where(part, luma[beside] - luma[center, None], 0.0)
    count = part.sum(axis=1) + 1  # the pixel itself is of its window
    variance = (difference**2).sum(axis=1) / count - (difference.sum(axis=1) / count) ** 2
    likest = np.where(part, difference**2, np.inf).min(axis=1)
    likest[count == 1] = 0.0
    spread = np.maximum(np.maximum(VARIANCE_SHARE * variance, -likest / np.log(LIKEST_WEIGHT)), LEAST_VARIANCE)
    weights = np.where(part, np.exp(-(difference**2) / spread[:, None]), 0.0)
    return weights / np.where(count == 1, 1.0, weights.sum(axis=1))[:, None]


def _matrix(diagonal: NDArray[Any], weights: NDArray[Any], center: NDArray[Any], beside: NDArray[Any]) -> scipy.sparse.csc_matrix:
    """n x n: the diagonal, less the weights of the neighbors that are themselves of the n."""
    unknown = center.size
    number = np.full(beside.max() + 1, -1, np.intp)
    number[center] = np.arange(unknown)
    neighbor = number[beside]
    rows, columns = np.nonzero(neighbor >= 0)
    every = np.arange(unknown)
    entries = np.concatenate([diagonal, -weights[rows, columns]])
    places = np.concatenate([every, rows]), np.concatenate([every, neighbor[rows, columns]])
    return scipy.sparse.csc_matrix((entries, places), shape=(unknown, unknown))

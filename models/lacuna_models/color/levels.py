"""A picture's color at several sizes, for learning from what is known of it: luma, color and weight at each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..region import Hints, Mask, Pixels
from ..two_stage.resizing import padded
from .planes import Planes, chroma_of, differences, within_gamut

HINTS_SHARE = 0.1  # of the known pixels' weight in the loss, what all hints together have at least


@dataclass(frozen=True, slots=True)
class Level:
    """One size of a picture. All tensors are float32.

    Attributes:
        luma: 1 x 1 x h x w, Y' in [0, 1].
        color: 1 x 3 x h x w, R'G'B' in [0, 1]; of use only where `weight` is not 0.
        weight: 1 x 1 x h x w, how much a pixel's color counts: 1 = known, 0 = not known, a hint as much as all hints together
            need to be heard.
    """

    luma: Tensor
    color: Tensor
    weight: Tensor


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a picture's color, at its own size.

    Attributes:
        luma: 1 x 1 x H x W, Y' in [0, 1].
        away: 1 x 3 x H x W, (R', G', B') - Y', 0 where it is neither known nor hinted.
        known: 1 x 1 x H x W, 0 or 1.
        hinted: 1 x 1 x H x W, 0 or 1, never where it is known.
    """

    luma: Tensor
    away: Tensor
    known: Tensor
    hinted: Tensor


def sheet_of(luma: Planes, image: Planes, known: Mask, hints: Hints | None, multiple: int) -> Sheet:
    """The picture, mirrored to the right and below until its sides are multiples.

    Args:
        luma: H x W.
        image: H x W x 3 or more, looked at where it is known alone.
        known: H x W.
        hints: each is made a disc of 3 px at least: a lone pixel is lost on convolutions.
        multiple: px.
    """
    away = np.where(known[..., None], image[..., :3] - luma[..., None], 0)
    hinted = np.zeros_like(known)
    if hints is not None:
        hinted = hints.where & ~known
        away[hinted] = differences(within_gamut(luma[hinted], chroma_of(hints.color[hinted])))
    planes = (np.clip(luma, 0, 1), away, known, hinted)
    return _with_discs(Sheet(*(_tensor(padded(plane.astype(np.float32), multiple)) for plane in planes)))


def levels_of(sheet: Sheet, count: int) -> list[Level]:
    """The picture at `count` sizes, each twice as large as the one before; the last is the sheet's own.

    A pixel of a smaller size is known where nothing unknown is among the 3 x 3 pixels of the next larger size round it (the
    paper's max-pooled masks). Hints are pooled by themselves, and so survive: holes grow over what is known, but not over them.
    """
    finest_first = []
    for half, (known, hinted, hint_away) in enumerate(_pooled(sheet, count)):
        size = [side >> half for side in sheet.luma.shape[2:]]
        luma = _bicubic(sheet.luma, size).clamp(0, 1)
        heard = _bicubic(sheet.known, size)
        away = torch.where(known > 0, _bicubic(sheet.away * sheet.known, size) / heard.clamp(min=0.5), hint_away)
        finest_first.append(Level(luma, (luma + away).clamp(0, 1), known + hinted * _hint_weight(known, hinted)))
    return finest_first[::-1]


def _pooled(sheet: Sheet, count: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """From the finest level on: what is known, what is hinted, and how far the hints' mean color is away from luma."""
    known, hinted, away = sheet.known, sheet.hinted, sheet.away * sheet.hinted
    for _ in range(count):
        yield known, hinted, away
        known = 1 - functional.max_pool2d(1 - known, 3, 2, 1)
        share = functional.avg_pool2d(hinted, 3, 2, 1)
        away = functional.avg_pool2d(away, 3, 2, 1) / share.clamp(min=1 / 9)
        hinted = (share > 0).to(share)


def _hint_weight(known: Tensor, hinted: Tensor) -> float:
    """Of one hinted pixel."""
    return max(1.0, HINTS_SHARE * float(known.sum()) / max(float(hinted.sum()), 1.0))


def _with_discs(sheet: Sheet) -> Sheet:
    """The hints grown by a pixel wherever nothing is known, in their mean color."""
    share = functional.avg_pool2d(sheet.hinted, 3, 1, 1)
    ring = (share > 0) & (sheet.hinted == 0) & (sheet.known == 0)
    mean = functional.avg_pool2d(sheet.away * sheet.hinted, 3, 1, 1) / share.clamp(min=1 / 9)
    return Sheet(sheet.luma, torch.where(ring, mean, sheet.away), sheet.known, sheet.hinted + ring)


def _bicubic(planes: Tensor, size: list[int]) -> Tensor:
    return functional.interpolate(planes, size, mode="bicubic", antialias=True)


def _tensor(plane: Pixels) -> Tensor:
    """H x W (x N) -> 1 x N x H x W."""
    return torch.from_numpy(np.atleast_3d(plane)).permute(2, 0, 1)[None]

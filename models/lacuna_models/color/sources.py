"""Which pixels of known color are attended to, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..region import Mask, Pixels
from .attention import Sources
from .likeness import TONE, blurred, features, places
from .planes import chroma_of, luma_of

MOST = 4096  # known pixels that are attended to, and as many of another picture
MOST_HINTED = 1024
HINT_WEIGHT = 4.0  # known pixels that a hint's pixel counts for
NEAR = 16.0  # px; at that distance from the hole a known pixel is half as likely to be a source as at its border


@dataclass(frozen=True, slots=True)
class Looks:
    """What every pixel of a region looks like.

    Attributes:
        likeness: H x W x 15, of the luma.
        place: H x W x 2.
        tone: H x W, the luma without its noise.
    """

    likeness: Pixels
    place: Pixels
    tone: Pixels

    @classmethod
    def of(cls, luma: Pixels) -> Looks:
        """Of H x W luma, finite."""
        return cls(features(luma), places(*luma.shape), blurred(luma, TONE))

    def asking(self, where: Mask) -> Pixels:
        """n x 18: how pixels that ask are described. By the last column another picture's pixels are 1 away in place."""
        place = self.place[where]
        return np.concatenate([self.likeness[where], place, (place**2).sum(axis=1, keepdims=True) / 2], axis=1)

    def answering(self, at: NDArray[np.intp]) -> Pixels:
        """m x 18: how pixels of these flat indices are described as sources."""
        parts = [plane.reshape(-1, plane.shape[-1])[at] for plane in (self.likeness, self.place)]
        return np.concatenate([*parts, np.zeros((at.size, 1), np.float32)], axis=1)


def known_sources(looks: Looks, known: Mask, chroma: Pixels, hole: Mask, seed: int) -> Sources:
    """Known pixels, the likelier the nearer they are to the hole.

    Args:
        chroma: H x W x 2, where known.
    """
    return _sources_at(_sampled(known, hole, seed), looks, chroma, 1.0)


def hinted_sources(looks: Looks, hinted: Mask, chroma: Pixels) -> Sources:
    """Hints.

    Args:
        chroma: H x W x 2, where hinted.
    """
    at = np.flatnonzero(hinted)
    return _sources_at(at[:: -(-at.size // MOST_HINTED) or 1], looks, chroma, HINT_WEIGHT)


def _sources_at(at: NDArray[np.intp], looks: Looks, chroma: Pixels, weight: float) -> Sources:
    """at: flat indices."""
    return Sources(looks.answering(at), chroma.reshape(-1, 2)[at], np.full(at.size, weight, np.float32))


def sources_elsewhere(picture: Pixels, side: int, seed: int) -> Sources:
    """Another picture's pixels; where they are in it says nothing.

    Args:
        picture: h x w x 3 R'G'B'.
        side: px, the longer side of the region: a larger picture is made as small.
    """
    scale = min(side / max(picture.shape[:2]), 1.0)
    size = [max(round(length * scale), 1) for length in picture.shape[1::-1]]
    finite = np.clip(np.nan_to_num(picture), 0, 1)
    rgb = cv2.resize(finite, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    looks = features(luma_of(rgb).astype(np.float32, copy=False))
    looks = looks.reshape(-1, looks.shape[-1])
    at = np.random.default_rng(seed).permutation(looks.shape[0])[:MOST]
    nowhere = np.tile(np.array([0, 0, 1], np.float32), (at.size, 1))
    chroma = chroma_of(rgb).reshape(-1, 2)[at].astype(np.float32, copy=False)
    return Sources(np.concatenate([looks[at], nowhere], axis=1), chroma, np.ones(at.size, np.float32))


def _sampled(known: Mask, hole: Mask, seed: int) -> NDArray[np.intp]:
    """Flat indices of at most MOST of the known pixels."""
    candidates = np.flatnonzero(known)
    if candidates.size <= MOST:
        return candidates
    away = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5).ravel()[candidates]
    # The largest of random**(1 / weight) are a sample without replacement (Efraimidis and Spirakis 2006).
    rank = np.log(np.random.default_rng(seed).random(candidates.size)) * (1 + away / NEAR)
    return candidates[np.sort(np.argpartition(-rank, MOST)[:MOST])]

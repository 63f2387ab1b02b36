"""Which pixels are of which pinned thing, and which of none: by their likeness to the places where the pins are.

A thing is known by prototypes, colors that its pixels have. It begins with those at its hints, and grows: what is alike and
touches joins, and its colors become prototypes too, so that a hint in a fold takes the whole dress. Where the selection is
tight, so does every tone that passes into the hint's own: all of the hair, from its shadows to its sheen. What competes is
'no thing': the colors round the selection and those inside it that are like no hint.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..metrics.cielab import lab_of
from ..region import Mask, Pixels
from ..run import Run
from .modes import groups_of

LIGHTNESS_STEP, CHROMA_STEP = 12.0, 4.5  # units of L* and of a*, b* that make one unit of unlikeness
DULL = 30.0  # units of a*, b*: differences between colors more vivid than this count for less
REACH = 2.5  # units of unlikeness at which a pixel with no competitor is half of a thing
APART = 1.2, 1.5  # units, by which a color of no thing is unlike a gray thing, a vivid thing
NEAREST = 0.7  # units, between a pin's color and that of the group which it means
LOOSE = 0.25  # of the selection's colors, that are as frequent round it
SAME_HUE = 2.7, 1.0  # units, that tones of one group may lie apart but for lightness: of a gray thing, of a vivid thing
VIVID = 6.0  # units from gray
GROWTHS = 2
FARTHEST = 1.5  # units that a thing grows away from the colors at its hints, in any of SHADES
SHADES = (0.2, 0.35, 0.5, 0.65, 0.8, 1.0, 1.2)  # times R'G'B': how much darker and lighter than at its hints a thing may be
SURE = 0.7
GLOSS = (0.3, 0.6)  # how much of white may cover a thing in a reflection
GAP = 7  # px: reflections, creases and seams of a thing are at most so wide
APART_FROM_PINS = 2.0  # times as unlike what does not touch a pin seems
CERTAINTY = 4  # how fast a thing gives way to what is more likely
MOST_PROTOTYPES = 32
RARE = 0.002  # of the pixels: colors of fewer than that are no prototype

Places = NDArray[np.intp]


def looks_of(image: Pixels) -> Pixels:
    """... x 3 R'G'B' in [0, 1] -> ... x 3, in units of unlikeness; shading counts for little."""
    lab = lab_of(image)
    lightness, chroma = lab[..., :1], lab[..., 1:] * (60 / (lab[..., :1] + 30))
    vivid = np.hypot(chroma[..., :1], chroma[..., 1:]) / DULL
    muted = chroma * np.divide(np.log1p(vivid), vivid, out=np.ones_like(vivid), where=vivid > 1e-6)
    return np.concatenate([lightness / LIGHTNESS_STEP, muted / CHROMA_STEP], axis=-1).astype(np.float32)


def belonging(image: Pixels, selected: Mask, pins: list[Places], run: Run) -> Pixels:
    """H x W x things, in [0, 1]: how surely each pixel is of each thing, were there no other thing.

    Args:
        image: H x W x 3 R'G'B' in [0, 1].
        selected: H x W; the other pixels show what is round the things.
        pins: for each thing the indices of the pixels that are surely of it; at least one.
    """
    flat = looks_of(image.reshape(-1, 3))
    shaded = [_shades(image.reshape(-1, 3)[at]) for at in pins]
    own = _with_their_groups([_prototypes(flat[at]) for at in pins], flat, selected)
    for _ in range(GROWTHS):
        run.check()
        sure = _sure(flat, [np.concatenate(both) for both in zip(own, shaded, strict=True)])
        touching = _touching(sure, selected, pins)
        own = [_grown(old, flat[touching[:, thing]], shaded[thing]) for thing, old in enumerate(own)]
    run.check()
    sure = np.where(touching, sure, sure * _sure(flat, own, unlike=APART_FROM_PINS))
    for thing, at in enumerate(pins):
        gaps = _gaps(touching[:, thing].reshape(selected.shape))
        glossy = _glossy(image.reshape(-1, 3)[at])
        alike = _alike(flat[gaps], np.concatenate([own[thing], shaded[thing], glossy])) ** CERTAINTY
        sure[gaps, thing] = np.maximum(sure[gaps, thing], alike / (alike + np.float32(_likeness(REACH) ** CERTAINTY)))
    return sure.reshape(*selected.shape, len(pins))


def _gaps(touching: Mask) -> Places:
    """Indices of the pixels in narrow gaps of a thing."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (GAP, GAP))
    padded = np.pad(touching.astype(np.uint8), GAP)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc)[GAP:-GAP, GAP:-GAP]
    return np.flatnonzero(closed > touching)


def _glossy(seeds: Pixels) -> Pixels:
    """n x 3 R'G'B' -> prototypes of how they look where white light is reflected on them."""
    return _prototypes(looks_of(np.concatenate([seeds + np.float32(share) * (1 - seeds) for share in GLOSS])))


def _with_their_groups(own: list[Pixels], flat: Pixels, selected: Mask) -> list[Pixels]:
    """The things' prototypes, with the colors into which they pass inside the selection and which are not found round it.

    Those of a loose selection, with much in it of what is round it, are left as they are: it says little of its things.
    """
    inside, outside = flat[selected.ravel()], _prototypes(flat[~selected.ravel()])
    if _overlap(inside, flat[~selected.ravel()]) > LOOSE:
        return own
    centers, group = groups_of(inside)
    free = _alike(centers, outside) < _likeness(APART[0])
    found = []
    for prototypes in own:
        touched = np.unique(group[_alike(centers, prototypes) > _likeness(NEAREST)])
        like = _alike(centers[:, 1:], prototypes[:, 1:]) > _likeness(_by_vividness(prototypes, SAME_HUE))
        found.append(np.concatenate([prototypes, _prototypes(centers[np.isin(group, touched) & free & like])]))
    return found


def _overlap(one: Pixels, other: Pixels) -> float:
    """In [0, 1], the share that the histograms of n x 3 and m x 3 colors have in common."""
    bins = [np.arange(low - 0.5, high + 2) for low, high in zip(*_range(np.concatenate([one, other])), strict=True)]
    histograms = [np.histogramdd(colors, bins)[0] / max(len(colors), 1) for colors in (one, other)]
    return float(np.minimum(*histograms).sum())


def _range(colors: Pixels) -> tuple[Pixels, Pixels]:
    return np.floor(colors.min(axis=0)), np.ceil(colors.max(axis=0))


def _shades(seeds: Pixels) -> Pixels:
    """n x 3 R'G'B' -> prototypes of how they look in other light."""
    return _prototypes(looks_of(np.concatenate([np.minimum(seeds * np.float32(shade), 1) for shade in SHADES])))


def _grown(own: Pixels, found: Pixels, shaded: Pixels) -> Pixels:
    """The prototypes with those of the pixels that were found to be of the thing, as far as shading explains them."""
    new = _prototypes(found)
    return np.concatenate([own, new[_alike(new, shaded) > _likeness(FARTHEST)]])


def _sure(flat: Pixels, things: list[Pixels], unlike: float = 1.0) -> Pixels:
    """n x 3 -> n x things, in [0, 1].

    Args:
        things: the prototypes of each, n x 3.
        unlike: how much further than they are the pixels seem from things.
    """
    alike = np.stack([_alike(flat, prototypes) for prototypes in things], axis=-1) ** np.float32(unlike**2)
    others = flat[(alike < np.array([_likeness(_by_vividness(prototypes, APART)) for prototypes in things])).all(axis=-1)]
    none = _alike(flat, _prototypes(others))[:, None]
    sure: Pixels = alike**CERTAINTY / (alike**CERTAINTY + none**CERTAINTY + np.float32(_likeness(REACH) ** CERTAINTY))
    return sure


def _by_vividness(prototypes: Pixels, of_gray_and_vivid: tuple[float, float]) -> float:
    vivid = float(np.median(np.hypot(prototypes[:, 1], prototypes[:, 2]))) / VIVID
    return float(np.interp(vivid, [0, 1], of_gray_and_vivid))


def _likeness(distance: float) -> float:
    """1 for no distance, in units of unlikeness."""
    return float(np.exp(-0.5 * distance**2))


def _alike(flat: Pixels, prototypes: Pixels) -> Pixels:
    """n x 3 -> n in [0, 1]: the likeness to the nearest prototype."""
    if not len(prototypes):
        return np.zeros(len(flat), np.float32)
    products = (prototypes**2).sum(axis=1)[:, None] - 2 * prototypes @ flat.T
    squares = np.einsum("nc,nc->n", flat, flat) + products.min(axis=0)
    alike: Pixels = np.exp(-0.5 * np.maximum(squares, 0))
    return alike


def _prototypes(samples: Pixels) -> Pixels:
    """n x 3 -> at most MOST_PROTOTYPES x 3: the colors that are there, the most frequent first."""
    steps = np.clip(np.rint(samples).astype(np.int64) + 512, 0, 1023)
    _, cell, count = np.unique(steps @ np.array([1 << 20, 1 << 10, 1]), return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(cell, samples[:, channel], count.size) for channel in range(3)], axis=1) / count[:, None]
    order = np.argsort(-count, kind="stable")[:MOST_PROTOTYPES]
    return means[order[count[order] >= RARE * len(samples)]].astype(np.float32)


def _touching(sure: Pixels, selected: Mask, pins: list[Places]) -> Mask:
    """n x things: the selected pixels that are surely of a thing, and those alone that touch a pin on it."""
    certain = (sure > SURE) & selected.reshape(-1, 1)
    for thing, at in enumerate(pins):
        certain[at, thing] = True
        _, labels = cv2.connectedComponents(certain[:, thing].reshape(selected.shape).astype(np.uint8), connectivity=8)
        parts = np.zeros(labels.max() + 1, np.bool_)
        parts[labels.ravel()[at]] = True
        certain[:, thing] = parts[labels.ravel()]
    return certain

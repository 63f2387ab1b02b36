"""A thing's chroma moved to another color, its variation with it.

Shading scales R'G'B', so chroma as color differences scales with it: the ratio of a pixel's chroma to the thing's typical
chroma says how the thing looks there, whatever its color is (1 = as usual, 0 = a white reflection or a deep shadow). That
ratio is kept: the typical chroma becomes the wanted one and every pixel keeps its share of it. What varies across, in hue,
is turned along, at a strength that is as visible on the new color as it was on the old one.

A gray thing has no such ratio: there the share comes from luma, as it does on things that have a color (chroma in proportion
to luma in the shadows, level in the lights), and what color it had beside is kept as it is. Reflections keep theirs anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..metrics.cielab import lab_of
from .planes import Planes, rgb_of, within_gamut
from .typical import Typical

MOST_GAIN = 2.0  # of the variation, in a*b*: more shows the camera's and JPEG's noise
LEAST_GAIN = 0.6  # less is a flat tint
GRAY, COLORED = 2.0, 10.0  # units of a*b*: below, a thing has no hue of its own; above, it surely has
NEARLY_GRAY = 4.0  # a wanted color of less chroma takes the variation with it: gray is wanted, not stains
MOST_POWER = 4.0
MOST_TURN = 30.0  # degrees, about, that a pixel's hue may lie from the wanted one: more than that is no variation of one color
MOST_ASIDE = 1.0  # times the variation in hue: what is visible of it, no more of it on a more vivid color
STRAY = 8.0  # units of a*b*: what a nearly gray thing has beyond is another thing
LEAST_BREADTH = 0.5  # units of a*b*: a trace of another hue is kept on gray parts
FAINT, VIVID = 0.4, 1.0  # times the typical chroma: a pixel of a far hue below is a gray part, above of the thing itself
DARKEST = 0.02  # Y' of the darkest thing that has shading
LEVEL = 1.1  # times the typical luma: about where chroma stops to grow with luma on things photographed
STEP = 1e-3  # of chroma, for differences in place of derivatives


@dataclass(frozen=True, slots=True)
class Transfer:
    """From the chroma of one thing to that of the same thing in another color.

    Attributes:
        typical: of the thing as it was.
        luma: Y' that is typical from now on.
        target: 2, the chroma that is typical from now on.
        along, across: 2, what chroma is multiplied with to get its share of the typical chroma, and what is across it.
        aside: 2, what one unit across becomes.
        size: of the typical chroma as it was, in units of a*b*.
        breadth: how far across, in units of a*b* before, a pixel of the whole typical chroma may lie: no further from the
            wanted hue than MOST_TURN.
        hue: in [0, 1], how far the thing has a color of its own that can be turned.
        own: in [0, 1], how much of a pixel's share is its own; the rest comes from luma.
        power: >= 1, compresses the own share towards 0 where the wanted color is far paler than the old one.
        level: times the typical luma, up to where chroma grows with luma; to where the wanted color has room, too.
        gain: how many times larger small differences in chroma become, at most, as color differences.
    """

    typical: Typical
    luma: float
    target: Planes
    along: Planes
    across: Planes
    aside: Planes
    size: float
    breadth: float
    hue: float
    own: float
    power: float
    level: float
    gain: float

    @classmethod
    def to(cls, color: Planes, typical: Typical, luma: float) -> Transfer:
        """
        Args:
            color: 2, the wanted chroma.
            typical: of the thing as it is.
            luma: Y' that is typical of the thing from now on.
        """
        target = within_gamut(np.array(luma), color)
        old, new = _seen(typical.luma, typical.chroma), _seen(luma, target)
        size, wanted = float(np.hypot(*old)), float(np.hypot(*new))
        chroma, direction = typical.chroma, old / max(size, 1e-9)
        if size < GRAY:  # too little to be divided by, and of no hue that matters
            size, direction = GRAY, np.array([1.0, 0.0])
            chroma = np.linalg.solve(_jacobian(typical.luma, np.zeros(2)), size * direction)
        ratio = max(wanted, 1e-3) / size
        gain = float(np.clip(ratio, LEAST_GAIN * min(wanted / NEARLY_GRAY, 1.0), MOST_GAIN))
        side = np.linalg.solve(_jacobian(typical.luma, chroma), _turned(direction))
        new_direction = new / wanted if wanted > GRAY else direction
        turn = min(gain, MOST_ASIDE)
        aside = turn * np.linalg.solve(_jacobian(luma, target), _turned(new_direction))
        along, across = np.linalg.inv(np.stack([chroma, side], axis=1))
        hue = float(_smooth((np.hypot(*old) - GRAY) / (COLORED - GRAY)))
        own, power = hue * min(1.0, gain / ratio), min(max(1.0, gain / ratio), MOST_POWER)
        linear = np.outer(target, along) * own * power + hue * np.outer(aside, across) + (1 - hue) * np.eye(2)
        level = max(LEVEL, float(np.hypot(*color) / max(np.hypot(*target), STEP)))
        breadth = np.tan(np.radians(MOST_TURN)) * wanted / max(turn, 1e-3)
        most = float(np.linalg.norm(linear, 2))
        return cls(typical, luma, target, along, across, aside, size, breadth, hue, own, power, level, most)

    def __call__(self, luma: Planes, chroma: Planes) -> Planes:
        """... Y' (as it was) and ... x 2 chroma -> ... x 2 new chroma, of any size (within_gamut comes after)."""
        number = chroma.dtype.type
        signed, sideways = chroma @ self.along.astype(chroma.dtype), chroma @ self.across.astype(chroma.dtype)
        ratio = np.abs(signed)  # what has the opposite color is selected too
        share, kept = self._turned_in(signed, sideways)
        share = share ** number(self.power) if self.power > 1 else share
        if self.own < 1:
            share = number(self.own) * share + number(1 - self.own) * self._by_luma(luma)
        moved: Planes = share[..., None] * self.target.astype(chroma.dtype)
        most = number(self.breadth) * share + number(LEAST_BREADTH)
        turned = most * np.tanh(sideways * kept / most)
        moved += turned[..., None] * (self.hue * self.aside).astype(chroma.dtype)
        if self.hue < 1:
            away = ((signed - 1) ** 2 * number(self.size**2) + sideways**2) / number(STRAY**2)
            rest = number(1 - self.hue) / (1 + number(self.hue) * away)
            moved += rest[..., None] * (chroma - self.typical.chroma.astype(chroma.dtype))
        return moved + self._reflects(luma, ratio)[..., None] * (chroma - moved)

    def _turned_in(self, ratio: Planes, sideways: Planes) -> tuple[Planes, Planes]:
        """The share of the typical chroma, and how much of what is across is kept.

        Where a hue is far off, vivid parts are of the thing and keep their chroma. Faint ones are rather a reflection, a
        pupil or a seam: they become about gray.
        """
        own = np.abs(ratio)
        whole = np.hypot(own, sideways / ratio.dtype.type(self.size))
        vivid = _smooth((whole - FAINT) / (VIVID - FAINT))
        near = _smooth(2 * ratio / np.maximum(whole, ratio.dtype.type(1e-6)) - ratio.dtype.type(0.6))
        return own + vivid * (whole - own), vivid + (1 - vivid) * near

    def _by_luma(self, luma: Planes) -> Planes:
        """The share of the typical chroma that a thing of one color has at that luma: 1 at its typical luma."""
        start = luma.dtype.type(self.level * max(self.typical.luma, DARKEST))
        share: Planes = np.tanh(np.maximum(luma, 0) / start) / luma.dtype.type(np.tanh(1 / self.level))
        return share

    def _reflects(self, luma: Planes, ratio: Planes) -> Planes:
        """In [0, 1], how surely a pixel is a reflection on the thing: far brighter than the thing and less colored."""
        start = self.typical.highlight
        bright = _smooth((luma - start) / max(start, 0.25))
        if self.hue > 0:
            less = _smooth((0.85 - ratio) / 0.45)
            bright = bright * (self.hue * less + (1 - self.hue))
        certain: Planes = bright.astype(luma.dtype)
        return certain


def _smooth(place: Planes) -> Planes:
    """0 below 0, 1 above 1, smooth between."""
    inside = np.clip(place, 0, 1)
    level: Planes = inside * inside * (3 - 2 * inside)
    return level


def _seen(luma: float, chroma: Planes) -> Planes:
    """a*, b* of one color."""
    return lab_of(rgb_of(np.array(luma), chroma))[1:]


def _jacobian(luma: float, chroma: Planes) -> Planes:
    """2 x 2: how (a*, b*) goes with chroma, about that color."""
    inward = within_gamut(np.array(luma), chroma) * (1 - 2 * STEP)
    steps = [_seen(luma, inward + step) - _seen(luma, inward - step) for step in STEP * np.eye(2)]
    found: Planes = np.stack(steps, axis=1) / (2 * STEP)
    return found if abs(np.linalg.det(found)) > 1 else 150.0 * np.eye(2)


def _turned(direction: Planes) -> Planes:
    """By 90 degrees."""
    return np.array([-direction[1], direction[0]])

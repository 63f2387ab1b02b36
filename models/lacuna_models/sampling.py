"""How the surroundings may be sampled by methods that copy patches: the artist's choices, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sampling:
    """What the exemplar engine may do to the known pixels, and how it searches them.

    Attributes:
        mirror: patches are also taken from the surroundings mirrored left to right.
        rotate: degrees, 0 to 180; patches are also taken from the surroundings rotated by up to so much, either way.
        scale: percent, 0 to 50; patches are also taken from the surroundings larger and smaller by up to so much.
        search: a name from exemplar.strategies.STRATEGIES: 'randomized' or 'tree'.
    """

    mirror: bool = False
    rotate: int = 0
    scale: int = 0
    search: str = "randomized"


UNCHANGED = Sampling()  # the surroundings as they are

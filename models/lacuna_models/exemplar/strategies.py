"""The searches by name."""

from __future__ import annotations

from collections.abc import Callable

from .matching import Matching, Strategy
from .randomized import Randomized
from .tree import Tree

STRATEGIES: dict[str, Callable[[Matching], Strategy]] = {"randomized": Randomized, "tree": Tree}

"""What every step of installing is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .journal import Journal
from .pip import Source
from .places import Places


@dataclass(frozen=True, slots=True)
class Steps:
    """One run of the installer.

    Attributes:
        root: the copy of Lacuna that is installed.
        source: where packages come from.
    """

    root: Path
    places: Places
    source: Source
    journal: Journal

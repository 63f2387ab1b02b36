"""Losses and figures over time, one CSV row each time they are measured."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

Row = Mapping[str, float]


class Curves:
    """Appends to a CSV file; a resumed training goes on in the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, row: Row) -> None:
        """Every row has the same columns. Raises OSError."""
        new = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if new:
                writer.writeheader()
            writer.writerow({key: f"{value:.5g}" for key, value in row.items()})

    def rows(self) -> list[dict[str, str]]:
        """All that was measured, oldest first."""
        if not self.path.exists():
            return []
        with self.path.open(newline="") as file:
            return list(csv.DictReader(file))

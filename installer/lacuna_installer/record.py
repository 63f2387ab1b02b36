"""What an installation made, so that removing it takes exactly that away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .files import write_atomically

FILE = "install.json"


@dataclass(slots=True)
class Record:
    """Paths as strings; kept in the data folder and written after each step.

    Attributes:
        environment: the server's environment in use; '' = none.
        plugins: plug-in folders installed (.../plug-ins/lacuna-gimp).
        made: folders that were missing before, outermost first: removed again when empty.
        commands: links or scripts put where the person's commands are.
    """

    environment: str = ""
    plugins: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, data: Path) -> Record:
        """The record; an empty one where there is none or it is damaged (a new installation mends it)."""
        try:
            value = json.loads((data / FILE).read_text(encoding="utf-8"))
            return cls(**{name: value[name] for name in cls.__dataclass_fields__})
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, data: Path) -> None:
        write_atomically(data / FILE, json.dumps(asdict(self), indent=2) + "\n")

    def add_made(self, folders: Iterable[Path]) -> None:
        self.made += [str(folder) for folder in folders if str(folder) not in self.made]

    def add_plugin(self, folder: Path) -> None:
        if str(folder) not in self.plugins:
            self.plugins.append(str(folder))

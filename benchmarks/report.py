"""Timing, and the table that a benchmark prints and keeps."""

from __future__ import annotations

import os
import platform
import shlex
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def seconds(action: Callable[[], object]) -> float:
    """How long the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def table(what: str, rows: Mapping[str, Sequence[float]]) -> str:
    """Markdown: mean, least and most seconds of each row."""
    lines = [f"| {what} | mean | least | most |", "| --- | --- | --- | --- |"]
    lines += [f"| {name} | {statistics.mean(all_):.3f} | {min(all_):.3f} | {max(all_):.3f} |" for name, all_ in rows.items()]
    return "\n".join(lines)


def command_line(prefix: str = "") -> str:
    """What this program was called with. Of an absolute path only the last part: the rest is somebody's machine."""
    given = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return f"{prefix}python benchmarks/{Path(sys.argv[0]).name} {shlex.join(given)}".rstrip()


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def keep(name: str, title: str, command: str, text: str, about: str = "seconds") -> None:
    """Write results/NAME.md: the title, the command that made it, the machine, what the figures are about, the tables."""
    (RESULTS / f"{name}.md").write_text(f"# {title}\n\n`{command}`; {machine()}; {about}.\n\n{text}\n", encoding="utf-8")

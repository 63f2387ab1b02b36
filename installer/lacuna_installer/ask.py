"""Asking other programs short questions."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

SECONDS = 60  # a hanging program is a missing program


def output(command: Sequence[str]) -> str:
    """What a command prints; '' when it is missing, fails or hangs."""
    done = _run(command)
    return done.stdout if done and done.returncode == 0 else ""


def succeeds(command: Sequence[str]) -> bool:
    """Whether a command is there and ends well."""
    done = _run(command)
    return done is not None and done.returncode == 0


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None

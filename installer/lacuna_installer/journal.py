"""What the installer says on the terminal, and everything that its commands said, in a log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from .failure import InstallError

PIPED: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.STDOUT,
    "text": True,
    "encoding": "utf-8",
    "errors": "replace",
}
FOREIGN = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
ECHOED = ("Downloading ",)  # pip's lines that show that a long step moves on


class Journal:
    """Prints the steps and runs commands; their whole output goes to the log file only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._started = time.monotonic()
        self._log: IO[str] = path.open("w", encoding="utf-8")
        self.note(f"{time.strftime('%Y-%m-%d %H:%M:%S')} Python {sys.version.split()[0]} on {sys.platform}")

    def say(self, text: str) -> None:
        print(text, flush=True)
        self.note(text)

    def note(self, text: str) -> None:
        self._log.write(f"[{time.monotonic() - self._started:6.1f} s] {text}\n")
        self._log.flush()

    def close(self) -> None:
        self._log.close()

    def run(self, command: Sequence[str | Path], failure: str) -> str:
        """Run a command and return what it said. Raises InstallError with `failure` as its sentence."""
        words = [str(word) for word in command]
        self.note("$ " + " ".join(words))
        said: list[str] = []
        try:
            with subprocess.Popen(words, env=clean_environment(), **PIPED) as process:
                for line in process.stdout or ():
                    said.append(line)
                    self.note(line.rstrip())
                    if line.strip().startswith(ECHOED):
                        print("    " + line.strip(), flush=True)
        except OSError as error:
            raise InstallError(failure, f"{error} (log: {self.path})") from error
        if process.returncode:
            raise InstallError(failure, f"{_reason(said)} (log: {self.path})")
        return "".join(said)


def clean_environment() -> dict[str, str]:
    """This process's environment without what would lead another Python or Lacuna's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith("LACUNA_")}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONIOENCODING": "utf-8"}


def _reason(said: Sequence[str]) -> str:
    """The line of a command's output that says why it failed: pip's first ERROR, else the last line."""
    lines = [line.strip() for line in said if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "error:", "Error:"))]
    return (errors or lines[-1:] or ["It said nothing."])[0]

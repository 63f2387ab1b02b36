"""A real memory limit on a process of its own: tiles shrink until they fit, or it is told that none does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lacuna_models.two_stage.tiling import SMALLER_TILES


def refined_within(mebibytes: int) -> str:
    """What a process says that has so much memory left for the work."""
    command = [sys.executable, "-m", "unit.two_stage.short_of_memory", str(mebibytes)]
    folders = os.pathsep.join(sys.path)
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": folders}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.usefixtures("weights_folder")
@pytest.mark.parametrize(
    ("mebibytes", "says"),
    [(3000, ""), (150, SMALLER_TILES), (12, "MemoryError")],
)
def test_tiles_shrink_until_they_fit(mebibytes: int, says: str) -> None:
    assert refined_within(mebibytes) == says

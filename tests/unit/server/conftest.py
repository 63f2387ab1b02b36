"""A server of the test's own behind the command line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.server.commands import COMMAND


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a runtime folder of its own; what was started in it is stopped."""
    environment = {**os.environ, "LACUNA_RUNTIME_DIR": str(tmp_path / "run"), "LACUNA_LOG_DIR": str(tmp_path / "log")}
    yield environment
    subprocess.run([*COMMAND, "server", "stop", "--force"], env=environment, capture_output=True, check=False)

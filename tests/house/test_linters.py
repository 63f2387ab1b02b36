"""The linters, as tests, so that one count covers everything. Their settings are in pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("plugin/lacuna-gimp", "server", "models", "installer", "tests")
SCRIPTS = ("benchmarks", "docs")
LINTERS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", *FOLDERS, *SCRIPTS],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
}


@pytest.mark.parametrize("name", LINTERS)
def test_linter_is_content(name: str, tree: Path) -> None:
    paths = os.pathsep.join(str(tree / folder) for folder in FOLDERS)
    done = subprocess.run(
        [sys.executable, *LINTERS[name]],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

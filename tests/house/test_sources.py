"""What is true of every text file of the project."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lacuna_client import VERSION

TEXTS = (".py", ".md", ".cfg", ".toml", ".sh", ".txt", ".cff", "")
MOST_LINES = 450
# A home folder or another absolute path of somebody's machine, which no other machine has.
MACHINE_PATHS = re.compile(r"(?<![\w.~$}/])/(?:home|Users|root|work)/[a-z]")


@pytest.fixture(scope="session")
def texts(tree: Path) -> list[Path]:
    """Every text file that is, or is going to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else [str(path) for path in tree.rglob("*")]
    paths = [tree / name for name in names if name]
    return [path for path in paths if path.is_file() and path.suffix in TEXTS and ".env" not in path.parts]


def test_no_file_names_a_path_of_one_machine(tree: Path, texts: list[Path]) -> None:
    found = [
        f"{path.relative_to(tree)}:{number}: {line.strip()}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATHS.search(line) and path.name != Path(__file__).name
    ]
    assert found == []


def test_no_source_is_too_long_to_read(tree: Path, texts: list[Path]) -> None:
    lengths = {
        path.relative_to(tree): len(path.read_text(encoding="utf-8").splitlines()) for path in texts if path.suffix == ".py"
    }
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_the_license_is_apache_2_unchanged(tree: Path) -> None:
    text = (tree / "LICENSE").read_text(encoding="utf-8")
    assert text.strip().startswith("Apache License")
    assert "Copyright [yyyy] [name of copyright owner]" in text


def test_the_papers_name_the_version(tree: Path) -> None:
    assert f"version: {VERSION}\n" in (tree / "CITATION.cff").read_text(encoding="utf-8")
    assert VERSION in (tree / "CHANGELOG.md").read_text(encoding="utf-8")


def test_what_people_run_can_be_run(tree: Path) -> None:
    for name in (
        "tests/run",
        ".ci/run",
        "tests/gimp_root/setup.sh",
        "tests/gimp_root/gimp3",
        "plugin/lacuna-gimp/lacuna-gimp.py",
    ):
        assert (tree / name).stat().st_mode & 0o100, f"{name} is not executable"

"""A file appears whole or not at all, whatever the disk does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lacuna_client.errors import LacunaError
from lacuna_server.io.atomic import write_atomically

FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from lacuna_client.errors import LacunaError
from lacuna_server.io.atomic import write_atomically

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_atomically(Path(sys.argv[1]), bytes(1_000_000))
except LacunaError as error:
    print(error.code, error.sentence)
"""


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a.png", b"new")
    finally:
        os.umask(umask)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o640


def test_a_link_keeps_pointing_at_its_target(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "elsewhere" / "a.png")
    write_atomically(tmp_path / "link.png", b"new")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "elsewhere" / "a.png").read_bytes() == b"new"


@pytest.mark.parametrize("before", [b"the old picture", None])
def test_when_the_disk_is_full_the_old_file_stays_and_nothing_else(tmp_path: Path, before: bytes | None) -> None:
    path = tmp_path / "a.png"
    if before:
        path.write_bytes(before)
    done = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("unwritable ")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/folder.png", "folder does not exist"),
        (".", "not a regular file"),
        ("x" * 300 + ".png", "File name too long"),
        ("loop.png", ""),
    ],
)
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    with pytest.raises(LacunaError) as caught:
        write_atomically(tmp_path / name, b"new")
    assert caught.value.code == "unwritable"
    assert reason in caught.value.sentence


def test_a_device_is_never_replaced() -> None:
    with pytest.raises(LacunaError) as caught:
        write_atomically(Path(os.devnull), b"new")
    assert caught.value.code == "unwritable"
    assert Path(os.devnull).is_char_device()

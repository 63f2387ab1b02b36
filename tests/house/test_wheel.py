"""What is installed is what is in the tree."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lacuna_installer.environment import SOURCES, TEXTS, copy_sources
from lacuna_installer.plugin import VENDOR

PACKAGE_FOLDERS = {
    "lacuna": "server/lacuna",
    "lacuna_client": "plugin/lacuna-gimp/lacuna_client",
    "lacuna_installer": "installer/lacuna_installer",
    "lacuna_models": "models/lacuna_models",
    "lacuna_server": "server/lacuna_server",
    "lacuna_weights": "models/weights",
}
PACKED = (".py", ".typed", ".safetensors", ".md")


@pytest.fixture(scope="session")
def packed(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in the wheel."""
    copy, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    copy_sources(tree, copy)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("lacuna-*.whl")
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_module_and_all_weights_of_the_tree_and_nothing_else(tree: Path, packed: set[str]) -> None:
    in_tree = set()
    for package, folder in PACKAGE_FOLDERS.items():
        for path in (tree / folder).rglob("*"):
            if path.suffix in PACKED:
                in_tree.add(f"{package}/{path.relative_to(tree / folder).as_posix()}")
    assert packed == in_tree


def test_every_package_says_that_it_is_typed(packed: set[str]) -> None:
    assert {f"{package}/py.typed" for package in PACKAGE_FOLDERS} <= packed


def test_building_leaves_the_clone_as_it_is(tree: Path, packed: set[str]) -> None:
    assert packed
    assert not (tree / "build").exists()
    assert all((tree / name).exists() for name in (*SOURCES, *TEXTS))


def test_the_plugins_vendor_folder_asks_for_what_the_server_asks_for(tree: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(tree / "setup.cfg", encoding="utf-8")
    assert set(VENDOR) <= set(setup["options"]["install_requires"].split())

"""The plug-in in GIMP's folder."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lacuna_client.locks import try_lock
from lacuna_installer import gimp
from lacuna_installer.plugin import IMPORT_VENDOR

from .conftest import GIMP_PYTHON, Home, plugin_in, sentence_of, succeeded

PLUGIN = ("--plugin-only", "--gimp-python", GIMP_PYTHON)


def test_every_gimp_3_gets_it_and_no_gimp_2(home: Home) -> None:
    folders = [home.gimp_folder("3.0"), home.gimp_folder("3.2"), home.path / ".var/app/org.gimp.GIMP/config/GIMP/3.0"]
    folders[2].mkdir(parents=True)
    old = home.gimp_folder("2.10")
    succeeded(home.install(*PLUGIN))
    assert [plugin_in(folder).is_dir() for folder in folders] == [True, True, True]
    assert not plugin_in(old).exists()


def test_a_named_folder_alone_gets_it(home: Home) -> None:
    other, named = home.gimp_folder(), home.path / "somewhere" / "GIMP"
    succeeded(home.install(*PLUGIN, "--gimp-folder", named))
    assert plugin_in(named).is_dir()
    assert not plugin_in(other).exists()


def test_it_is_the_trees_with_modules_for_gimps_python(home: Home, tree: Path) -> None:
    plugin = plugin_in(home.gimp_folder())
    succeeded(home.install(*PLUGIN))
    source = tree / "plugin" / "lacuna-gimp"
    for path in source.rglob("*.py"):
        if "vendor" not in path.parts:
            assert (plugin / path.relative_to(source)).read_bytes() == path.read_bytes()
    assert (plugin / "lacuna-gimp.py").stat().st_mode & 0o111 == 0o111
    assert list(plugin.glob("vendor/msgpack/_cmsgpack.cpython-313-*"))
    assert list(plugin.glob("vendor/zmq/backend/cython/_zmq.*"))


def test_gimps_own_python_loads_the_modules(home: Home, tree: Path) -> None:
    gimp3 = shlex.split(os.environ.get("LACUNA_TEST_GIMP3", str(tree / "tests" / "gimp_root" / "gimp3")))
    python = [*gimp3, "--bind", str(home.path), "--", "python3", "-c"]
    version = subprocess.run([*python, gimp.ASK_PYTHON], cwd=home.path, capture_output=True, text=True, check=True).stdout.strip()
    plugin = plugin_in(home.gimp_folder())
    succeeded(home.install("--plugin-only", "--gimp-python", version))
    subprocess.run([*python, IMPORT_VENDOR, str(plugin / "vendor")], cwd=home.path, check=True)


def test_again_it_needs_no_network_and_gimp_asks_it_anew(home: Home) -> None:
    plugin = plugin_in(home.gimp_folder())
    succeeded(home.install(*PLUGIN))
    before = (plugin / "lacuna-gimp.py").stat().st_mtime_ns
    (plugin / "left-from-an-older-version.py").touch()
    succeeded(home.install(*PLUGIN, "--index-url", "http://127.0.0.1:9/nothing-is-here"))
    assert (plugin / "lacuna-gimp.py").stat().st_mtime_ns > before
    assert (plugin / "vendor" / "zmq").is_dir()
    assert not (plugin / "left-from-an-older-version.py").exists()


def test_a_failure_leaves_the_old_plugin_in_its_place(home: Home) -> None:
    plugin = plugin_in(home.gimp_folder())
    succeeded(home.install(*PLUGIN))
    before = home.contents()
    failed = home.install(
        "--plugin-only",
        "--gimp-python",
        "3.12",
        "--index-url",
        "http://127.0.0.1:9/none",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE="/dev/null",
        PIP_FIND_LINKS="",
    )
    assert "pyzmq and msgpack for Python 3.12 could not be installed." in sentence_of(failed)
    assert before <= home.contents()
    succeeded(home.install(*PLUGIN))
    assert home.contents() == before
    assert (plugin / "vendor" / "zmq").is_dir()


def test_wheels_from_a_folder_need_no_index(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    wheels = tmp_path_factory.mktemp("wheels")
    fetch = ["download", "--dest", str(wheels), "--python-version", GIMP_PYTHON, "--only-binary=:all:", "pyzmq", "msgpack"]
    subprocess.run([sys.executable, "-m", "pip", *fetch], check=True, capture_output=True)
    plugin = plugin_in(home.gimp_folder())
    succeeded(home.install(*PLUGIN, "--wheels", wheels, PIP_CONFIG_FILE="/dev/null", PIP_FIND_LINKS=""))
    assert (plugin / "vendor" / "zmq").is_dir()


def test_uninstalling_leaves_nothing_and_touches_nothing_else(home: Home) -> None:
    folder = home.gimp_folder()
    (folder / "plug-ins" / "another").mkdir()
    (folder / "plug-in-settings").mkdir()
    (folder / "plug-in-settings" / "GimpProcedureConfigRun-another.last").touch()
    before = home.contents()
    succeeded(home.install(*PLUGIN, "--gimp-folder", folder, "--gimp-folder", home.path / "new" / "GIMP"))
    (folder / "plug-in-settings" / "GimpProcedureConfigRun-lacuna-inpaint.last").touch()
    succeeded(home.install("--uninstall"))
    assert home.contents() == before


def test_uninstalling_nothing_is_no_failure(home: Home) -> None:
    assert "Nothing is installed" in succeeded(home.install("--uninstall"))
    assert home.contents() == set()


def test_without_a_gimp_it_says_so(home: Home) -> None:
    said = succeeded(home.install(*PLUGIN, PATH=""))
    assert "No GIMP 3 was found" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--wheels", "missing"], "The folder of wheels missing does not exist."),
        (["--gimp-folder", "/proc/nowhere"], "/proc/nowhere/plug-ins could not be made"),
    ],
)
def test_failures_are_one_line(home: Home, options: list[str], sentence: str) -> None:
    home.gimp_folder()
    assert sentence in sentence_of(home.install(*PLUGIN, *options))


def test_two_installers_do_not_work_at_once(home: Home) -> None:
    data = home.path / ".local" / "share" / "lacuna"
    data.mkdir(parents=True)
    lock = try_lock(data / "install.lock")
    assert lock
    assert "Another installer is at work." in sentence_of(home.install(*PLUGIN))
    lock.release()
    succeeded(home.install(*PLUGIN))

"""The server's environment: one installation, from an interrupted start to its removal. The tests follow each other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image

from .conftest import Home, plugin_in, succeeded

OPTIONS = ("--device", "cpu")


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory, clone: Path, pip_cache: Path) -> Home:
    """Somebody with a GIMP, whose installation was killed in the middle and then run again."""
    home = Home(tmp_path_factory.mktemp("home"), clone, pip_cache)
    home.gimp_folder()
    kill_in_the_middle(home)
    assert "Removing an unfinished environment" in succeeded(home.install(*OPTIONS))
    return home


def kill_in_the_middle(home: Home) -> None:
    """Kill the installer, and the pip that it runs, as soon as there is a part of torch."""
    with subprocess.Popen(
        home.command(*OPTIONS), env=home.environment(), cwd=home.path, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while not list(data(home).glob("env-*/lib/python*/site-packages/torch")):
            assert process.poll() is None, "the installer ended before torch came"
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)


def data(home: Home) -> Path:
    return home.path / ".local" / "share" / "lacuna"


def environments(home: Home) -> list[Path]:
    return list(data(home).glob("env-*"))


def test_the_command_works(person: Home) -> None:
    assert succeeded(person.lacuna("--version")).startswith("lacuna ")


def test_the_doctor_finds_nothing_wrong(person: Home) -> None:
    found = json.loads(succeeded(person.lacuna("doctor", "--json")))
    assert found["ok"], found
    assert str(person.path) not in json.dumps(found)
    assert {"device", "server", "runtime folder", "GIMP 3.0 (native)"} <= {check["name"] for check in found["checks"]}


def test_the_plugin_knows_its_server(person: Home) -> None:
    plugin = plugin_in(person.gimp_folder())
    known = json.loads((plugin / "launcher.json").read_text(encoding="utf-8"))
    assert Path(known["command"][0]).is_relative_to(environments(person)[0])
    assert Path(known["runtime_dir"]).is_relative_to(person.path)


def test_again_nothing_is_made_anew(person: Home) -> None:
    before = environments(person)
    assert "is up to date" in succeeded(person.install(*OPTIONS))
    assert environments(person) == before


def test_the_demonstration_fills_the_photograph(person: Home) -> None:
    succeeded(person.install(*OPTIONS, "--demo"))
    folder = person.path / "lacuna-demo"
    before, mask, after = (Image.open(folder / name) for name in ("before.jpg", "mask.png", "after.png"))
    assert after.size == before.size
    column, row = next((x, y) for y in range(mask.height) for x in range(mask.width) if mask.getpixel((x, y)) == 255)
    assert after.getpixel((column, row + 40)) != before.getpixel((column, row + 40))


def test_an_upgrade_replaces_the_running_server_and_gimp_sees_it(person: Home) -> None:
    plugin = plugin_in(person.gimp_folder())
    seen, (old,) = (plugin / "lacuna-gimp.py").stat().st_mtime_ns, environments(person)
    succeeded(person.lacuna("server", "start"))
    version = person.tree / "plugin" / "lacuna-gimp" / "lacuna_client" / "__init__.py"
    version.write_text(version.read_text(encoding="utf-8").replace('VERSION = "0.', 'VERSION = "9.'), encoding="utf-8")
    succeeded(person.install(*OPTIONS))
    assert old not in environments(person)
    assert len(environments(person)) == 1
    assert (plugin / "lacuna-gimp.py").stat().st_mtime_ns > seen
    assert "lacuna 9." in succeeded(person.lacuna("--version"))
    assert json.loads(person.lacuna("server", "status", "--json").stdout)["running"] is False


def test_uninstalling_stops_the_server_and_leaves_nothing(person: Home) -> None:
    started = json.loads(succeeded(person.lacuna("server", "start", "--json")))
    succeeded(person.install("--uninstall"))
    left = {path for path in person.contents() if not path.startswith("lacuna-demo")}
    assert left == {".config", ".config/GIMP", ".config/GIMP/3.0", ".config/GIMP/3.0/plug-ins"}
    patience = time.monotonic() + 60
    while Path(f"/proc/{started['pid']}").exists():  # its lock is free; the system may still be taking it off its list
        assert time.monotonic() < patience, "the server lives on"
        time.sleep(0.05)

"""A GIMP with the plug-in that the installer laid down, and no server running: the first click starts it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .driver import TREE, Gimp, Placing, install

KEPT = TREE / "tests" / ".scratch" / "screenshots"


@pytest.fixture(scope="session")
def installed() -> Iterator[Path]:
    """A GIMP profile with the plug-in; each GIMP runs in a copy of it."""
    # Under /tmp whatever $TMPDIR says: a root with a GIMP of its own sees that folder.
    folder = Path(tempfile.mkdtemp(prefix="lacuna-gimp-", dir="/tmp"))
    install(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """A folder that both sides see at the same path."""
    folder = Path(tempfile.mkdtemp(prefix="lacuna-gimp-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def placing(scratch: Path) -> Iterator[Placing]:
    place = Placing(scratch)
    yield place
    place.close()


StartGimp = Callable[..., Gimp]


@pytest.fixture(scope="module")
def start_gimp(installed: Path, scratch: Path, placing: Placing) -> Iterator[StartGimp]:
    """Start one more GIMP. Keywords: window, environment (added to the server's), without (a part of the plug-in)."""
    running: list[Gimp] = []

    def start(*, window: bool = False, environment: dict[str, str] | None = None, without: str = "") -> Gimp:
        profile = scratch / f"profile-{len(running)}"
        shutil.copytree(installed / "plug-ins", profile / "plug-ins")
        if without:
            shutil.rmtree(profile / "plug-ins" / "lacuna-gimp" / without)
        running.append(Gimp(profile, window=window, environment=placing.environment() | (environment or {})))
        return running[-1]

    yield start
    for gimp in running:
        if gimp.process.poll() is None:
            gimp.close()


@pytest.fixture(scope="module")
def gimp(start_gimp: StartGimp) -> Gimp:
    """One GIMP without a display, shared by the tests of a module."""
    return start_gimp()


@pytest.fixture(scope="module")
def shown() -> list[Gimp]:
    """The GIMP with windows that the tests of a module share, once there is one."""
    return []


@pytest.fixture
def desktop(shown: list[Gimp], start_gimp: StartGimp, request: pytest.FixtureRequest) -> Iterator[Gimp]:
    """A GIMP with its windows on a virtual screen. When a test fails, what was to be seen is kept, and GIMP starts anew."""
    failed_before = request.session.testsfailed
    if not shown:
        shown.append(start_gimp(window=True))
    yield shown[0]
    if request.session.testsfailed > failed_before:
        gimp = shown.pop()
        KEPT.mkdir(parents=True, exist_ok=True)
        picture = gimp.profile / "failed.png"
        gimp.screenshot(picture)
        shutil.copy(picture, KEPT / f"{request.node.name}.png")
        gimp.close()

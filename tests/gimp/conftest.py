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
        gimp.close()


@pytest.fixture(scope="module")
def gimp(start_gimp: StartGimp) -> Gimp:
    """One GIMP without a display, shared by the tests of a module."""
    return start_gimp()


@pytest.fixture(scope="module")
def shown_gimp(start_gimp: StartGimp) -> Gimp:
    """One GIMP with its windows on a virtual screen, shared by the tests of a module."""
    return start_gimp(window=True)


@pytest.fixture
def desktop(shown_gimp: Gimp, request: pytest.FixtureRequest) -> Iterator[Gimp]:
    """The GIMP with windows; when a test fails, what the screen showed is kept."""
    failed_before = request.session.testsfailed
    yield shown_gimp
    if request.session.testsfailed > failed_before:
        KEPT.mkdir(parents=True, exist_ok=True)
        picture = shown_gimp.profile / "failed.png"
        shown_gimp.screenshot(picture)
        shutil.copy(picture, KEPT / f"{request.node.name}.png")

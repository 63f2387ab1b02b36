"""A real front with real workers in folders of its own, and small requests to send it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lacuna_client import admin, connection_file
from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.connection_file import Connection
from lacuna_client.events import Done, Event, Failed, Progress
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.launcher import Launcher
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_client.session import Session

PATIENCE = 60.0  # s; a limit for a hanging test, never an assertion about speed


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a state."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"gave up waiting until {what}"
        time.sleep(0.02)


def request(side: int = 64, hole: int = 16, *, method: str = "telea", **options: Any) -> InpaintRequest:
    """A noisy square picture with a square selection in its middle."""
    image = np.random.default_rng(1).integers(0, 256, (side, side, 4), np.uint8)
    image[..., 3] = 255
    selection = np.zeros((side, side), np.float32)
    start = (side - hole) // 2
    selection[start : start + hole, start : start + hole] = 1
    pixels = Buffer(BufferSpec("image/0", "u8", (side, side, 4), "R'G'B'A"), image.tobytes())
    mask = Buffer(BufferSpec("selection/0", "f32", (side, side), "Y"), selection.tobytes())
    return InpaintRequest([Box(Rect(0, 0, side, side), pixels, mask)], method=method, grow=0, feather=0, **options)


def slow_request() -> InpaintRequest:
    """A fill that takes far longer than any test waits for it."""
    return request(1600, 1400, method="patchmatch")


class Server:
    """The folders of one front, and what a test may do to it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.launcher = Launcher((sys.executable, "-m", "lacuna_server.front", *options), folder / "run", folder / "log")
        self._sessions: list[Session] = []

    @property
    def connection(self) -> Connection:
        found = connection_file.read(self.launcher.runtime_dir)
        assert found is not None
        return found

    def status(self) -> dict[str, Any]:
        found = admin.status(self.launcher)
        assert found is not None
        return found

    def states(self) -> list[str]:
        """The state of every job, in order."""
        return [job["state"] for job in self.status()["jobs"]]

    def worker_pid(self) -> int:
        """The pid of the CPU's worker, once it is ready."""
        until(lambda: any(worker["state"] != "starting" for worker in self._workers()), "a worker is ready")
        return int(self._workers()[0]["pid"])

    def _workers(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.status()["workers"]
        return found

    def session(self, **options: bool) -> Session:
        session = Session(self.launcher, client="test", **options)
        self._sessions.append(session)
        return session

    def fill(self, wanted: Request | None = None) -> Result:
        """One whole job over a session of its own."""
        session = self.session()
        end = self.end_of(session, session.submit(wanted or request()))
        session.close()
        assert isinstance(end, Done), end
        return end.result

    def running(self) -> tuple[Session, str]:
        """A session with a fill that is being computed."""
        session = self.session()
        job = session.submit(slow_request())
        self.wait_for(session, lambda event: isinstance(event, Progress))
        return session, job

    def end_of(self, session: Session, job: str) -> Done | Failed:
        """Poll until the job, or the session, has ended."""
        found = self.wait_for(session, lambda event: isinstance(event, Done | Failed) and event.job in (job, None))
        assert isinstance(found, Done | Failed)
        return found

    def wait_for(self, session: Session, wanted: Callable[[Event], bool]) -> Event:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for event in session.poll(0.05):
                if wanted(event):
                    return event
        raise AssertionError("the awaited event did not come")

    def error_of(self, session: Session, job: str) -> str:
        """The code that the job failed with."""
        end = self.end_of(session, job)
        assert isinstance(end, Failed), end
        return end.error.code

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        found = connection_file.read(self.launcher.runtime_dir) if self.launcher.runtime_dir.exists() else None
        if found:
            os.kill(found.pid, signal.SIGCONT)
            os.kill(found.pid, signal.SIGKILL)


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Servers with options of their own; ended after the test, whatever it did to them."""
    made: list[Server] = []

    def make(*options: str) -> Server:
        made.append(Server(tmp_path / f"server{len(made)}", *options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    """A server that is not running yet."""
    return make_server()

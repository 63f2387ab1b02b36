"""What a live preview does with a server: the newest wish is computed, those in between are skipped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lacuna_client.errors import LacunaError
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.launcher import Launcher
from lacuna_client.result import Result
from lacuna_client.session import Session
from lacuna_plugin.newest import Newest
from service.conftest import Server, request, slow_request, until


class Watcher:
    """Polls as a dialog's timer does, and keeps what has come."""

    def __init__(self, server: Server) -> None:
        self.newest = Newest(server.session)
        self.results: list[Result] = []

    def step(self) -> None:
        result = self.newest.poll()
        if result:
            self.results.append(result)

    def until_results(self, number: int) -> None:
        def there() -> bool:
            self.step()
            return len(self.results) == number

        until(there, f"{number} results are there")

    def seeds(self) -> list[int]:
        return [result.provenance["seed"] for result in self.results]


@pytest.fixture
def watcher(server: Server) -> Iterator[Watcher]:
    made = Watcher(server)
    yield made
    made.newest.close()


def wish(seed: int) -> InpaintRequest:
    return request(seed=seed)


def test_newest_wish_is_computed_and_those_before_it_are_skipped(watcher: Watcher) -> None:
    watcher.newest.ask(slow_request())
    watcher.step()
    for seed in range(1, 4):
        watcher.newest.ask(wish(seed))
        watcher.step()
    watcher.until_results(1)
    assert watcher.seeds() == [3]
    assert watcher.newest.text == ""


def test_it_tells_that_the_server_is_starting(watcher: Watcher) -> None:
    watcher.newest.ask(wish(1))
    watcher.step()
    assert watcher.newest.text == "Starting the server..."
    watcher.until_results(1)
    assert watcher.newest.text == ""


def test_refused_wish_is_told_and_the_next_one_computed(watcher: Watcher) -> None:
    def told() -> bool:
        watcher.step()
        return "no method 'nonsense'" in watcher.newest.text

    watcher.newest.ask(request(method="nonsense"))
    until(told, "the sentence is there")
    watcher.newest.ask(wish(3))
    watcher.until_results(1)
    assert watcher.seeds() == [3]


def test_server_that_ends_is_told_and_started_again_by_the_next_wish(server: Server, watcher: Watcher) -> None:
    watcher.newest.ask(wish(1))
    watcher.until_results(1)
    os.kill(server.connection.pid, signal.SIGKILL)

    def told() -> bool:
        watcher.step()
        return "stopped while working" in watcher.newest.text

    until(told, "the sentence is there")
    watcher.newest.ask(wish(2))
    watcher.until_results(2)
    assert watcher.seeds() == [1, 2]


def test_missing_server_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LACUNA_SERVER", raising=False)
    newest = Newest(lambda: Session(Launcher.find(tmp_path), client="test"))
    newest.ask(wish(1))
    assert newest.poll() is None
    assert newest.text == str(LacunaError("server_missing"))

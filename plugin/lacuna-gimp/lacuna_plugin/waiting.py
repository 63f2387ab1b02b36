"""From the requests to their result, while nothing blocks: with a progress window, or without any display."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from gi.repository import GLib

from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError
from lacuna_client.events import Done, Failed, Preview, Progress, Silent, Waiting
from lacuna_client.requests import Request
from lacuna_client.result import Left, Result, joined, left
from lacuna_client.session import Session

TICK_MS = 20
CANCEL_SECONDS = 1.0  # how long a cancel may go unanswered before the window closes without the answer

Wait = Callable[[Sequence[Request]], Result]


class Audience(Protocol):
    """Who is told what goes on."""

    def tell(self, text: str, fraction: float | None) -> None:
        """How far it is; None: it cannot be said."""

    def show(self, picture: Buffer) -> None:
        """The fill so far: h x w x 3, u8."""


class Window(Audience, Protocol):
    """What a progress window offers."""

    def close(self) -> None:
        """Take it off the screen."""


class _Nobody:
    """The audience of a fill without a display."""

    def tell(self, text: str, fraction: float | None) -> None:
        pass

    def show(self, picture: Buffer) -> None:
        pass


class _Jobs:
    """Requests as jobs one after another; more than one only where there are very many islands."""

    def __init__(self, session: Session, requests: Sequence[Request]) -> None:
        self._session, self._requests = session, requests
        self._outcomes: list[Result | Left] = []
        self.current = session.submit(requests[0])

    def poll(self, seconds: float, audience: Audience) -> Result | None:
        """Tell what is going on; the result of all once it is there. Raises the LacunaError of a failure."""
        for event in self._session.poll(seconds):
            if isinstance(event, Done):
                self._outcomes.append(event.result)
            elif isinstance(event, Failed):
                self._outcomes.append(left(self._requests[len(self._outcomes)], event.error))
            elif isinstance(event, Progress):
                audience.tell(event.text, (len(self._outcomes) + event.fraction) / len(self._requests))
            elif isinstance(event, Waiting):
                audience.tell(event.text, None)
            elif isinstance(event, Preview):
                audience.show(event.picture)
            elif isinstance(event, Silent):
                audience.tell(f"The server has not answered for {event.seconds:.0f} seconds...", None)
            if isinstance(event, Done | Failed):
                if len(self._outcomes) == len(self._requests):
                    return joined(self._outcomes)
                self.current = self._session.submit(self._requests[len(self._outcomes)])
        return None


def without_window(session: Session, requests: Sequence[Request]) -> Result:
    """For scripts. Raises LacunaError."""
    jobs = _Jobs(session, requests)
    while True:
        if result := jobs.poll(0.1, _Nobody()):
            return result


class WindowedWait:
    """Polls a session from GIMP's main loop, so that the window lives. Raises LacunaError, 'cancelled' among them."""

    def __init__(
        self, session: Session, requests: Sequence[Request], open_window: Callable[[Callable[[], None]], Window]
    ) -> None:
        """open_window: makes the window; it calls its argument when the artist cancels."""
        self._session = session
        self._loop = GLib.MainLoop()
        self._jobs = _Jobs(session, requests)
        self._window = open_window(self._cancel)
        self._give_up = float("inf")
        self._result: Result | None = None
        self._problem: Exception | None = None

    def run(self) -> Result:
        GLib.timeout_add(TICK_MS, self._tick)
        try:
            self._loop.run()
        finally:
            self._window.close()
        if self._problem:
            raise self._problem
        assert self._result is not None
        return self._result

    def _cancel(self) -> None:
        if self._give_up == float("inf"):
            self._give_up = time.monotonic() + CANCEL_SECONDS
            self._session.cancel(self._jobs.current)
            self._window.tell("Cancelling...", None)

    def _tick(self, *_: Any) -> bool:
        try:
            self._result = self._jobs.poll(0, self)
            cancelled = self._give_up < float("inf")
            if cancelled and (self._result or time.monotonic() > self._give_up):  # a result that crossed the cancel is too late
                raise LacunaError("cancelled")
        except Exception as problem:  # noqa: BLE001  (GLib would only print it: run() raises it again)
            self._problem = problem
        if self._result or self._problem:
            self._loop.quit()
            return False
        return True

    def tell(self, text: str, fraction: float | None) -> None:
        if self._give_up == float("inf"):
            self._window.tell(text, fraction)

    def show(self, picture: Buffer) -> None:
        self._window.show(picture)

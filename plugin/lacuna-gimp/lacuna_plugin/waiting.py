"""From a request to its result, while nothing blocks: with a progress window, or without any display."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from gi.repository import GLib

from lacuna_client.errors import LacunaError
from lacuna_client.events import Done, Event, Failed, Progress, Silent, Waiting
from lacuna_client.inpaint import InpaintRequest, InpaintResult
from lacuna_client.session import Session

TICK_MS = 20
CANCEL_SECONDS = 1.0  # how long a cancel may go unanswered before the window closes without the answer

Wait = Callable[[InpaintRequest], InpaintResult]


class Window(Protocol):
    """What a progress window offers."""

    def tell(self, text: str, fraction: float | None) -> None:
        """Show how far it is; None: it cannot be said."""

    def close(self) -> None:
        """Take it off the screen."""


def without_window(session: Session, request: InpaintRequest) -> InpaintResult:
    """For scripts. Raises LacunaError."""
    session.submit(request)
    while True:
        result = _take(session.poll(0.1), lambda _text, _fraction: None)
        if result:
            return result


class WindowedWait:
    """Polls a session from GIMP's main loop, so that the window lives. Raises LacunaError, 'cancelled' among them."""

    def __init__(self, session: Session, request: InpaintRequest, open_window: Callable[[Callable[[], None]], Window]) -> None:
        """open_window: makes the window; it calls its argument when the artist cancels."""
        self._session = session
        self._loop = GLib.MainLoop()
        self._job = session.submit(request)
        self._window = open_window(self._cancel)
        self._give_up = float("inf")
        self._result: InpaintResult | None = None
        self._problem: Exception | None = None

    def run(self) -> InpaintResult:
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
            self._session.cancel(self._job)
            self._window.tell("Cancelling...", None)

    def _tick(self, *_: Any) -> bool:
        try:
            self._result = _take(self._session.poll(0), self._tell)
            if self._result is None and time.monotonic() > self._give_up:
                raise LacunaError("cancelled")
        except Exception as problem:  # noqa: BLE001  (GLib would only print it: run() raises it again)
            self._problem = problem
        if self._result or self._problem:
            self._loop.quit()
            return False
        return True

    def _tell(self, text: str, fraction: float | None) -> None:
        if self._give_up == float("inf"):
            self._window.tell(text, fraction)


def _take(events: Iterable[Event], tell: Callable[[str, float | None], None]) -> InpaintResult | None:
    """Tell what is going on; the result when it is there. Raises the LacunaError of a failure."""
    for event in events:
        if isinstance(event, Done):
            return event.result
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Progress):
            tell(event.text, event.fraction)
        elif isinstance(event, Waiting):
            tell(event.text, None)
        elif isinstance(event, Silent):
            tell(f"The server has not answered for {event.seconds:.0f} seconds...", None)
    return None

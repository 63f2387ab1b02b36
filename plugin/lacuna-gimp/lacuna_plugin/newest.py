"""A server that computes the newest of many wishes: those that came in between are skipped, nothing blocks."""

from __future__ import annotations

import time
from collections.abc import Callable

from lacuna_client.errors import LacunaError
from lacuna_client.events import Done, Event, Failed, Progress, Waiting
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_client.session import Session

from .log import log

SLOW_SECONDS = 0.5  # after which a job that is no longer wanted is cancelled instead of awaited


class Newest:
    """One job at a time over a session that stays open. Call poll() again and again."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._session: Session | None = None
        self._wanted: Request | None = None
        self._job = ""
        self._since = 0.0
        self._cancelled = False
        self.text = ""  # what the artist should know; empty when all is well

    def ask(self, request: Request) -> None:
        """From now on this is what is wanted."""
        self._wanted = request

    def poll(self) -> Result | None:
        """A result that has come, if any. It never raises: a failure is a text."""
        try:
            self._send()
            results = [self._heard(event) for event in self._session.poll(0)] if self._session else []
        except LacunaError as error:
            self._fail(error)
            return None
        return next((result for result in results[::-1] if result), None)

    def close(self) -> None:
        if self._session:
            self._session.close()
            self._session = None

    def _send(self) -> None:
        if self._wanted is None:
            return
        if self._job:
            if not self._cancelled and time.monotonic() - self._since > SLOW_SECONDS and self._session:
                self._cancelled = True
                self._session.cancel(self._job)
            return
        self._session = self._session or self._open()
        self._job, self._wanted = self._session.submit(self._wanted), None
        self._since, self._cancelled = time.monotonic(), False

    def _heard(self, event: Event) -> Result | None:
        if isinstance(event, Waiting):
            self.text = event.text
        elif isinstance(event, Progress) and time.monotonic() - self._since > SLOW_SECONDS:
            self.text = f"{event.text}: {event.fraction:.0%}"
        elif isinstance(event, Done):
            log.info("preview: %.0f ms", 1000 * (time.monotonic() - self._since))
            self._job = self.text = ""
            return event.result
        elif isinstance(event, Failed) and event.job is None:
            raise event.error
        elif isinstance(event, Failed):
            self._job = ""
            self.text = "" if event.error.code == "cancelled" else str(event.error)
        return None

    def _fail(self, error: LacunaError) -> None:
        """The session is over; the next wish opens another one."""
        log.warning("preview: %s: %s %s", error.code, error, error.detail)
        self.close()
        self._wanted, self._job, self.text = None, "", str(error)

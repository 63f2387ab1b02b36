"""A fill by the server, which is started when there is none."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lacuna_client.errors import LacunaError
from lacuna_client.events import Done, Failed, Progress, Silent, Waiting
from lacuna_client.launcher import Launcher
from lacuna_client.requests import Request
from lacuna_client.result import Left, Result, joined, left
from lacuna_client.session import Session

from .interrupt import Interrupt
from .progress import Bar

WAIT = 0.1  # s that one poll waits
CANCEL_SECONDS = 2.0  # how long Ctrl-C waits for the server's word; hanging up cancels too


def fill(requests: Sequence[Request], bar: Bar, interrupt: Interrupt) -> Result:
    """The fills of all requests. Raises LacunaError; KeyboardInterrupt once the job is cancelled."""
    session = Session(Launcher.find(), client=f"lacuna {requests[0].OPERATION}")
    share = 1 / len(requests)
    try:
        return joined([_outcome(session, one, bar, interrupt, number * share, share) for number, one in enumerate(requests)])
    finally:
        session.close()


def _outcome(session: Session, request: Request, bar: Bar, interrupt: Interrupt, start: float, share: float) -> Result | Left:
    try:
        return _ask(session, request, bar, interrupt, start, share)
    except LacunaError as error:
        return left(request, error)


def _ask(session: Session, request: Request, bar: Bar, interrupt: Interrupt, start: float, share: float) -> Result:
    job = session.submit(request)
    while True:
        events = session.poll(WAIT)
        if interrupt.asked:
            _cancel(session, job)
            interrupt.check()
        for event in events:
            match event:
                case Done():
                    return event.result
                case Failed():
                    raise event.error
                case Progress():
                    bar.show(event.text, start + share * event.fraction)
                case Waiting():
                    bar.show(event.text)
                case Silent():
                    bar.show(f"The server has not answered for {event.seconds:.0f} s")


def _cancel(session: Session, job: str) -> None:
    session.cancel(job)
    deadline = time.monotonic() + CANCEL_SECONDS
    while time.monotonic() < deadline:
        if any(isinstance(event, Done | Failed) for event in session.poll(WAIT)):
            return

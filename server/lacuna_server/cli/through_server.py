"""A fill by the server, which is started when there is none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from lacuna_client.events import Done, Failed, Progress, Silent, Waiting
from lacuna_client.inpaint import InpaintRequest, InpaintResult, joined
from lacuna_client.launcher import Launcher
from lacuna_client.session import Session
from lacuna_server.io.picture import Picture
from lacuna_server.pipeline.boxes import paste

from .interrupt import Interrupt
from .progress import Bar

WAIT = 0.1  # s that one poll waits
CANCEL_SECONDS = 2.0  # how long Ctrl-C waits for the server's word; hanging up cancels too


def fill(picture: Picture, requests: Sequence[InpaintRequest], bar: Bar, interrupt: Interrupt) -> dict[str, Any]:
    """Fill the picture in place; returns the provenance. Raises LacunaError; KeyboardInterrupt once the job is cancelled."""
    session = Session(Launcher.find(), client="lacuna inpaint")
    results = []
    try:
        for number, request in enumerate(requests):
            result = _ask(session, request, bar, interrupt, number / len(requests), 1 / len(requests))
            paste(picture.pixels, result, premultiplied=picture.premultiplied)
            results.append(result)
    finally:
        session.close()
    return joined(results).provenance


def _ask(session: Session, request: InpaintRequest, bar: Bar, interrupt: Interrupt, start: float, share: float) -> InpaintResult:
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

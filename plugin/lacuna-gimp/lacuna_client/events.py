"""What a session reports to the program that polls it."""

from __future__ import annotations

from typing import NamedTuple

from .buffers import Buffer
from .errors import LacunaError
from .result import Result


class Waiting(NamedTuple):
    """Nothing is computed yet; the text says why ('Starting the server...')."""

    text: str


class Progress(NamedTuple):
    """How far a job is; fraction in [0, 1], eta in seconds when it is known."""

    job: str
    text: str
    fraction: float
    eta: float | None = None


class Preview(NamedTuple):
    """A small picture of the fill so far: u8, h x w x 3, sRGB."""

    job: str
    picture: Buffer


class Silent(NamedTuple):
    """The server has not answered for that many seconds; the job can still be cancelled."""

    seconds: float


class Done(NamedTuple):
    """A job's end: the fill."""

    job: str
    result: Result


class Failed(NamedTuple):
    """A job's end without a fill; job is None when the whole session ended."""

    job: str | None
    error: LacunaError


Event = Waiting | Progress | Preview | Silent | Done | Failed

"""The jobs of one front: their states, the queue, and what is kept of finished ones. No sockets here."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.chunks import Receiving, Sending
from lacuna_client.errors import LacunaError
from lacuna_server.memory_cap import MIB

from .options import RESULT_BYTES, RESULT_SECONDS, Options

State = Literal["receiving", "queued", "running", "sending", "ended"]
MAX_WAITING_CLIENT = 2
MAX_WAITING = 8
UNFINISHED: tuple[State, ...] = ("receiving", "queued", "running")


@dataclass(slots=True, eq=False)
class Job:
    """One job from its declaration to its end.

    Attributes:
        devices: those whose workers may compute it, the best first.
        specs: what was declared; `receiving` holds the pixels until a worker has them.
        result: fields and buffers once done; `error` once it has failed. Exactly one of them when 'ended' or 'sending'.
        credit: chunks of the result that the client can take at first.
        cancel_deadline: monotonic time at which a worker that has not stopped is killed.
    """

    name: str
    client: str
    operation: str
    params: Mapping[str, Any]
    specs: Sequence[BufferSpec]
    devices: tuple[str, ...]
    credit: int
    state: State = "receiving"
    receiving: Receiving | None = None
    sending: Sending | None = None
    result: tuple[Mapping[str, Any], Sequence[Buffer]] | None = None
    error: LacunaError | None = None
    cancel_deadline: float | None = None
    started: float = 0.0
    ended: float = 0.0
    told: tuple[str, int] = ("", -1)
    next_progress: float = 0.0
    progress: tuple[str, float] | None = field(default=None)

    @property
    def declared(self) -> int:
        return sum(spec.nbytes for spec in self.specs)

    @property
    def result_bytes(self) -> int:
        return sum(buffer.spec.nbytes for buffer in self.result[1]) if self.result else 0


class Jobs:
    """All jobs by name, in the order of their arrival."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._jobs: dict[str, Job] = {}

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))

    def get(self, name: str) -> Job | None:
        return self._jobs.get(name)

    def unfinished(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.state in UNFINISHED]

    def add(self, job: Job) -> None:
        """Take a declared job in. Raises LacunaError 'too_large', 'busy' or 'out_of_memory'; nothing is allocated before."""
        limit = self._options.max_job_bytes
        if job.declared > limit:
            raise LacunaError("too_large", size=-(-job.declared // MIB), limit=limit // MIB)
        waiting = [other for other in self._jobs.values() if other.state in ("receiving", "queued")]
        of_client = sum(other.client == job.client for other in waiting)
        held = sum(other.declared for other in self.unfinished()) + sum(
            other.result_bytes for other in self._jobs.values() if other.state == "sending"
        )
        if of_client >= MAX_WAITING_CLIENT or len(waiting) >= MAX_WAITING or held + job.declared > self._options.max_total_bytes:
            raise LacunaError("busy")
        try:
            job.receiving = Receiving(job.specs)
        except MemoryError as error:
            raise LacunaError("out_of_memory", detail=f"{job.declared} bytes declared") from error
        self._jobs[job.name] = job

    def place(self, job: Job) -> int:
        """How many jobs that may want the same worker come before it."""
        before = 0
        for other in self._jobs.values():
            if other is job:
                break
            before += other.state in UNFINISHED and not set(job.devices).isdisjoint(other.devices)
        return before

    def next_for(self, device: str) -> Job | None:
        """The first queued job that the device suits."""
        return next((job for job in self._jobs.values() if job.state == "queued" and device in job.devices), None)

    def finish(self, job: Job, fields: Mapping[str, Any], buffers: Sequence[Buffer]) -> None:
        """The job is done; its result is kept and can be sent."""
        job.result = (fields, buffers)
        self.send_again(job, job.credit)
        self._end(job)

    def send_again(self, job: Job, credit: int) -> None:
        """Start (again) to send a finished job's result."""
        assert job.result is not None
        job.state = "sending"
        job.sending = Sending(job.result[1])
        job.sending.credit = credit

    def fail(self, job: Job, error: LacunaError) -> None:
        job.error = error
        job.result = job.sending = None
        job.state = "ended"
        self._end(job)

    def _end(self, job: Job) -> None:
        job.ended = time.monotonic()
        job.receiving = None
        job.progress = None
        job.cancel_deadline = None

    def expire(self) -> None:
        """Forget finished jobs that are too old, and the oldest results beyond RESULT_BYTES."""
        now, kept = time.monotonic(), 0
        for job in reversed(list(self._jobs.values())):
            if job.state in UNFINISHED or job.state == "sending":
                continue
            kept += job.result_bytes
            if now - job.ended > RESULT_SECONDS or kept > RESULT_BYTES:
                del self._jobs[job.name]

"""A client's conversation with the server: single-threaded, never blocking longer than it is told.

The plug-in calls poll(0) from a timer, the command line calls poll(0.1) in a loop. Everything of the wire (hello,
heartbeat, chunks, credit) happens inside poll().
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import VERSION, connection_file, messages, wire
from .chunks import CREDIT, Receiving, Sending
from .connection_file import Connection
from .errors import LacunaError
from .events import Done, Event, Failed, Preview, Progress, Silent, Waiting
from .launcher import Launcher
from .requests import Request
from .result import Result
from .startup import Startup
from .transport import CHANNELS, ClientChannel, Transport, ZmqTransport
from .wire import Message, Seal

PING_SECONDS = 1.0
SILENT_PINGS = 3
GONE_PINGS = 10
POLL_BUDGET = 0.02  # s that one poll(0) may spend on messages that are already here
STARTING_STEP = 0.01  # s between two looks for the connection file


@dataclass(slots=True)
class _Job:
    request: Request
    sending: Sending
    submitted: bool = False
    result_fields: Mapping[str, Any] | None = None
    receiving: Receiving | None = None
    cancelled: bool = False


@dataclass(slots=True)
class _Link:
    """The connection: its transport and one seal a channel."""

    connection: Connection
    transport: Transport
    seals: dict[ClientChannel, Seal]
    greeted: set[ClientChannel] = field(default_factory=set)
    server: Mapping[str, Any] = field(default_factory=dict)
    unanswered: int = 0
    silent_since: float = 0.0
    next_ping: float = 0.0
    told_silent: bool = False

    @property
    def ready(self) -> bool:
        return len(self.greeted) == len(CHANNELS)


class Session:
    """One client. Nothing happens before the first poll()."""

    def __init__(self, launcher: Launcher, *, client: str, may_start: bool = True) -> None:
        """
        Args:
            client: who asks, for the log ('GIMP 3.0.4').
            may_start: start a server when there is none; else the session fails with 'server_gone'.
        """
        self._launcher = launcher
        self._name = client
        self._may_start = may_start
        self._client = secrets.token_hex(16)
        self._startup: Startup | None = None
        self._link: _Link | None = None
        self._jobs: dict[str, _Job] = {}
        self._events: list[Event] = []
        self._answers: dict[str, Mapping[str, Any]] = {}
        self._failed = False

    # ---- what a program does with it

    @property
    def ready(self) -> bool:
        return self._link is not None and self._link.ready

    @property
    def server(self) -> Mapping[str, Any]:
        """The server's capabilities; empty until ready."""
        return self._link.server if self._link else {}

    def submit(self, request: Request, job: str | None = None) -> str:
        """Ask for a fill; returns the job's name. It is sent once connected. Give `job` to ask for a known one again."""
        name = job or secrets.token_hex(16)
        self._jobs[name] = _Job(request, Sending(request.buffers()))
        if self._failed:
            self._end_job(name, LacunaError("server_gone"))
        elif self.ready:
            self._submit(name)
        return name

    def cancel(self, job: str) -> None:
        """Stop that job; Failed(job, 'cancelled') follows from poll()."""
        known = self._jobs.get(job)
        if known is None:
            return
        if known.submitted:
            known.cancelled = True
            self._send("control", "cancel", {"job": job})
        else:
            self._end_job(job, LacunaError("cancelled"))

    def ask(self, type_: str) -> None:
        """Send 'status', 'models' or 'shutdown' on control; answer(type_) has the reply after some poll()."""
        self._answers.pop(type_, None)
        self._send("control", type_, {})

    def answer(self, type_: str) -> Mapping[str, Any] | None:
        return self._answers.get(type_)

    def poll(self, timeout: float = 0.0) -> list[Event]:
        """Do what is due, wait at most `timeout` seconds for something to happen, and return what did."""
        end = time.monotonic() + timeout
        try:
            while not self._failed:
                self._step(max(0.0, end - time.monotonic()))
                if self._events or time.monotonic() >= end:
                    break
        except LacunaError as error:
            self._fail(error)
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Hang up; running jobs of this client are cancelled by the server. Lingers a second at most."""
        self._hang_up(linger=True)
        self._jobs.clear()
        self._failed = True

    def _hang_up(self, *, linger: bool = False) -> None:
        if self._startup:
            self._startup.end()
            self._startup = None
        if self._link:
            self._link.transport.close(linger=linger)
            self._link = None

    # ---- connecting

    def _step(self, patience: float) -> None:
        if self._link is None:
            self._connect(patience)
        else:
            self._ping()
        if self._link is not None:
            self._read(patience)

    def _connect(self, patience: float) -> None:
        if self._startup is None:
            self._startup = Startup(self._launcher)
            if self._may_start:
                self._events.append(Waiting("Starting the server..."))
        connection = self._startup.try_connect() if self._may_start else self._running()
        if connection is None:
            time.sleep(min(patience, STARTING_STEP))
            return
        transport = ZmqTransport(connection)
        seals = {channel: Seal(bytes.fromhex(connection.key), channel, "client") for channel in CHANNELS}
        now = time.monotonic()
        self._link = _Link(connection, transport, seals, silent_since=now, next_ping=now + PING_SECONDS)
        for channel in CHANNELS:
            nonce = wire.new_nonce()
            hello = {"client": self._client, "client_nonce": nonce, "name": self._name}
            self._send(channel, "hello", {**hello, "wire": [wire.MAJOR, wire.MINOR], "version": VERSION})
            seals[channel].nonce = nonce

    def _running(self) -> Connection:
        folder = self._launcher.runtime_dir
        connection = connection_file.read(folder) if folder.exists() else None
        if connection is None:
            raise LacunaError("server_gone")
        return connection

    def _ping(self) -> None:
        link = self._link
        assert link is not None
        now = time.monotonic()
        if now < link.next_ping:
            return
        if now - link.next_ping > GONE_PINGS * PING_SECONDS:
            raise LacunaError("server_gone", detail="this program paused for so long that the server has given it up")
        link.next_ping = now + PING_SECONDS
        if link.unanswered and connection_file.read(self._launcher.runtime_dir) != link.connection:
            self._lose()
            return
        if link.unanswered >= GONE_PINGS:
            raise LacunaError("server_silent")
        if link.unanswered >= SILENT_PINGS:
            link.told_silent = True
            self._events.append(Silent(now - link.silent_since))
        link.unanswered += 1
        if link.ready:  # before that it is the hello that waits for its answer
            self._send("control", "ping", {"at": now})

    # ---- messages

    def _send(self, channel: ClientChannel, type_: str, fields: Mapping[str, Any], buffers: tuple[memoryview, ...] = ()) -> None:
        if self._link is None:
            raise LacunaError("server_gone")
        self._link.transport.send(channel, self._link.seals[channel].seal(type_, fields, buffers))

    def _read(self, patience: float) -> None:
        assert self._link is not None
        budget = time.monotonic() + POLL_BUDGET
        patience = min(patience, max(0.0, self._link.next_ping - time.monotonic()))
        while self._link and (arrived := self._link.transport.receive(patience)):
            self._open(*arrived)
            patience = 0.0
            if time.monotonic() > budget:
                return
        if self._link and self._link.transport.lost:  # looked at last: what was said before the end still counts
            self._lose()

    def _lose(self) -> None:
        if self.ready:
            raise LacunaError("server_gone")
        self._hang_up()  # the file was a dead server's; look again

    def _open(self, channel: ClientChannel, frames: list[wire.Frame]) -> None:
        assert self._link is not None
        try:
            message = self._link.seals[channel].open(frames)
        except wire.Dropped:
            return
        handler = self._handlers().get(message.type)
        if handler is None:
            return  # a later server's message
        messages.check(message, "server")
        self._link.unanswered, self._link.silent_since = 0, time.monotonic()
        if self._link.told_silent:
            self._link.told_silent = False
            self._events.append(Waiting("The server answers again."))
        handler(channel, message)

    def _handlers(self) -> dict[str, Callable[[ClientChannel, Message], None]]:
        return {
            "capabilities": self._on_capabilities,
            "accepted": self._on_accepted,
            "credit": self._on_credit,
            "progress": self._on_progress,
            "preview": self._on_preview,
            "result": self._on_result,
            "data": self._on_data,
            "error": self._on_error,
            "pong": self._on_answer,
            "status": self._on_answer,
            "models": self._on_answer,
            "shutdown": self._on_answer,
        }

    def _on_capabilities(self, channel: ClientChannel, message: Message) -> None:
        assert self._link is not None
        self._link.seals[channel].nonce = message.fields["server_nonce"]
        self._link.server = message.fields
        self._link.greeted.add(channel)
        if self._link.ready:
            for name in list(self._jobs):
                self._submit(name)

    def _on_answer(self, _channel: ClientChannel, message: Message) -> None:
        self._answers[message.type] = message.fields

    # ---- jobs

    def _submit(self, name: str) -> None:
        job = self._jobs[name]
        job.submitted = True
        specs = [buffer.spec.to_wire() for buffer in job.request.buffers()]
        fields = {
            "job": name,
            "operation": job.request.OPERATION,
            "params": job.request.fields(),
            "buffers": specs,
            "credit": CREDIT,
        }
        try:
            self._send("work", "submit", fields)
        except ValueError as error:
            self._end_job(name, LacunaError("bad_request", detail=str(error)))

    def _on_accepted(self, _channel: ClientChannel, message: Message) -> None:
        name, place = message.fields["job"], message.fields["place"]
        if name in self._jobs and self._jobs[name].cancelled:
            self._send("control", "cancel", {"job": name})  # the first may have overtaken the submit: control does not wait
        if message.fields["state"] == "queued" and place:
            self._events.append(Waiting(f"Waiting for {place} other fill{'s' if place > 1 else ''}..."))
        self._grant(name, message.fields["credit"])

    def _on_credit(self, _channel: ClientChannel, message: Message) -> None:
        self._grant(message.fields["job"], message.fields["chunks"])

    def _grant(self, name: str, chunks: int) -> None:
        job = self._jobs.get(name)
        if job is None:
            return
        job.sending.credit += chunks
        while chunk := job.sending.take():
            index, offset, data = chunk
            self._send("work", "data", {"job": name, "buffer": index, "offset": offset}, (data,))

    def _on_progress(self, _channel: ClientChannel, message: Message) -> None:
        fields = message.fields
        if fields["job"] in self._jobs:
            self._events.append(Progress(fields["job"], fields["text"], fields["fraction"], fields["eta"]))

    def _on_preview(self, _channel: ClientChannel, message: Message) -> None:
        specs = messages.declarations(message.fields)
        if message.fields["job"] in self._jobs and len(specs) == 1:
            receiving = Receiving(specs)
            receiving.put(0, 0, message.buffers[0])
            self._events.append(Preview(message.fields["job"], receiving.buffers()[0]))

    def _on_result(self, _channel: ClientChannel, message: Message) -> None:
        job = self._jobs.get(message.fields["job"])
        if job is not None:
            job.result_fields = message.fields["fields"]
            job.receiving = Receiving(messages.declarations(message.fields))
            self._finish_if_whole(message.fields["job"])

    def _on_data(self, _channel: ClientChannel, message: Message) -> None:
        name = message.fields["job"]
        job = self._jobs.get(name)
        if job is None or job.receiving is None:
            return
        job.receiving.put(message.fields["buffer"], message.fields["offset"], message.buffers[0])
        self._send("work", "credit", {"job": name, "chunks": 1})
        self._finish_if_whole(name)

    def _finish_if_whole(self, name: str) -> None:
        job = self._jobs[name]
        if job.receiving and job.receiving.done and job.result_fields is not None:
            result = Result.parse(job.result_fields, job.receiving.buffers())
            del self._jobs[name]
            self._events.append(Done(name, result))

    def _on_error(self, _channel: ClientChannel, message: Message) -> None:
        error = messages.error_from(message.fields)
        name = message.fields["job"]
        if name is None:
            raise error
        self._end_job(name, error)

    def _end_job(self, name: str, error: LacunaError) -> None:
        if self._jobs.pop(name, None):
            self._events.append(Failed(name, error))

    def _fail(self, error: LacunaError) -> None:
        """The session is over: every job ends, and the program is told once."""
        self._hang_up()
        self._failed = True
        for name in list(self._jobs):
            self._end_job(name, error)
        self._events.append(Failed(None, error))

"""The work channel's thread: takes jobs in, hands them to workers, sends results out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import zmq

from lacuna_client import messages
from lacuna_client.buffers import Buffer
from lacuna_client.chunks import CREDIT
from lacuna_client.errors import LacunaError
from lacuna_client.requests import REQUESTS
from lacuna_client.wire import Frame, Message
from lacuna_server.methods import is_accelerated

from . import devices
from .jobs import UNFINISHED, Job, Jobs
from .options import Options
from .peers import MAX_A_ROUND, Gone, Peer, Peers
from .workers import MAX_DEATHS, Worker, Workers

TICK_MS = 50
KILL_SECONDS = 5.0
PROGRESS_SECONDS = 0.1
LISTED_JOBS = 64  # the newest, in `status`
WAKE = "inproc://wake-work"

log = logging.getLogger(__name__)
Command = tuple[str, str, str]  # ('cancel', client, job) or ('vanished', client, '') or ('hello', client, '') or ('stop', '', '')


class Work:
    """The thread's state. Other threads only use `commands` (and the wake socket) and read `snapshot`."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], peers: Peers, options: Options, found_devices: list[str]) -> None:
        self.commands: SimpleQueue[Command] = SimpleQueue()
        self.snapshot: dict[str, Any] = {"jobs": [], "workers": [], "dropped": 0}
        self.last_active = time.monotonic()
        self._peers = peers
        self._options = options
        self._jobs = Jobs(options)
        self._workers = Workers(context, options, found_devices)
        self._wake = context.socket(zmq.PULL)
        self._wake.bind(WAKE)
        self._clients: set[str] = set()
        self._stopping = False

    def run(self) -> None:
        """The thread's loop, until a 'stop' command."""
        poller = zmq.Poller()
        for socket in (self._peers.socket, self._peers.monitor, self._workers.socket, self._wake):
            poller.register(socket, zmq.POLLIN)
        self._workers.ensure("cpu")  # warm before the first click's pixels are here
        while not self._stopping:
            poller.poll(TICK_MS)
            self._read_commands()
            self._read_workers()
            for peer in self._peers.departed():
                self._vanished(peer.client, "")
            self._read_clients()
            self._reap()
            self._dispatch()
            self._tell_places()
            self._tick()
        self._end()

    # ---- commands of the control thread

    def _read_commands(self) -> None:
        while self._wake.poll(0):
            self._wake.recv()
        try:
            while True:
                name, client, job = self.commands.get_nowait()
                {"cancel": self._cancel, "vanished": self._vanished, "hello": self._hello, "stop": self._stop}[name](client, job)
        except Empty:
            return

    def _hello(self, client: str, _job: str) -> None:
        self._clients.add(client)

    def _stop(self, _client: str, _job: str) -> None:
        self._stopping = True

    def _cancel(self, client: str, name: str) -> None:
        job = self._jobs.get(name)
        if job is None or job.client != client or job.state == "ended":
            return
        if job.state != "running":
            self._fail(job, LacunaError("cancelled"))
        elif job.cancel_deadline is None:
            job.cancel_deadline = time.monotonic() + KILL_SECONDS
            if worker := self._worker_of(job):
                self._workers.cancel(worker, job)

    def _vanished(self, client: str, _job: str) -> None:
        """Both channels close together: one of them is enough to know that the client cannot go on."""
        self._clients.discard(client)
        for peer in self._peers:
            if peer.client == client:
                self._peers.forget(peer)
        for job in self._jobs:
            if job.client == client and job.state in UNFINISHED:
                log.info("job %s is cancelled: its client has vanished", job.name)
                self._cancel(client, job.name)
            elif job.client == client and job.state == "sending":  # done: its result is kept, but nobody takes it now
                job.sending, job.state = None, "ended"

    # ---- messages of clients

    def _read_clients(self) -> None:
        handlers: dict[str, Callable[[Peer, Mapping[str, Any], Sequence[Frame]], None]] = {
            "submit": self._on_submit,
            "data": self._on_data,
            "credit": self._on_credit,
        }
        for _ in range(MAX_A_ROUND):
            arrived = self._peers.receive()
            if arrived is None:
                return
            peer, message = arrived
            handler = handlers.get(message.type)
            job = messages.job_of(message.fields)
            try:
                if handler is None:
                    raise LacunaError("unsupported", what=message.type)
                handler(peer, message.fields, message.buffers)
            except LacunaError as error:
                self._send(peer, "error", messages.error_fields(error, job))

    def _on_submit(self, peer: Peer, fields: Mapping[str, Any], _buffers: Sequence[Frame]) -> None:
        job = self._jobs.get(fields["job"])
        if job is None:
            job = self._new_job(peer, fields)
            self._jobs.add(job)
            self._workers.ensure(job.devices[0])  # it starts while the pixels come
            log.info("job %s of %s: %s %s", job.name, peer.name, job.operation, [(s.dtype, s.shape) for s in job.specs])
            self._tell(peer, job, CREDIT)
            self._queue_if_whole(job)
        elif job.client != peer.client:
            raise LacunaError("bad_request", detail="that job is another client's")
        elif job.error:
            self._send(peer, "error", messages.error_fields(job.error, job.name))
        elif job.result:
            self._jobs.send_again(job, fields["credit"])
            self._send_result(job)
        else:
            self._tell(peer, job, 0)

    def _new_job(self, peer: Peer, fields: Mapping[str, Any]) -> Job:
        if fields["operation"] not in REQUESTS:
            raise LacunaError("unsupported", what=fields["operation"][:64])
        if peer.client not in self._clients:
            self._read_commands()  # its hello may have come while this round was under way
        if peer.client not in self._clients:
            raise LacunaError("bad_request", detail="no heartbeat: say hello on control first")
        params = fields["params"]
        wanted = params.get("device", "auto")
        if not isinstance(wanted, str):
            raise LacunaError("bad_request", detail="the device is no text")
        accelerated = is_accelerated(fields["operation"], params)
        suited = devices.suited(wanted, self._workers.devices, accelerated=accelerated)
        specs = messages.declarations(fields)
        return Job(fields["job"], peer.client, fields["operation"], params, specs, suited, fields["credit"])

    def _own(self, peer: Peer, fields: Mapping[str, Any]) -> Job | None:
        job = self._jobs.get(fields["job"])
        return job if job and job.client == peer.client else None

    def _on_data(self, peer: Peer, fields: Mapping[str, Any], buffers: Sequence[Frame]) -> None:
        job = self._own(peer, fields)
        if job is None or job.receiving is None or job.state != "receiving":
            return  # the rest of a cancelled or failed job
        try:
            job.receiving.put(fields["buffer"], fields["offset"], buffers[0])
        except LacunaError as error:
            self._fail(job, error)
            return
        if not self._queue_if_whole(job):
            self._send(peer, "credit", {"job": job.name, "chunks": 1})

    def _queue_if_whole(self, job: Job) -> bool:
        """Queue a job whose pixels are all here."""
        if job.receiving is None or not job.receiving.done:
            return False
        job.state = "queued"
        return True

    def _on_credit(self, peer: Peer, fields: Mapping[str, Any], _buffers: Sequence[Frame]) -> None:
        job = self._own(peer, fields)
        if job and job.sending:
            job.sending.credit += fields["chunks"]
            self._send_chunks(job)

    # ---- workers

    def _dispatch(self) -> None:
        """Give each free worker the next job that its device suits, and fail jobs that no worker is left for."""
        for device in self._workers.devices:
            job = self._jobs.next_for(device)
            if job is None:
                continue
            worker = self._workers.ensure(device)
            if worker is None and all(self._workers.broken(suited) for suited in job.devices):
                self._fail(job, LacunaError("worker_died", detail=f"the {device} worker died {MAX_DEATHS} times in a row"))
            elif worker and worker.free:
                job.state, job.started = "running", time.monotonic()
                self._workers.run(worker, job)

    def _worker_of(self, job: Job) -> Worker | None:
        return next((worker for worker in self._workers if worker.job is job), None)

    def _read_workers(self) -> None:
        while arrived := self._workers.receive():
            worker, message = arrived
            job = worker.job
            if message.type == "ready":
                worker.idle_since = time.monotonic()
                log.info("worker %s is ready", worker.device)
            elif job is not None and message.fields.get("job") == job.name:
                self._on_worker(worker, job, message)

    def _on_worker(self, worker: Worker, job: Job, message: Message) -> None:
        if message.type == "progress":
            job.progress = (message.fields["text"], message.fields["fraction"])
        elif message.type == "preview" and (peer := self._peers.of_client(job.client)):
            self._send(peer, "preview", message.fields, message.buffers)
        elif message.type == "result":
            self._workers.finished(worker)
            specs = messages.declarations(message.fields)
            buffers = [Buffer(spec, memoryview(data)) for spec, data in zip(specs, message.buffers, strict=True)]
            if job.cancel_deadline is not None:  # it was done before it heard of the cancel
                self._fail(job, LacunaError("cancelled"))
                return
            self._jobs.finish(job, message.fields["fields"], buffers)
            log.info("job %s is done after %.2f s", job.name, time.monotonic() - job.started)
            self._send_result(job)
        elif message.type == "error":
            self._workers.finished(worker)
            self._fail(job, messages.error_from(message.fields))

    def _reap(self) -> None:
        for job in self._jobs.unfinished():
            worker = self._worker_of(job)
            if job.cancel_deadline is not None and time.monotonic() > job.cancel_deadline and worker:
                log.warning("worker %s did not stop job %s: it is killed", worker.device, job.name)
                self._workers.kill(worker)
        self._workers.kill_late()
        for worker, reason in self._workers.reap():
            log.error("%s", reason)
            job_of = worker.job
            if job_of is not None:
                cancelled = job_of.cancel_deadline is not None
                self._fail(job_of, LacunaError("cancelled") if cancelled else LacunaError("worker_died", detail=reason))
            self._workers.ensure(worker.device)

    # ---- answers

    def _send(self, peer: Peer, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None:
        try:
            self._peers.send(peer, type_, fields, buffers)
        except Gone:
            self._peers.forget(peer)

    def _tell(self, peer: Peer, job: Job, credit: int) -> None:
        job.told = (job.state, self._jobs.place(job))
        self._send(peer, "accepted", {"job": job.name, "state": job.state, "place": job.told[1], "credit": credit})

    def _tell_places(self) -> None:
        """Tell clients whose job has moved on."""
        for job in self._jobs.unfinished():
            peer = self._peers.of_client(job.client)
            if peer and job.told != (job.state, self._jobs.place(job)):
                self._tell(peer, job, 0)

    def _fail(self, job: Job, error: LacunaError) -> None:
        self._jobs.fail(job, error)
        log.info("job %s ended: %s %s", job.name, error.code, error.detail)
        if peer := self._peers.of_client(job.client):
            self._send(peer, "error", messages.error_fields(error, job.name))

    def _send_result(self, job: Job) -> None:
        assert job.result is not None
        fields, buffers = job.result
        if peer := self._peers.of_client(job.client):
            declared = [buffer.spec.to_wire() for buffer in buffers]
            self._send(peer, "result", {"job": job.name, "fields": fields, "buffers": declared})
            self._send_chunks(job)

    def _send_chunks(self, job: Job) -> None:
        peer = self._peers.of_client(job.client)
        while peer and job.sending and (chunk := job.sending.take()):
            index, offset, data = chunk
            self._send(peer, "data", {"job": job.name, "buffer": index, "offset": offset}, (data,))
        if job.sending and job.sending.done:
            job.sending, job.state = None, "ended"

    # ---- time

    def _tick(self) -> None:
        now = time.monotonic()
        for job in self._jobs.unfinished():
            if job.progress and now >= job.next_progress and (peer := self._peers.of_client(job.client)):
                text, fraction = job.progress
                job.progress, job.next_progress = None, now + PROGRESS_SECONDS
                elapsed = now - job.started
                eta = elapsed * (1 - fraction) / fraction if fraction > 0.05 and elapsed > 1 else None
                self._send(peer, "progress", {"job": job.name, "text": text, "fraction": fraction, "eta": eta})
        if self._jobs.unfinished() or any(job.state == "sending" for job in self._jobs):
            self.last_active = now
        self._jobs.expire()
        self._workers.release_idle(self._options.worker_idle_seconds)
        self.snapshot = self._describe()

    def _describe(self) -> dict[str, Any]:
        """Plain values for `status`; a new object each time, so that another thread may read it."""
        return {
            "jobs": [
                {"job": job.name, "state": job.state, "devices": list(job.devices)} for job in list(self._jobs)[-LISTED_JOBS:]
            ],
            "workers": [
                {"device": worker.device, "pid": worker.process.pid, "state": _state(worker)} for worker in self._workers
            ],
            "dropped": self._peers.dropped,
        }

    def _end(self) -> None:
        for job in self._jobs.unfinished():
            self._fail(job, LacunaError("server_gone"))
        self._workers.end_all()
        self._peers.close()
        self._workers.socket.close()
        self._wake.close()


def _state(worker: Worker) -> str:
    if worker.routing_id is None:
        return "starting"
    return "busy" if worker.job else "idle"

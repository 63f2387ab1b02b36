"""The worker processes: one a device, started when needed, replaced when they die. See docs/wire.md, 'A dead worker'."""

from __future__ import annotations

import logging
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import zmq

from lacuna_client import messages, wire
from lacuna_client.errors import LacunaError
from lacuna_client.wire import Dropped, Frame, Message, Seal

from .jobs import Job
from .options import Options
from .peers import MAX_A_ROUND, bind_loopback

READY_SECONDS = 120.0  # in which a new process must have said that it is there
MAX_DEATHS = 5  # in a row, without a finished job between
RECOVERY_SECONDS = 60.0  # after so many deaths a device is tried again

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Worker:
    """One process. `routing_id` is None until it has said 'ready'."""

    device: str
    process: subprocess.Popen[bytes]
    seal: Seal
    routing_id: bytes | None = None
    job: Job | None = None
    idle_since: float = 0.0

    @property
    def free(self) -> bool:
        return self.routing_id is not None and self.job is None


class Workers:
    """All workers and the socket they answer on; used by the work thread alone."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], options: Options, devices: Sequence[str]) -> None:
        self.socket: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.set(zmq.ROUTER_MANDATORY, 1)
        self.socket.set(
            zmq.MAXMSGSIZE, 2 * options.max_job_bytes
        )  # a result: pixels like the job's, and at most their size in spans
        self.devices = list(devices)
        self._port = bind_loopback(self.socket)
        self._options = options
        self._workers: dict[str, Worker] = {}
        self._deaths: dict[str, int] = dict.fromkeys(devices, 0)
        self._last_death: dict[str, float] = dict.fromkeys(devices, 0.0)

    def __iter__(self) -> Iterator[Worker]:
        return iter(list(self._workers.values()))

    def broken(self, device: str) -> bool:
        """Whether the device's worker died too often to be started again now."""
        recent = time.monotonic() - self._last_death[device] < RECOVERY_SECONDS
        return self._deaths[device] > MAX_DEATHS and recent

    def ensure(self, device: str) -> Worker | None:
        """The device's worker, started if there is none; None when it is broken."""
        if device not in self._workers and not self.broken(device):
            try:
                self._workers[device] = self._start(device)
            except OSError:
                log.exception("the worker %s cannot be started", device)
                self._count_death(device)
        return self._workers.get(device)

    def run(self, worker: Worker, job: Job) -> None:
        """Hand a job with all its pixels over."""
        assert job.receiving is not None
        buffers = job.receiving.buffers()
        device = {} if worker.device == "cpu" else {"device": worker.device}
        fields = {
            "job": job.name,
            "operation": job.operation,
            "params": {**job.params, **device},
            "buffers": [buffer.spec.to_wire() for buffer in buffers],
        }
        worker.job = job
        self._send(worker, "run", fields, [buffer.data for buffer in buffers])
        job.receiving = None

    def cancel(self, worker: Worker, job: Job) -> None:
        self._send(worker, "cancel", {"job": job.name})

    def receive(self) -> tuple[Worker, Message] | None:
        """The next message of a worker, or None when none is waiting, or too many in a row were no worker's."""
        for _ in range(MAX_A_ROUND):
            try:
                routing_id, *frames = self.socket.recv_multipart(flags=zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return None
            found = self._open(routing_id.bytes, [frame.buffer for frame in frames])
            if found:
                return found
        return None

    def _open(self, routing_id: bytes, frames: list[memoryview]) -> tuple[Worker, Message] | None:
        """Each worker has a key of its own: the one whose seal fits has sent it."""
        for worker in self._workers.values():
            if worker.routing_id not in (None, routing_id):
                continue
            try:
                message = worker.seal.open(frames)
                messages.check(message, "client", whole_buffers=True)
            except Dropped:
                continue
            except LacunaError as error:
                log.error("worker %s sent a bad message: %s %s", worker.device, error, error.detail)
                return None
            worker.routing_id = routing_id
            return worker, message
        return None

    def finished(self, worker: Worker) -> None:
        """The worker has answered its job: it is free and proven to work."""
        worker.job = None
        worker.idle_since = time.monotonic()
        self._deaths[worker.device] = 0

    def reap(self) -> list[tuple[Worker, str]]:
        """Workers that have died since the last call, with what is known about why."""
        dead = [worker for worker in self._workers.values() if worker.process.poll() is not None]
        for worker in dead:
            del self._workers[worker.device]
            self._count_death(worker.device)
        return [(worker, f"worker {worker.device} ended with status {worker.process.returncode}") for worker in dead]

    def _count_death(self, device: str) -> None:
        self._deaths[device] += 1
        self._last_death[device] = time.monotonic()

    def kill_late(self) -> None:
        """End workers that never got as far as to say 'ready'; reap() sees it."""
        for worker in self._workers.values():
            if worker.routing_id is None and time.monotonic() - worker.idle_since > READY_SECONDS:
                log.warning("worker %s is not ready after %.0f s: it is killed", worker.device, READY_SECONDS)
                self.kill(worker)

    def kill(self, worker: Worker) -> None:
        """End a worker that does not stop; reap() sees it."""
        worker.process.kill()

    def release_idle(self, seconds: float) -> None:
        """End workers that have had nothing to do for so long: their memory, and the device's, is free again."""
        for worker in list(self._workers.values()):
            if worker.free and time.monotonic() - worker.idle_since > seconds:
                log.info("worker %s ends: idle", worker.device)
                self._end(worker)

    def end_all(self) -> None:
        for worker in list(self._workers.values()):
            self._end(worker)

    def _end(self, worker: Worker) -> None:
        del self._workers[worker.device]
        worker.process.kill()
        try:
            worker.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            log.error("worker %s, pid %d, does not die: a driver holds it", worker.device, worker.process.pid)

    def _send(self, worker: Worker, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None:
        assert worker.routing_id is not None
        try:
            frames = [worker.routing_id, *worker.seal.seal(type_, fields, buffers)]
            self.socket.send_multipart(frames, flags=zmq.NOBLOCK, copy=False)
        except zmq.ZMQError as error:
            log.warning("worker %s cannot be reached: %s", worker.device, error)

    def _start(self, device: str) -> Worker:
        key = secrets.token_bytes(wire.KEY_BYTES)
        command = [sys.executable, "-m", "lacuna_server.worker", "--port", str(self._port), "--device", device]
        command += ["--memory", str(self._options.worker_mib), "--max-result", str(self._options.max_job_bytes)]
        command += ["--log-dir", str(self._options.log_dir)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # a terminal's Ctrl-C is the front's
        assert process.stdin is not None
        try:
            process.stdin.write(key.hex().encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            log.warning("worker %s ended at once", device)
        log.info("worker %s started, pid %d", device, process.pid)
        return Worker(device, process, Seal(key, "worker", "server", max_buffers=wire.MAX_BUFFERS), idle_since=time.monotonic())

"""The worker's connection to the front, on a thread of its own, so that a cancel is heard while a kernel computes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import numpy as np
import zmq
from numpy.typing import NDArray

from lacuna_client import messages, wire
from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError
from lacuna_client.wire import Dropped, Frame, Message, Seal
from lacuna_models.run import Run

from . import preview

PREVIEW_SECONDS = 0.5
WAKE = "inproc://wake-link"

log = logging.getLogger(__name__)
Outgoing = tuple[str, Mapping[str, Any], Sequence[Frame]]


class Send(Protocol):
    """Link.send."""

    def __call__(self, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None: ...


class Job:
    """A job as it came from the front, with the run that a cancel stops."""

    def __init__(self, fields: Mapping[str, Any], buffers: Sequence[Buffer], send: Send) -> None:
        self.name: str = fields["job"]
        self.operation: str = fields["operation"]
        self.params: Mapping[str, Any] = fields["params"]
        self.buffers = buffers
        self.run = Run(on_progress=self._progress, on_preview=self._preview)
        self._send = send
        self._next_preview = 0.0

    def _progress(self, text: str, fraction: float) -> None:
        self._send("progress", {"job": self.name, "text": text, "fraction": float(fraction), "eta": None})

    def _preview(self, picture: NDArray[np.float32]) -> None:
        if time.monotonic() >= self._next_preview:
            self._next_preview = time.monotonic() + PREVIEW_SECONDS
            small = preview.small(picture)
            self._send("preview", {"job": self.name, "buffers": [small.spec.to_wire()]}, [small.data])


class Link:
    """`jobs` and `send` are for the computing thread; everything else belongs to the link's own."""

    def __init__(self, port: int, key: bytes, device: str) -> None:
        self.jobs: SimpleQueue[Job] = SimpleQueue()
        self._outgoing: SimpleQueue[Outgoing] = SimpleQueue()
        self._seal = Seal(key, "worker", "client", max_buffers=wire.MAX_BUFFERS)
        self._current: Job | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.connect(f"tcp://127.0.0.1:{port}")
        self._waking = self._context.socket(zmq.PAIR)
        self._waking.bind(WAKE)
        self._wake = self._context.socket(zmq.PAIR)  # the computing thread's end
        self._wake.connect(WAKE)
        self._wake_lock = threading.Lock()
        self.send("ready", {"devices": [device], "pid": os.getpid()})

    def send(self, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None:
        """Queue a message for the front; returns at once."""
        self._outgoing.put((type_, fields, buffers))
        with self._wake_lock:
            self._wake.send(b"")

    def run(self) -> None:
        """The link's loop; ends with the process, and the process with it: a worker that nobody hears is no use."""
        try:
            self._loop()
        except Exception:
            log.exception("the link to the front failed")
            logging.shutdown()
            os._exit(1)

    def _loop(self) -> None:
        poller = zmq.Poller()
        for socket in (self._socket, self._waking):
            poller.register(socket, zmq.POLLIN)
        while True:
            poller.poll()
            self._read()
            self._write()

    def _write(self) -> None:
        while self._waking.poll(0):
            self._waking.recv()
        try:
            while True:
                self._socket.send_multipart(self._seal.seal(*self._outgoing.get_nowait()), copy=False)
        except Empty:
            return

    def _read(self) -> None:
        while self._socket.poll(0):
            frames = self._socket.recv_multipart(copy=False)
            try:
                message = self._seal.open([frame.buffer for frame in frames])
                messages.check(message, "server", whole_buffers=True)
            except (Dropped, LacunaError) as error:
                log.error("a message of the front is not understood: %s", error)
                continue
            self._take(message)

    def _take(self, message: Message) -> None:
        if message.type == "run":
            specs = messages.declarations(message.fields)
            buffers = [Buffer(spec, memoryview(data)) for spec, data in zip(specs, message.buffers, strict=True)]
            self._current = Job(message.fields, buffers, self.send)
            self.jobs.put(self._current)
        elif message.type == "cancel" and self._current and self._current.name == message.fields["job"]:
            self._current.run.cancel()

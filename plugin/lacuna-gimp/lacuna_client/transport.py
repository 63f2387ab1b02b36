"""The client's sockets, behind one small class: another transport needs only these methods."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal, Protocol

from .connection_file import Connection
from .errors import LacunaError
from .wire import MAX_CHUNK, Frame

ClientChannel = Literal["work", "control"]
CHANNELS: tuple[ClientChannel, ClientChannel] = ("control", "work")
LINGER_MS = 1000


class Transport(Protocol):
    """Two message channels to one server."""

    def send(self, channel: ClientChannel, frames: Sequence[Frame]) -> None:
        """Hand the frames over; never blocks (the protocol's credit bounds what is under way)."""
        ...

    def receive(self, timeout: float) -> tuple[ClientChannel, list[Frame]] | None:
        """The next message of either channel, or None after `timeout` seconds; control first."""
        ...

    @property
    def lost(self) -> bool:
        """Whether a connection that stood has ended: nothing more will come, and nothing that is sent arrives."""
        ...

    def close(self, *, linger: bool) -> None:
        """Close both channels; with `linger`, what was sent last gets a second to leave."""
        ...


class ZmqTransport:
    """Two DEALER sockets of pyzmq. Raises LacunaError 'modules_missing' without pyzmq."""

    def __init__(self, connection: Connection) -> None:
        zmq = _zmq()
        self._again = zmq.Again
        self._noblock = zmq.NOBLOCK
        self._context = zmq.Context()
        self._context.set(zmq.MAX_SOCKETS, 16)
        self._poller = zmq.Poller()
        self._sockets: dict[ClientChannel, Any] = {}
        self._monitors: list[Any] = []
        for channel in CHANNELS:
            socket = self._context.socket(zmq.DEALER)
            socket.set(zmq.SNDHWM, 0)
            socket.set(zmq.MAXMSGSIZE, MAX_CHUNK)
            self._monitors.append(socket.get_monitor_socket(zmq.EVENT_DISCONNECTED))
            socket.connect(f"tcp://{connection.address}:{connection.work if channel == 'work' else connection.control}")
            self._poller.register(socket, zmq.POLLIN)
            self._sockets[channel] = socket

    def send(self, channel: ClientChannel, frames: Sequence[Frame]) -> None:
        self._sockets[channel].send_multipart(frames, copy=False, flags=self._noblock)

    def receive(self, timeout: float) -> tuple[ClientChannel, list[Frame]] | None:
        end = time.monotonic() + timeout
        while True:
            ready = dict(self._poller.poll(max(0.0, end - time.monotonic()) * 1000))
            for channel in CHANNELS:
                if self._sockets[channel] in ready:
                    try:
                        frames = self._sockets[channel].recv_multipart(flags=self._noblock, copy=False)
                    except self._again:
                        continue
                    return channel, [frame.buffer for frame in frames]
            if time.monotonic() >= end:
                return None

    @property
    def lost(self) -> bool:
        return any(monitor.poll(0) for monitor in self._monitors)

    def close(self, *, linger: bool) -> None:
        for socket, monitor in zip(self._sockets.values(), self._monitors, strict=True):
            socket.disable_monitor()
            monitor.close(0)
            socket.close(LINGER_MS if linger else 0)
        self._context.term()


def _zmq() -> Any:
    """pyzmq, imported late: GIMP's Python has it only in the plug-in's vendor folder."""
    try:
        import zmq
    except ImportError as error:
        raise LacunaError("modules_missing", module="pyzmq", detail=str(error)) from error
    return zmq

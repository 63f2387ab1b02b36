"""The connections of one ROUTER socket: greeting, opening, sealing, and dropping what is not ours."""

from __future__ import annotations

import logging
import struct
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import zmq

from lacuna_client import messages, wire
from lacuna_client.errors import LacunaError
from lacuna_client.wire import Channel, Dropped, Frame, Message, Seal

MAX_PEERS = 256
LINGER_MS = 200  # what was said last (an error, a goodbye) still gets out
MAX_A_ROUND = 64  # messages taken before the thread looks at everything else again
HELLO_FRAMES = 3
MONITOR_EVENT = struct.Struct("=Hi")  # zmq_socket_monitor(3); pyzmq's own reader would import asyncio, 30 ms of our start

log = logging.getLogger(__name__)


class Gone(Exception):
    """The peer's connection is closed."""


@dataclass(slots=True, eq=False)
class Peer:
    """One connection that has said hello."""

    routing_id: bytes
    seal: Seal
    client: str
    name: str
    descriptor: int


class Peers:
    """All connections of one channel; used by that channel's thread alone."""

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], channel: Channel, key: bytes, greeting: Mapping[str, Any]
    ) -> None:
        """
        Args:
            greeting: the fields of 'capabilities' besides server_nonce.

        `on_hello` is told of a new peer before the peer is answered.
        """
        self.on_hello: Callable[[Peer], None] | None = None
        self.socket: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
        self.socket.set(zmq.LINGER, LINGER_MS)
        self.socket.set(zmq.MAXMSGSIZE, wire.MAX_CHUNK)
        self.socket.set(zmq.ROUTER_MANDATORY, 1)
        self.monitor: zmq.Socket[bytes] = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.port = bind_loopback(self.socket)
        self.dropped = 0
        self._channel: Channel = channel
        self._key = key
        self._greeting = greeting
        self._peers: dict[bytes, Peer] = {}
        self._departed: deque[bytes] = deque(maxlen=MAX_PEERS)

    def __iter__(self) -> Iterator[Peer]:
        return iter(list(self._peers.values()))

    def receive(self) -> tuple[Peer, Message] | None:
        """The next message that is not a greeting, or None when none is waiting, or too many in a row were worth nothing.

        Malformed and unknown messages of a known peer are answered here; everything unsealed is dropped.
        """
        for _ in range(MAX_A_ROUND):
            try:
                frames = self.socket.recv_multipart(flags=zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return None
            routing_id = frames[0].bytes
            if routing_id in self._departed:
                continue  # the last words of one of ours
            peer = self._peers.get(routing_id)
            try:
                if peer is None:
                    self._greet(routing_id, _descriptor(frames[-1]), [frame.buffer for frame in frames[1:]])
                    continue
                message = peer.seal.open([frame.buffer for frame in frames[1:]])
                messages.check(message, "client")
            except Dropped as reason:
                self._drop(str(reason))
            except LacunaError as error:
                fields = message.fields if peer and error.code != "version" else {}
                self._answer_error(routing_id, error, messages.job_of(fields))
            else:
                return peer, message
        return None

    def departed(self) -> list[Peer]:
        """The peers whose connections have closed since the last call; they are forgotten.

        Call it before receive(): a descriptor is used again only after its 'disconnected' was queued.
        """
        gone = []
        while self.monitor.poll(0):
            event, descriptor = MONITOR_EVENT.unpack(self.monitor.recv_multipart()[0])
            for peer in list(self._peers.values()):
                if event == zmq.EVENT_DISCONNECTED and peer.descriptor == descriptor:
                    self.forget(peer)
                    gone.append(peer)
        return gone

    def close(self) -> None:
        self.socket.disable_monitor()
        self.monitor.close(0)
        self.socket.close()

    def send(self, peer: Peer, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None:
        """Send to the peer; never blocks. Raises Gone when its connection is closed."""
        try:
            sealed = peer.seal.seal(type_, fields, buffers)
        except ValueError:
            log.exception("an answer that cannot be sent")
            job = messages.job_of(fields)
            sealed = peer.seal.seal("error", messages.error_fields(LacunaError("internal", log="server.log"), job))
        try:
            frames = [peer.routing_id, *sealed]
            self.socket.send_multipart(frames, flags=zmq.NOBLOCK, copy=False)
        except zmq.ZMQError as error:
            raise Gone from error

    def forget(self, peer: Peer) -> None:
        self._peers.pop(peer.routing_id, None)
        self._departed.append(peer.routing_id)

    def of_client(self, client: str) -> Peer | None:
        """That client's latest connection."""
        return next((peer for peer in reversed(self._peers.values()) if peer.client == client), None)

    def _greet(self, routing_id: bytes, descriptor: int, frames: list[memoryview]) -> None:
        if len(frames) != HELLO_FRAMES:
            raise Dropped("no hello")  # before its seal is looked at: strangers' pixels are not worth the time
        seal = Seal(self._key, self._channel, "server")
        message = seal.open(frames)
        if message.type != "hello":
            raise Dropped(f"{message.type} before hello")
        try:
            messages.check(message, "client")
        except LacunaError as error:
            raise Dropped("a wrong hello") from error
        if len(self._peers) >= MAX_PEERS:
            raise Dropped("too many connections")
        peer = Peer(routing_id, seal, message.fields["client"], message.fields["name"], descriptor)
        self._peers[routing_id] = peer
        if self.on_hello:
            self.on_hello(peer)
        seal.nonce, nonce = message.fields["client_nonce"], wire.new_nonce()
        try:
            self.send(peer, "capabilities", {**self._greeting, "server_nonce": nonce})
        except Gone:
            self.forget(peer)
        seal.nonce = nonce

    def _answer_error(self, routing_id: bytes, error: LacunaError, job: str | None) -> None:
        """Tell the sender, if it is one of ours; a foreign version gets its answer in the first seal."""
        unknown = Peer(routing_id, Seal(self._key, self._channel, "server"), "", "", -1)
        try:
            self.send(self._peers.get(routing_id, unknown), "error", messages.error_fields(error, job))
        except Gone:
            log.debug("the sender of a bad message is gone")

    def _drop(self, reason: str) -> None:
        self.dropped += 1
        if str(self.dropped).strip("0") == "1":  # 1, 10, 100...: a flood does not rotate the log away
            log.warning("dropped %d messages on %s so far, the last: %s", self.dropped, self._channel, reason)


def bind_loopback(socket: zmq.Socket[bytes]) -> int:
    """Bind to a free port of 127.0.0.1, chosen by the system; returns it."""
    socket.bind("tcp://127.0.0.1:*")
    return int(socket.get_string(zmq.LAST_ENDPOINT).rpartition(":")[2])


def _descriptor(frame: zmq.Frame) -> int:
    """The file descriptor that the message came through; the monitor's 'disconnected' carries the same."""
    return int(frame.get(zmq.SRCFD))

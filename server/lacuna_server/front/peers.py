"""The connections of one ROUTER socket: greeting, opening, sealing, and dropping what is not ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import zmq

from lacuna_client import messages, wire
from lacuna_client.errors import LacunaError
from lacuna_client.wire import Channel, Dropped, Frame, Message, Seal

MAX_PEERS = 256
LINGER_MS = 200  # what was said last (an error, a goodbye) still gets out
LOG_EVERY = 100  # dropped messages between two lines of the log

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
        self.port = _bind(self.socket)
        self.dropped = 0
        self._channel: Channel = channel
        self._key = key
        self._greeting = greeting
        self._peers: dict[bytes, Peer] = {}

    def __iter__(self) -> Any:
        return iter(list(self._peers.values()))

    def receive(self) -> tuple[Peer, Message] | None:
        """The next message that is not a greeting, or None when none is waiting.

        Malformed and unknown messages of a known peer are answered here; everything unsealed is dropped.
        """
        while True:
            try:
                frames = self.socket.recv_multipart(flags=zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return None
            routing_id = frames[0].bytes
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
                self._answer_error(routing_id, error, message.fields if peer and error.code != "version" else {})
            else:
                return peer, message

    def send(self, peer: Peer, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> None:
        """Send to the peer; never blocks. Raises Gone when its connection is closed."""
        try:
            frames = [peer.routing_id, *peer.seal.seal(type_, fields, buffers)]
            self.socket.send_multipart(frames, flags=zmq.NOBLOCK, copy=False)
        except zmq.ZMQError as error:
            raise Gone from error

    def forget(self, peer: Peer) -> None:
        self._peers.pop(peer.routing_id, None)

    def of_client(self, client: str) -> Peer | None:
        """That client's latest connection."""
        return next((peer for peer in reversed(self._peers.values()) if peer.client == client), None)

    def with_descriptor(self, descriptor: int) -> Peer | None:
        return next((peer for peer in self._peers.values() if peer.descriptor == descriptor), None)

    def _greet(self, routing_id: bytes, descriptor: int, frames: list[memoryview]) -> None:
        seal = Seal(self._key, self._channel, "server")
        message = seal.open(frames)
        if message.type != "hello":
            raise Dropped(f"{message.type} before hello")
        messages.check(message, "client")
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

    def _answer_error(self, routing_id: bytes, error: LacunaError, fields: Mapping[str, Any]) -> None:
        """Tell the sender, if it is one of ours; a foreign version gets its answer in the first seal."""
        job = fields.get("job")
        known = isinstance(job, str) and messages.JOB_NAME.match(job) is not None
        unknown = Peer(routing_id, Seal(self._key, self._channel, "server"), "", "", -1)
        try:
            self.send(self._peers.get(routing_id, unknown), "error", messages.error_fields(error, job if known else None))
        except Gone:
            log.debug("the sender of a bad message is gone")

    def _drop(self, reason: str) -> None:
        self.dropped += 1
        if self.dropped % LOG_EVERY == 1:
            log.warning("dropped %d messages on %s so far, the last: %s", self.dropped, self._channel, reason)


def _bind(socket: zmq.Socket[bytes]) -> int:
    """Bind to a free loopback port, chosen by the system."""
    socket.bind("tcp://127.0.0.1:*")
    return int(socket.get_string(zmq.LAST_ENDPOINT).rpartition(":")[2])


def _descriptor(frame: zmq.Frame) -> int:
    """The file descriptor that the message came through; the monitor's 'disconnected' carries the same."""
    return int(frame.get(zmq.SRCFD))

"""A peer that need not keep to the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import zmq

from lacuna_client import VERSION, wire
from lacuna_client.wire import Channel, Message, Seal
from service.conftest import Server

ANSWER_MS = 10_000
NO_ANSWER_MS = 300


class Peer:
    """A socket that says whatever a test wants, sealed or not."""

    def __init__(self, server: Server, channel: Channel, key: bytes | None = None) -> None:
        connection = server.connection
        self.seal = Seal(key or bytes.fromhex(connection.key), channel, "client")
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.connect(f"tcp://127.0.0.1:{connection.work if channel == 'work' else connection.control}")

    def send(self, *frames: Any) -> None:
        self.socket.send_multipart(frames)

    def say(self, type_: str, fields: dict[str, Any], buffers: Sequence[bytes] = ()) -> list[Any]:
        """Seal and send; returns the frames, for those who say things twice."""
        frames = self.seal.seal(type_, fields, buffers)
        self.socket.send_multipart(frames)
        return frames

    def hello(self, client: str = "cd" * 16) -> None:
        nonce = wire.new_nonce()
        self.say("hello", {"client": client, "client_nonce": nonce, "name": "peer", "wire": [1, 0], "version": VERSION})
        self.seal.nonce = nonce
        self.seal.nonce = self.answer().fields["server_nonce"]

    def answer(self) -> Message:
        assert self.socket.poll(ANSWER_MS), "no answer came"
        return self.seal.open(self.socket.recv_multipart())

    def hears_nothing(self) -> bool:
        return not self.socket.poll(NO_ANSWER_MS)

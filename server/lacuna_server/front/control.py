"""The control channel's thread: heartbeat, cancel, status, shutdown; never behind pixels."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from typing import Any

import zmq

from lacuna_client import VERSION, messages
from lacuna_client.errors import LacunaError
from lacuna_models import registry
from lacuna_server.memory_cap import used_memory

from .options import Options
from .peers import MAX_A_ROUND, Gone, Peer, Peers
from .work import WAKE, Command, Work

TICK_MS = 250
GONE_SECONDS = 10.0

log = logging.getLogger(__name__)


class Control:
    """The thread's state: who is there, and since when."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        peers: Peers,
        work: Work,
        options: Options,
        session: str,
        stop: threading.Event,
    ) -> None:
        self._peers = peers
        self._peers.on_hello = self._greeted
        self._work = work
        self._options = options
        self._session = session
        self._stop = stop
        self._wake = context.socket(zmq.PUSH)
        self._wake.set(zmq.LINGER, 0)
        self._wake.connect(WAKE)
        self._heard: dict[str, float] = {}
        self._started = time.monotonic()
        self._last_active = time.monotonic()

    def run(self) -> None:
        """The thread's loop, until the stop event."""
        poller = zmq.Poller()
        poller.register(self._peers.socket, zmq.POLLIN)
        poller.register(self._peers.monitor, zmq.POLLIN)
        while not self._stop.is_set():
            poller.poll(TICK_MS)
            for peer in self._peers.departed():
                self._vanish(peer.client)
            self._read_clients()
            self._watch()
        self._command("stop", "", "")
        self._peers.close()
        self._wake.close()

    def _command(self, *command: str) -> None:
        name, client, job = command
        order: Command = (name, client, job)
        self._work.commands.put(order)
        self._wake.send(b"")

    def _read_clients(self) -> None:
        for _ in range(MAX_A_ROUND):
            arrived = self._peers.receive()
            if arrived is None:
                return
            peer, message = arrived
            self._heard[peer.client] = self._last_active = time.monotonic()
            try:
                self._answer(peer, message.type, message.fields)
            except Gone:
                self._vanish(peer.client)

    def _greeted(self, peer: Peer) -> None:
        """The work thread hears of a client before the client hears from us, so that its first job is welcome."""
        self._heard[peer.client] = self._last_active = time.monotonic()
        log.info("client %s: %s", peer.client, peer.name)
        self._command("hello", peer.client, "")

    def _answer(self, peer: Peer, type_: str, fields: Mapping[str, Any]) -> None:
        if type_ == "ping":
            busy = any(job["state"] == "running" for job in self._work.snapshot["jobs"])
            self._peers.send(peer, "pong", {"at": fields["at"], "busy": busy})
        elif type_ == "cancel":
            self._command("cancel", peer.client, fields["job"])
        elif type_ == "status":
            self._peers.send(peer, "status", {"status": self._status()})
        elif type_ == "models":
            self._peers.send(peer, "models", {"methods": registry.listing(), "color_solvers": registry.solvers()})
        elif type_ == "shutdown":
            log.info("shutdown asked for by %s", peer.name)
            self._peers.send(peer, "shutdown", {})
            self._stop.set()
        else:
            self._peers.send(peer, "error", messages.error_fields(LacunaError("unsupported", what=type_), None))

    def _status(self) -> dict[str, Any]:
        snapshot = self._work.snapshot
        return {
            **snapshot,
            "version": VERSION,
            "session": self._session,
            "pid": os.getpid(),
            "uptime": round(time.monotonic() - self._started, 1),
            "clients": len(self._heard),
            "memory_mib": used_memory(),
            "memory_cap_mib": self._options.front_mib,
            "worker_cap_mib": self._options.worker_mib,
            "dropped": snapshot["dropped"] + self._peers.dropped,
            "log_dir": str(self._options.log_dir),
        }

    def _watch(self) -> None:
        now = time.monotonic()
        for client, heard in list(self._heard.items()):
            if now - heard > GONE_SECONDS:
                self._vanish(client)
        idle = now - max(self._last_active, self._work.last_active)
        if idle > self._options.idle_seconds and not self._heard:
            log.info("idle for %.0f s: the server ends", idle)
            self._stop.set()

    def _vanish(self, client: str) -> None:
        self._heard.pop(client, None)
        for peer in self._peers:
            if peer.client == client:
                self._peers.forget(peer)
        self._command("vanished", client, "")

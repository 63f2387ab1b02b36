"""One front from bind to exit: the lock, the sockets, the two threads, the connection file."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
import time
from typing import Any

import zmq

from lacuna_client import VERSION, connection_file, wire
from lacuna_client.chunks import CREDIT
from lacuna_client.connection_file import SERVER_LOCK, Connection, process_start
from lacuna_client.locks import Lock, try_lock
from lacuna_client.places import make_private
from lacuna_client.requests import REQUESTS
from lacuna_client.startup import ALREADY_RUNNING
from lacuna_models import registry
from lacuna_server.log import configure
from lacuna_server.memory_cap import set_cap

from . import devices
from .control import Control
from .options import Options
from .peers import Peers
from .work import Work

LOCK_SECONDS = 0.2  # a client that looks whether we live holds the lock for an instant

log = logging.getLogger(__name__)


def serve(options: Options) -> int:
    """Run a front until it is told to stop or has been idle for long enough; returns the exit status.

    Raises LacunaError 'unsafe_folder'; OSError when the runtime folder cannot be made.
    """
    make_private(options.runtime_dir)
    lock = _take_lock(options)
    if lock is None:
        return ALREADY_RUNNING
    (options.runtime_dir / connection_file.FILE).unlink(missing_ok=True)  # a dead server's: its ports are nobody's now
    log_path = configure(options.log_dir, "server")
    set_cap(options.front_mib)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    session = secrets.token_hex(16)
    _run(options, session, str(log_path), stop)
    return 0  # the lock is never let go: the system does that at the process's very end, which is what others wait for


def _take_lock(options: Options) -> Lock | None:
    deadline = time.monotonic() + LOCK_SECONDS
    while (lock := try_lock(options.runtime_dir / SERVER_LOCK)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return lock


def _run(options: Options, session: str, log_path: str, stop: threading.Event) -> None:
    key = secrets.token_bytes(wire.KEY_BYTES)
    found = devices.present()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    greeting = _greeting(options, session, found)
    on_work, on_control = Peers(context, "work", key, greeting), Peers(context, "control", key, greeting)
    work = Work(context, on_work, options, found)
    control = Control(context, on_control, work, options, session, stop)
    threads = [
        threading.Thread(target=_guarded, args=(part.run, stop), name=name)
        for part, name in ((work, "work"), (control, "control"))
    ]
    for thread in threads:
        thread.start()
    pid = os.getpid()
    connection = Connection(
        address="127.0.0.1",
        work=on_work.port,
        control=on_control.port,
        session=session,
        key=key.hex(),
        pid=pid,
        started=process_start(pid),
        log=log_path,
    )
    connection_file.write(options.runtime_dir, connection)
    log.info("lacuna %s serves on ports %d and %d; devices %s", VERSION, on_work.port, on_control.port, ", ".join(found))
    while not stop.wait(0.5):  # short waits: signals are only handled between them on some systems
        pass
    connection_file.remove(options.runtime_dir, session)  # first, so that no new client comes
    for thread in threads:
        thread.join(timeout=5)
    if any(thread.is_alive() for thread in threads):
        log.error("a thread does not end; the process does")
        logging.shutdown()
        os._exit(1)
    context.term()
    log.info("the server ended")


def _guarded(run: Any, stop: threading.Event) -> None:
    """A thread that fails takes the whole front down, so that clients see a dead server instead of a deaf one."""
    try:
        run()
    except Exception:
        log.exception("a thread of the front failed")
        stop.set()
        os._exit(1)


def _greeting(options: Options, session: str, found: list[str]) -> dict[str, Any]:
    limits = {"job_bytes": options.max_job_bytes, "chunk": wire.MAX_CHUNK, "credit": CREDIT, "buffers": wire.MAX_BUFFERS}
    return {
        "session": session,
        "wire": [wire.MAJOR, wire.MINOR],
        "version": VERSION,
        "operations": list(REQUESTS),
        "methods": ["auto", *registry.METHODS],
        "devices": found,
        "limits": limits,
    }

"""Starts the server outside of the root that GIMP runs in: GIMP's Python there cannot run it.

`Starter` is the host's side: it listens on a unix socket under the shared temporary folder. `python3 starter.py SOCKET
ARGUMENT...` is the side in the root, and what $LACUNA_SERVER names: it hands its arguments over and leaves.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path


class Starter:
    """Starts a server whenever it is asked to. `processes` are all it started."""

    def __init__(self, path: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.command = f"python3 {Path(__file__).resolve()} {path}"
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def running(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self.processes if process.poll() is None]

    def close(self) -> None:
        """End every server that still runs."""
        self._socket.close()
        for process in self.running():
            process.terminate()
            process.wait(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            with connection, connection.makefile("rb") as stream:
                arguments = json.loads(stream.readline())
                command = [sys.executable, "-m", "lacuna_server.front", *arguments]
                self.processes.append(subprocess.Popen(command))
                connection.sendall(b"started\n")


def ask(path: str, arguments: list[str]) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(json.dumps(arguments).encode() + b"\n")
        connection.recv(16)


if __name__ == "__main__":
    ask(sys.argv[1], sys.argv[2:])

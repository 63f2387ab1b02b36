"""A real GIMP 3 under the tests' control: its functions, its procedures, and in a window its mouse and keys."""

from __future__ import annotations

import base64
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lacuna_client import admin
from lacuna_client.launcher import Launcher

from .starter import Starter

TREE = Path(__file__).resolve().parents[2]
GIMP3 = shlex.split(os.environ.get("LACUNA_TEST_GIMP3", str(TREE / "tests/gimp_root/gimp3")))
PATIENCE = 60.0  # s until a state that must come counts as never coming


def install(profile: Path) -> Path:
    """The plug-in as the installer lays it down; returns its folder."""
    asked = [*GIMP3, "--", "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    python = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    command = [sys.executable, str(TREE / "installer/install.py"), "--plugin-only"]
    subprocess.run([*command, "--gimp-folder", str(profile), "--gimp-python", python], check=True, stdout=subprocess.DEVNULL)
    return profile / "plug-ins" / "lacuna-gimp"


def wait_until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The condition's value once it is true. Fails when it never becomes true."""
    end = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {patience:.0f} s for {what}"
        time.sleep(0.05)
    return value


class Remote:
    """An object inside GIMP; its methods are GIMP's."""

    def __init__(self, gimp: Gimp, key: str) -> None:
        self._gimp, self._key = gimp, key

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda *arguments: self._gimp.ask("call", path=method, arguments=list(arguments), owner=self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remote) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return self._key

    def pack(self) -> dict[str, str]:
        return {"object": self._key}


class Enum:
    """An enum value of GIMP by its name, such as 'LayerMode.NORMAL'."""

    def __init__(self, name: str) -> None:
        self.name = name


class Line:
    """One JSON line each way over a unix socket."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._path, self._process, self._log = path, process, log
        wait_until(self._connected, f"{path.name} (see {log})")
        self._socket.settimeout(2 * PATIENCE)  # a GIMP that hangs fails one test, not the whole run
        self._stream = self._socket.makefile("rwb")

    def _connected(self) -> bool:
        assert self._process.poll() is None, f"GIMP did not start:\n{self._log.read_text() if self._log.exists() else ''}"
        try:
            self._socket.connect(str(self._path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def send(self, message: dict[str, Any]) -> None:
        self._stream.write(json.dumps(message).encode() + b"\n")
        self._stream.flush()

    def receive(self) -> dict[str, Any]:
        line = self._stream.readline()
        assert line, f"GIMP ended:\n{self._log.read_text()[-4000:]}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


class Placing:
    """Where a server and its files are for one test: nothing runs yet, and GIMP's click starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.starter = Starter(folder / "starter.sock")
        self.launcher = Launcher(tuple(shlex.split(self.starter.command)), folder / "run", folder / "log")

    def environment(self) -> dict[str, str]:
        """What tells the plug-in."""
        return {
            "LACUNA_SERVER": self.starter.command,
            "LACUNA_RUNTIME_DIR": str(self.launcher.runtime_dir),
            "LACUNA_LOG_DIR": str(self.launcher.log_dir),
        }

    def status(self) -> dict[str, Any] | None:
        return admin.status(self.launcher)

    def job_runs(self) -> bool:
        """Whether a worker is computing."""
        status = self.status()
        return bool(status and any(job["state"] == "running" for job in status["jobs"]))

    def signal_workers(self, number: signal.Signals) -> None:
        """Stop (SIGSTOP) or continue (SIGCONT) what computes: a job then takes as long as a test needs."""
        status = self.status()
        assert status, "no server runs"
        for worker in status["workers"]:
            os.kill(worker["pid"], number)

    def kill_server(self) -> None:
        """As the system would: without a word."""
        for process in self.starter.running():
            process.kill()
            process.wait(PATIENCE)

    def log(self, name: str) -> str:
        """One of the log files."""
        return (self.launcher.log_dir / name).read_text(encoding="utf-8")

    def close(self) -> None:
        self.starter.close()


class Gimp:
    """One running GIMP with a profile of its own, in a window or without a display."""

    def __init__(self, profile: Path, *, window: bool = False, environment: dict[str, str] | None = None) -> None:
        self.profile = profile
        for name in ("gimp.sock", "desktop.sock"):
            (profile / name).unlink(missing_ok=True)
        # Nothing of the tests' own Python: the plug-in has to bring what it needs.
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | (environment or {})
        desktop = ["python3", str(TREE / "tests/gimp/desktop.py"), str(profile), *(["--window"] if window else [])]
        self.process = subprocess.Popen(
            [*GIMP3, *(["--gui"] if window else []), "--home", str(profile), "--", *desktop], cwd=TREE, env=clean
        )
        self._desktop = Line(profile / "desktop.sock", self.process, profile / "gimp.log")
        self.pid = self._desktop.receive()["pid"]
        self._line = Line(profile / "gimp.sock", self.process, profile / "gimp.log")

    def close(self) -> None:
        self._line.close()
        self._desktop.close()
        self.process.wait(PATIENCE)

    def log(self) -> str:
        """What GIMP and its plug-ins printed."""
        return (self.profile / "gimp.log").read_text(errors="replace")

    # ---- GIMP's functions

    def send(self, verb: str, **arguments: Any) -> None:
        """Ask for something without waiting for its end; result() has it."""
        self._line.send({"verb": verb, "arguments": {key: _pack(value) for key, value in arguments.items()}})

    def result(self) -> Any:
        answer = self._line.receive()
        assert "error" not in answer, answer["error"]
        return self._unpack(answer["result"])

    def ask(self, verb: str, **arguments: Any) -> Any:
        self.send(verb, **arguments)
        return self.result()

    def call(self, path: str, *arguments: Any) -> Any:
        """A function of GIMP's Python by its dotted name: call('Image.new', ...)."""
        return self.ask("call", path=path, arguments=list(arguments))

    def _unpack(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._unpack(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "object" in value:
            return Remote(self, value["object"])
        if "bytes" in value:
            return base64.b64decode(value["bytes"])
        return {key: self._unpack(one) for key, one in value.items()}

    # ---- its windows

    def xdotool(self, *arguments: str) -> str:
        self._desktop.send({"xdotool": list(arguments)})
        output: str = self._desktop.receive()["output"]
        return output.strip()

    def window(self, title: str) -> str | None:
        """The visible window whose title matches the pattern; None when there is none."""
        return min(self.windows(title), default=None)

    def windows(self, title: str) -> set[str]:
        """All visible windows whose title matches the pattern."""
        return set(self.xdotool("search", "--onlyvisible", "--name", title).split())

    def await_new_window(self, title: str, before: set[str]) -> str:
        found: set[str] = wait_until(lambda: self.windows(title) - before, f"a new window titled {title}")
        return found.pop()

    def await_window(self, title: str) -> str:
        found: str = wait_until(lambda: self.window(title), f"a window titled {title}")
        return found

    def await_no_window(self, title: str) -> None:
        wait_until(lambda: not self.window(title), f"the window titled {title} to close")

    def key(self, window: str, *keys: str) -> None:
        """Give the window the focus and press the keys."""
        self.xdotool("windowactivate", "--sync", window)
        self.xdotool("key", "--delay", "60", *keys)

    def run_action(self, window: str, words: str) -> None:
        """Run a menu entry by words of its label or description, as Help > Search and Run a Command does."""
        self.key(window, "slash")
        self.await_window("^Search Actions$")
        self.xdotool("type", "--delay", "30", words)
        time.sleep(1)  # the list has no state that could be waited for
        self.xdotool("key", "Return")

    def click(self, window: str, x: int, y: int, button: str = "1") -> None:
        """Click where the window has that pixel; button 1 is the left one, 3 the right one."""
        self.xdotool("mousemove", "--window", window, str(x), str(y), "click", button)

    def click_last_button(self, window: str) -> None:
        """Click where a dialog has its last button: in the lower right corner."""
        _, _, width, height = self.geometry(window)
        self.xdotool("mousemove", "--window", window, str(width - 70), str(height - 45), "click", "1")

    def geometry(self, window: str) -> tuple[int, int, int, int]:
        """Where a window's content is on the screen: left, top, width, height in px."""
        shape = dict(line.split("=") for line in self.xdotool("getwindowgeometry", "--shell", window).splitlines() if "=" in line)
        return int(shape["X"]), int(shape["Y"]), int(shape["WIDTH"]), int(shape["HEIGHT"])

    def screenshot(self, path: Path) -> None:
        """A picture of the whole screen, written by the other side: the path must lie where both see it."""
        self._desktop.send({"screenshot": str(path)})
        assert self._desktop.receive()["status"] == 0


def _pack(value: Any) -> Any:
    if isinstance(value, Remote):
        return value.pack()
    if isinstance(value, Enum):
        return {"enum": value.name}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, list | tuple):
        return [_pack(one) for one in value]
    if isinstance(value, dict):
        return {key: _pack(one) for key, one in value.items()}
    return value

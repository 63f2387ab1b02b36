"""Runs where GIMP is: starts it with a profile, and moves the mouse, types and takes pictures for the tests.

    python3 desktop.py PROFILE [--window]

PROFILE/plug-ins holds what is tested. Requests come over PROFILE/desktop.sock, one JSON line each:
{"xdotool": [argument...]} or {"screenshot": path}. GIMP ends when the connection does.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BASE = ("python-eval", "file-png", "file-jpeg")  # of GIMP's own plug-ins: each more costs time at the start
SCREENSHOT = """
import sys, gi
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk
root = Gdk.get_default_root_window()
Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height()).savev(sys.argv[1], "png", [], [])
"""


def prepare(profile: Path) -> None:
    """A configuration in which only the tested plug-in and the evaluator are looked at, without a Welcome window."""
    own = next(Path("/usr/lib").glob("*/gimp/3.0/plug-ins"))
    (profile / "base").mkdir(exist_ok=True)
    for name in BASE:
        link = profile / "base" / name
        if not link.is_symlink():
            link.symlink_to(own / name)
    said = subprocess.run(["gimp-console-3.0", "--version"], capture_output=True, text=True, check=True).stdout
    settings = {
        "config-version": f'"{said.split()[-1]}"',
        "plug-in-path": f'"{profile / "plug-ins"}:{profile / "base"}"',
        "check-updates": "no",
        "show-welcome-dialog": "no",
        "save-session-info": "no",
    }
    (profile / "gimprc").write_text("".join(f"({name} {value})\n" for name, value in settings.items()))


def start(profile: Path, window: bool) -> subprocess.Popen[bytes]:
    program = ["gimp-3.0", "--new-instance", "--no-splash"] if window else ["gimp-console-3.0", "--no-interface", "--quit"]
    script = HERE / "inside.py"
    batch = f"exec(compile(open('{script}').read(), '{script}', 'exec'))"
    environment = {**os.environ, "GIMP3_DIRECTORY": str(profile), "GIMP_TEST_SOCKET": str(profile / "gimp.sock")}
    with (profile / "gimp.log").open("ab") as log:
        command = [*program, "--no-data", "--batch-interpreter", "python-fu-eval", "--batch", batch]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def end_with(gimp: subprocess.Popen[bytes]) -> None:
    """A GIMP that dies must not leave the tests waiting."""
    os._exit(gimp.wait())


def do(request: dict[str, Any]) -> dict[str, Any]:
    if "screenshot" in request:
        command = [sys.executable, "-c", SCREENSHOT, request["screenshot"]]
    else:
        command = ["xdotool", *request["xdotool"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return {"status": done.returncode, "output": done.stdout}


def main() -> None:
    profile = Path(sys.argv[1])
    prepare(profile)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(profile / "desktop.sock"))
    server.listen(1)
    gimp = start(profile, "--window" in sys.argv)
    threading.Thread(target=end_with, args=(gimp,), daemon=True).start()
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as stream:
        stream.write(json.dumps({"pid": gimp.pid}).encode() + b"\n")
        stream.flush()
        for line in stream:
            stream.write(json.dumps(do(json.loads(line))).encode() + b"\n")
            stream.flush()
    gimp.kill()  # SIGTERM makes GIMP 3.0 hang now and then, in what it does to end
    gimp.wait()


main()

"""How long the service takes: to be ready, to fill a small hole with nothing running, to answer a cancel.

    python benchmarks/service.py [--repeats 5] [--write]

The peer beside each figure is the least the same machine can do: an empty Python process, and the method called in
this process. --write puts the table into benchmarks/results/service.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lacuna_client import admin
from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.events import Done, Event, Failed, Progress
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.launcher import Launcher
from lacuna_client.session import Session
from lacuna_models.run import Run
from lacuna_server.pipeline.inpaint import inpaint
from report import command_line, keep, seconds, table


def request(side: int, hole: int) -> InpaintRequest:
    """A noisy square picture with a square hole in its middle, to be filled by PatchMatch."""
    image = np.random.default_rng(0).integers(0, 256, (side, side, 4), np.uint8)
    image[..., 3] = 255
    selection = np.zeros((side, side), np.float32)
    start = (side - hole) // 2
    selection[start : start + hole, start : start + hole] = 1
    pixels = Buffer(BufferSpec("image/0", "u8", image.shape, "R'G'B'A"), image.tobytes())
    mask = Buffer(BufferSpec("selection/0", "f32", selection.shape, "Y"), selection.tobytes())
    return InpaintRequest([Box(Rect(0, 0, side, side), pixels, mask)], method="patchmatch")


def wait(session: Session, wanted: Callable[[Event], bool]) -> Event:
    while True:
        for event in session.poll(0.1):
            if wanted(event):
                return event


def is_end(event: Event) -> bool:
    return isinstance(event, Done | Failed)


def fill(launcher: Launcher, wanted: InpaintRequest) -> None:
    session = Session(launcher, client="benchmark")
    session.submit(wanted)
    end = wait(session, is_end)
    session.close()
    if not isinstance(end, Done):
        raise SystemExit(f"the fill failed: {end}")


def cancel_seconds(launcher: Launcher) -> float:
    """From cancel() to its answer, in the middle of a large fill."""
    session = Session(launcher, client="benchmark")
    job = session.submit(request(1400, 1000))
    wait(session, lambda event: is_end(event) or (isinstance(event, Progress) and event.fraction >= 0.1))
    time.sleep(0.5 * np.random.default_rng().random())  # anywhere in a pass
    started = time.perf_counter()
    session.cancel(job)
    end = wait(session, is_end)
    took = time.perf_counter() - started
    session.close()
    if not isinstance(end, Failed) or end.error.code != "cancelled":
        raise SystemExit(f"the fill was not cancelled: {end}")
    return took


def measure(repeats: int) -> dict[str, list[float]]:
    small = request(256, 60)
    rows: dict[str, list[float]] = {}

    def note(name: str, took: float) -> None:
        rows.setdefault(name, []).append(took)

    with tempfile.TemporaryDirectory(prefix="lacuna-bench-") as folder:
        launcher = Launcher((sys.executable, "-m", "lacuna_server.front"), Path(folder, "run"), Path(folder, "log"))
        fill(launcher, small)  # compiled code is on disk from here on, as the installer leaves it
        admin.stop(launcher)
        inpaint(small, Run())  # the peer is as warm as a running server
        for _ in range(repeats):
            note("peer: an empty Python process", seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True)))
            note("nothing running -> the front answers", seconds(lambda: admin.start(launcher)))
            admin.stop(launcher)
            note("nothing running -> a 60 px hole in 256 px is filled", seconds(lambda: fill(launcher, small)))
            note("server running -> a 60 px hole in 256 px is filled", seconds(lambda: fill(launcher, small)))
            note("peer: the same fill in this process", seconds(lambda: inpaint(small, Run())))
            note("a 1000 px fill is cancelled", cancel_seconds(launcher))
            admin.stop(launcher)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write results/service.md")
    given = parser.parse_args()
    text = table("what", measure(given.repeats))
    print(text)
    if given.write:
        keep("service", "The service's times", command_line(), text)


if __name__ == "__main__":
    main()

"""A fill in this process, on a thread of its own: compiled loops hold back Ctrl-C, a cancel they hear."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.errors import LacunaError
from lacuna_client.requests import Request
from lacuna_client.result import Result
from lacuna_models.run import Run
from lacuna_server.io.files import write_image
from lacuna_server.io.picture import Picture
from lacuna_server.pipeline.pixels import from_float
from lacuna_server.pipeline.whole import fill_whole

from .interrupt import Interrupt
from .progress import Bar

WAIT = 0.1  # s between two looks for Ctrl-C
CANCEL_SECONDS = 2.0


def fill(requests: Sequence[Request], bar: Bar, interrupt: Interrupt, stages: Path | None) -> Result:
    """The fills of all requests.

    Args:
        stages: a folder for each stage's result (16-bit PNG), or None.

    Raises LacunaError; KeyboardInterrupt once the thread has stopped, or does not within CANCEL_SECONDS (OpenCV's loops
    do not look; nothing is written yet, and the thread ends with the process).
    """
    if stages:
        _make(stages)
    run = Run(on_progress=bar.show, on_stage=_saving_to(stages) if stages else None)
    outcome: list[Result | BaseException] = []

    def work() -> None:
        try:
            outcome.append(fill_whole(requests, run))
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            outcome.append(error)

    thread = threading.Thread(target=work, name="fill", daemon=True)
    thread.start()
    give_up = math.inf
    while thread.is_alive() and time.monotonic() < give_up:
        thread.join(WAIT)
        if interrupt.asked and give_up == math.inf:
            run.cancel()
            give_up = time.monotonic() + CANCEL_SECONDS
    interrupt.check()
    made = outcome[0]
    if isinstance(made, BaseException):
        raise made
    return made


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LacunaError("unwritable", path=str(folder), reason=error.strerror or str(error)) from error


def _saving_to(folder: Path) -> Any:
    def save(name: str, stage: NDArray[Any]) -> None:
        pixels = stage.reshape(*stage.shape[:2], -1)
        write_image(folder / f"{name}.png", Picture(from_float(pixels.astype(np.float64), np.dtype(np.uint16))))

    return save

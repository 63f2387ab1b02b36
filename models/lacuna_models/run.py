"""The run: seed, device, progress, preview and cancel of one job, the type that all stages share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import Cancelled
from .sampling import UNCHANGED, Sampling


class Run:
    """One job's life, as the stages see it. Thread-safe in cancel(); everything else belongs to the computing thread.

    Attributes:
        seed: makes the result repeatable; the same seed, input and version give the same pixels on the same device.
        sampling: what methods that copy patches may do to the known pixels.
        tile: px, the side of the tiles in which a network refines; 0 = as large as memory allows.
        device: 'cpu' or 'cuda:N', already resolved.
        cancel_flag: uint8[1], not 0 once cancelled: compiled loops that release the GIL poll it, at least every 50 ms.
        times: seconds by stage, filled by stage().
        weights: SHA-256 of every network's weights file that took part, by file name.
        warnings: sentences for the artist about what was done otherwise than asked (a smaller tile, another device).
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        device: str = "cpu",
        sampling: Sampling = UNCHANGED,
        on_progress: Callable[[str, float], None] | None = None,
        on_preview: Callable[[NDArray[np.float32]], None] | None = None,
        on_stage: Callable[[str, NDArray[Any]], None] | None = None,
    ) -> None:
        """
        Args:
            on_progress: called with (stage text, fraction of the whole job in [0, 1]).
            on_preview: called with an H x W x C float32 picture of the region so far (any size).
            on_stage: called with (name, picture) of a stage's whole result, for --save-stages.
        """
        self.seed = seed
        self.sampling = sampling
        self.tile = 0
        self.device = device
        self.cancel_flag = np.zeros(1, np.uint8)
        self.times: dict[str, float] = {}
        self.weights: dict[str, str] = {}
        self.warnings: list[str] = []
        self._on_progress = on_progress
        self._on_preview = on_preview
        self._on_stage = on_stage
        self._low, self._high, self._text = 0.0, 1.0, ""

    def cancel(self) -> None:
        """May be called from any thread."""
        self.cancel_flag[0] = 1

    def cancelled(self) -> bool:
        return bool(self.cancel_flag[0])

    def check(self) -> None:
        """Raise Cancelled once cancel() was called. Call it often enough: at least every 50 ms of work."""
        if self.cancelled():
            raise Cancelled

    def progress(self, fraction: float, text: str | None = None) -> None:
        """Report how much of the present stage is done, in [0, 1]; checks for a cancel too."""
        self.check()
        if self._on_progress:
            within = min(max(fraction, 0.0), 1.0)
            self._on_progress(text or self._text, self._low + within * (self._high - self._low))

    def warn(self, sentence: str) -> None:
        """Tell the artist something, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def preview(self, image: NDArray[np.float32]) -> None:
        """Show the picture so far, H x W x C float32."""
        if self._on_preview:
            self._on_preview(image)

    def keep(self, name: str, picture: NDArray[Any]) -> None:
        """Hand out a stage's result under a short name ('coarse', 'alpha'); used by --save-stages."""
        if self._on_stage:
            self._on_stage(name, picture)

    @contextmanager
    def stage(self, name: str | None, text: str, low: float = 0.0, high: float = 1.0) -> Iterator[None]:
        """Time a stage under `name` (None: not timed); progress inside it runs from low to high of the enclosing stage."""
        outer = self._low, self._high, self._text
        width = outer[1] - outer[0]
        self._low, self._high, self._text = outer[0] + low * width, outer[0] + high * width, text
        started = time.perf_counter()
        try:
            self.progress(0.0)
            yield
        finally:
            if name is not None:
                self.times[name] = self.times.get(name, 0.0) + time.perf_counter() - started
            self._low, self._high, self._text = outer

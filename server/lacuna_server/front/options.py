"""What a front is started with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from lacuna_client import places
from lacuna_server.memory_cap import MIB, physical_memory

RESULT_BYTES = 1 << 30  # finished jobs' pixels kept for clients that come back
RESULT_SECONDS = 600.0
FRONT_MIB = 512  # what the front itself and libzmq's buffers may need beside the jobs
WORKER_SHARE = 0.8  # of the machine's memory


@dataclass(frozen=True, slots=True)
class Options:
    """Folders, lifetimes (seconds) and limits of one front."""

    runtime_dir: Path
    log_dir: Path
    idle_seconds: float
    worker_idle_seconds: float
    max_job_bytes: int
    worker_mib: int

    @property
    def max_total_bytes(self) -> int:
        """Declared bytes of all unfinished jobs together."""
        return 2 * self.max_job_bytes

    @property
    def front_mib(self) -> int:
        """The front's memory cap: the jobs it has promised to hold, a result on its way, the results kept, and a little more."""
        return (self.max_total_bytes + self.max_job_bytes + min(RESULT_BYTES, self.max_total_bytes)) // MIB + FRONT_MIB


def parse(arguments: list[str] | None = None) -> Options:
    """Options from the command line of `python -m lacuna_server.front`."""
    parser = argparse.ArgumentParser(prog="lacuna_server.front", description="Lacuna's server process.")
    parser.add_argument("--runtime-dir", type=Path, default=places.runtime_dir(), help="where the connection file goes")
    parser.add_argument("--log-dir", type=Path, default=places.log_dir(), help="where the logs go")
    parser.add_argument("--idle-minutes", type=float, default=15.0, help="end after so long without a client")
    parser.add_argument(
        "--worker-idle-minutes", type=float, default=2.0, help="free the workers' memory after so long without a job"
    )
    parser.add_argument("--max-job", type=int, default=1024, metavar="MIB", help="the most one job may send, and its result be")
    parser.add_argument(
        "--memory", type=int, default=0, metavar="MIB", help="a worker's memory cap; 0: 80 %% of the machine's memory"
    )
    given = parser.parse_args(arguments)
    if given.max_job < 1 or given.memory < 0 or not (given.idle_minutes > 0 and given.worker_idle_minutes > 0):
        parser.error("limits and minutes must be positive")
    return Options(
        runtime_dir=given.runtime_dir.absolute(),
        log_dir=given.log_dir.absolute(),
        idle_seconds=given.idle_minutes * 60,
        worker_idle_seconds=given.worker_idle_minutes * 60,
        max_job_bytes=given.max_job * MIB,
        worker_mib=given.memory or int(physical_memory() * WORKER_SHARE),
    )

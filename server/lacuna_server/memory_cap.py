"""A process's memory cap: running out raises MemoryError here instead of dragging the whole machine down."""

from __future__ import annotations

import os
import sys

MIB = 1 << 20


def set_cap(mebibytes: int) -> bool:
    """Cap this process's private writable memory; False where the system has no such limit (Windows, macOS)."""
    if sys.platform != "linux":
        return False
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]  # left as it is: a child must be able to set its own cap
    wanted = mebibytes * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    return True


def physical_memory() -> int:
    """The machine's memory in MiB; 0 where it cannot be told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    except (AttributeError, ValueError, OSError):
        return 0


def used_memory() -> int:
    """This process's resident memory in MiB; 0 where it cannot be told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # one read of a kernel file
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // MIB
    except (OSError, ValueError, IndexError):
        return 0

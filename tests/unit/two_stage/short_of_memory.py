"""Refines a region with so much address space left: python short_of_memory.py MIB. Prints the sentences, or the error's name."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np

from lacuna_models.run import Run
from lacuna_models.two_stage.loading import ready
from lacuna_models.two_stage.refining import UnetRefiner
from unit.two_stage.regions import box, picture, region


def main() -> None:
    hole = box(700, 700, slice(10, 690), slice(10, 690))
    seen = region(picture(700, 700), hole)
    filled = picture(700, 700)[::-1]
    small, run = box(64, 64, slice(20, 30), slice(20, 30)), Run()
    UnetRefiner().refine(region(picture(64, 64), small), picture(64, 64), run)  # all libraries have what they keep
    loaded = ready(UnetRefiner.network, "cpu", run)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    most = used + (int(sys.argv[1]) << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        result = UnetRefiner().refine(seen, filled, run)
    except MemoryError:
        print("MemoryError")
    else:
        assert np.isfinite(result).all()
        assert loaded.network is not None
        print(*run.warnings, sep="\n")


if __name__ == "__main__":
    main()

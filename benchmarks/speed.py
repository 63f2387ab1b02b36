"""How fast the fills are, where the time goes, and how soon a fill obeys a cancel.

    python benchmarks/speed.py [--sizes 512 1024 2048 4096] [--methods A B ...] [--devices cpu cuda] [--repeats 5]
                               [--image FILE] [--only sizes canvases cancel] [--write [NAME]]

The hole is the center square, a third of the side. Each figure is the mean of --repeats processes (a quarter as many above
2048 px): cold = from the start of a new process to its first picture, warm = the second fill of that process. The scene is
rendered, or --image brought to each size. The same 341 px hole is also filled in canvases of 4, 24 and 100 megapixels (there
the least of all processes), and a fill of the largest size is cancelled at shares of its time and where its last levels change.
Times of the wire and of GIMP around a fill are in results/service.md and results/click.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from lab.cancels import LAST_PICTURES
from lab.cases import Bytes, middle_square
from lab.methods import Method, Ours, methods_of
from lab.scenes import scene
from lab.staged import ENGINE, STAGES
from lab.tables import NONE, markdown
from lab.timings import Hole, Timing, each, place, time_cancels
from report import command_line, keep

PARTS = ("sizes", "canvases", "cancel")
RATIOS_TO = ("opencv-telea", "gmic-matchpatch")
FEWER_ABOVE = 2048  # px
CANVASES = {"4 megapixels": (2048, 2048), "24 megapixels": (6016, 4032), "100 megapixels": (12032, 8320)}  # multiples of 64
CANVAS_HOLE = 341  # px
CANCELS = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the fill's time


def of_size(image: Path | None, width: int, height: int) -> Bytes:
    """The rendered scene, or the middle of the photograph brought to the size."""
    if image is None:
        return scene(width, height)
    square = middle_square(np.asarray(Image.open(image).convert("RGB")))
    how = cv2.INTER_AREA if square.shape[0] > width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (width, height), interpolation=how))


def sizes(folder: Path, given: argparse.Namespace, methods: Sequence[Method]) -> str:
    """Every method at every size, and where the time of the product's goes."""

    runs: int = given.repeats

    def repeats(hole: Hole) -> int:
        return max(runs // 4, 1) if int(hole.what) > FEWER_ABOVE else runs

    holes = [place(folder, str(side), of_size(given.image, side, side), side // 3) for side in given.sizes]
    timings = each(holes, methods, given.devices, repeats)
    parts = [
        "## Square hole, a third of the side",
        *(size_table([one for one in timings if one.what == hole.what]) for hole in holes),
    ]
    return "\n\n".join([*parts, "## Where the time goes (warm)", stage_table(timings)])


def size_table(timings: Sequence[Timing]) -> str:
    """One size: seconds cold and warm, memory, and the warm ones as multiples of the peers'."""
    base = {one.method: one.seconds for one in timings if one.method in RATIOS_TO and one.warm}
    rows = []
    for one in timings:
        if one.note:
            rows.append([one.method, one.device, one.note, *[NONE] * (2 + len(base))])
            continue
        ratios = [f"{one.seconds / seconds:.2f}" for seconds in base.values()]
        rows.append([one.method, one.device, spread(one.cold), spread(one.warm), f"{one.peak_mib:.0f}", *ratios])
    header = [f"{timings[0].what} px, {max(len(one.warm) for one in timings)} runs", "device", "cold", "warm", "peak MiB"]
    return markdown([*header, *(f"x {peer}" for peer in base)], rows)


def spread(seconds: Sequence[float]) -> str:
    """Mean (least to most)."""
    return f"{statistics.fmean(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"


def stage_table(timings: Sequence[Timing]) -> str:
    """Mean seconds of each stage, in the order in which they run."""
    staged = [one for one in timings if one.stages]
    names = [name for name in STAGES if any(name in one.stages[0] for one in staged)]
    rows = [[one.what, one.method, one.device, *(stage_text(one, name) for name in names)] for one in staged]
    return markdown(["px", "method", "device", *names], rows)


def stage_text(timing: Timing, name: str) -> str:
    seconds = [stages[name] for stages in timing.stages if name in stages]
    return f"{statistics.fmean(seconds):.3f}" if seconds else NONE


def canvases(folder: Path, given: argparse.Namespace, methods: Sequence[Method]) -> str:
    """The same hole and surroundings in canvases of several sizes: what the artist's whole picture costs."""
    own = ours_here(methods)
    holes = [place(folder, what, scene(*size), CANVAS_HOLE) for what, size in CANVASES.items()]
    timings = each(holes, own, ("cpu",), lambda _: given.repeats)
    first = {one.method: engine(one) for one in timings if one.what == holes[0].what}
    rows = []
    for one in timings:
        ratio = engine(one) / first[one.method]
        rows.append([one.method, one.what, f"{engine(one):.3f}", f"{ratio:.2f}", f"{min(one.warm):.3f}", f"{one.peak_mib:.0f}"])
    header = ["method", "canvas", "engine", f"x {holes[0].what}", "whole fill", "peak MiB (the canvas in it)"]
    return f"## The same {CANVAS_HOLE} px hole in larger canvases (warm, least of all runs)\n\n{markdown(header, rows)}"


def ours_here(methods: Sequence[Method]) -> list[Ours]:
    """The product's own, without those whose weights are missing: the table of sizes says so of them."""
    return [method for method in methods if isinstance(method, Ours) and not method.missing()]


def engine(timing: Timing) -> float:
    """Seconds of the method itself, the least of all runs: what else the machine did then must not look like the canvas."""
    return min(sum(stages.get(stage, 0.0) for stage in ENGINE) for stages in timing.stages)


def cancel(folder: Path, given: argparse.Namespace, methods: Sequence[Method]) -> str:
    """From a cancel to the end of the fill, at the largest size."""
    side = max(given.sizes)
    hole = place(folder, f"{side}-cancel", of_size(given.image, side, side), side // 3)
    rows = []
    for method in ours_here(methods):
        if method.composed.refiner:
            took, tried = time_cancels(hole, method, CANCELS)
            summed = [f"{statistics.fmean(took):.3f}", f"{max(took):.3f}"] if took else [NONE, NONE]
            rows.append([method.name, f"{len(took)} of {tried}", *summed])
    shown = ", ".join(f"{fraction:.0%}" for fraction in CANCELS)
    when = f"at {shown} of its time, and before and at each of the last {LAST_PICTURES} pictures it shows, where levels change"
    table = markdown(["method", "cancelled before its end", "mean", "most"], rows)
    return f"## A fill of {side} px cancelled\n\nCancelled {when}.\n\n{table}"


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=(512, 1024, 2048, 4096), metavar="PX")
    parser.add_argument("--methods", nargs="+", default=(), metavar="NAME", help="default: all of the product and all peers")
    parser.add_argument("--devices", nargs="+", default=("cpu",), metavar="DEVICE", help="cpu, cuda, cuda:1, ...; peers: cpu")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--image", type=Path, metavar="FILE", help="a photograph instead of the rendered scene")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--write", nargs="?", const="speed", metavar="NAME", help="write results/NAME.md; default: speed")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    given = arguments(words)
    methods = methods_of(given.methods)
    measures = {"sizes": sizes, "canvases": canvases, "cancel": cancel}
    with tempfile.TemporaryDirectory(prefix="lacuna-speed-") as folder:
        text = "\n\n".join(measures[part](Path(folder), given, methods) for part in given.only)
    print(text)
    if given.write:
        keep(given.write, "Speed", command_line(), text, "seconds where nothing else is said")


if __name__ == "__main__":
    main()

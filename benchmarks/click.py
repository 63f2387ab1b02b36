"""From the call of the procedure in a real GIMP 3, with no server running, to the filled layer in the image.

    PYTHONPATH=tests python benchmarks/click.py [--repeats 5] [--write]

Needs what the GIMP tests need (tests/run sets it up). The peer is GIMP's own work for the same click: a new layer with
the same pixels, placed by a script. --write puts the table into benchmarks/results/click.md.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from gimp.driver import Gimp, Placing, install
from gimp.pictures import Picture, noise
from lacuna_client import admin
from report import command_line, keep, seconds, table


def fill(picture: Picture) -> None:
    answer = picture.fill(procedure="lacuna-inpaint-again")
    if answer.status != "success":
        raise SystemExit(f"the fill failed: {answer.sentence}")


def measure(repeats: int) -> dict[str, list[float]]:
    folder = Path(tempfile.mkdtemp(prefix="lacuna-click-", dir="/tmp"))
    placing = Placing(folder)
    try:
        install(folder / "profile")
        gimp = Gimp(folder / "profile", environment=placing.environment())
        picture = Picture(gimp, pixels=noise(1200, 800))
        picture.select(500, 400, 60, 60)
        fill(picture)  # compiled code is on disk from here on, as the installer leaves it
        rows: dict[str, list[float]] = {}
        for _ in range(repeats):
            admin.stop(placing.launcher)
            rows.setdefault("click with nothing running -> layer", []).append(seconds(lambda: fill(picture)))
            rows.setdefault("click with the server running -> layer", []).append(seconds(lambda: fill(picture)))
            script = rows.setdefault("peer: a script adds a layer of that size", [])
            script.append(seconds(lambda: picture.add_layer("peer", "RGBA", noise(76, 76))))
        gimp.close()
        return rows
    finally:
        placing.close()
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write results/click.md")
    given = parser.parse_args()
    text = table("what (a 60 px hole in 1200 x 800, 8 bit, PatchMatch)", measure(given.repeats))
    print(text)
    if given.write:
        keep("click", "From the click to the layer", command_line("PYTHONPATH=tests "), text)


if __name__ == "__main__":
    main()

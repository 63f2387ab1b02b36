"""The demonstration: the example photograph, filled by the server that was just installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .failure import InstallError
from .files import make_folder
from .pip import program
from .steps import Steps

PHOTOGRAPH = "rocket.jpg"
MASK = "rocket-mask.png"
# Sky on both sides of the rocket and nothing else: further away there are towers, of which the fill would make another.
OPTIONS = ("--context", "64")
FOLDER = "lacuna-demo"


def run(steps: Steps, environment: Path) -> Path:
    """Fill the example in ./lacuna-demo (the data folder's where that cannot be written); returns the picture's path."""
    examples = steps.root / "docs" / "examples"
    folder = (Path.cwd() if os.access(Path.cwd(), os.W_OK) else steps.places.data) / FOLDER
    make_folder(folder)
    before, mask, after = folder / "before.jpg", folder / "mask.png", folder / "after.png"
    try:
        shutil.copyfile(examples / PHOTOGRAPH, before)
        shutil.copyfile(examples / MASK, mask)
    except OSError as error:
        raise InstallError(f"The example could not be copied: {error}.", "Run it in a folder that you may write to.") from error
    steps.journal.say("Filling the example photograph with the server")
    steps.journal.run(
        [program(environment, "lacuna"), "inpaint", before, "--mask", mask, "-o", after, *OPTIONS],
        "The example could not be filled.",
    )
    steps.journal.say(f"Before: {before}\nMask:   {mask}\nAfter:  {after}")
    return after

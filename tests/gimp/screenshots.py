"""Write the pictures of docs/pictures: a real GIMP 3 with the menu, the dialog and the filled layer.

python3 -m gimp.screenshots [FOLDER]        (from tests/, with the environment that tests/run makes)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from .driver import TREE, Enum, Gimp, Placing, Remote, install, wait_until

EXAMPLE = TREE / "docs" / "examples" / "rocket.jpg"
MASK = TREE / "docs" / "examples" / "rocket-mask.png"


def open_example(gimp: Gimp) -> tuple[str, Remote]:
    """The example photograph with its mask as the selection, in a window; returns the window and the image."""
    image, mask = (gimp.ask("load", path=str(path)) for path in (EXAMPLE, MASK))
    hole = gimp.call("Layer.new_from_drawable", mask.get_layers()[0], image)
    image.insert_layer(hole, None, 0)
    image.select_color(Enum("ChannelOps.REPLACE"), hole, gimp.ask("color", name="white"))
    image.remove_layer(hole)
    gimp.call("Display.new", image)
    window = gimp.await_window(r"1 layer\)")
    gimp.xdotool("windowmove", window, "0", "0", "windowsize", window, "1600", "1000")
    return window, image


def settled(gimp: Gimp, path: Path) -> None:
    """A screenshot after animations and redraws, which have no state to wait for."""
    time.sleep(1.5)
    gimp.screenshot(path)


def take(gimp: Gimp, folder: Path) -> None:
    window, image = open_example(gimp)
    gimp.xdotool("windowactivate", "--sync", window)
    gimp.xdotool("key", "shift+ctrl+j")  # fit the image in the window
    gimp.xdotool("key", "alt+r")  # Filters; Lacuna is its last entry but for what other plug-ins add
    gimp.xdotool("key", "Up", "Right", "Down")
    settled(gimp, folder / "menu.png")
    gimp.xdotool("key", "Return")
    gimp.xdotool("mousemove", "700", "940")  # no help text over the dialog
    dialog = gimp.await_window("^Inpaint Selection$")
    gimp.key(dialog, "alt+x", "ctrl+a", "6", "4", "Tab", "Tab")  # a context of 64 px: the sky, not the towers
    settled(gimp, folder / "dialog.png")
    gimp.key(dialog, "alt+o")
    gimp.await_window(r"2 layers\)")
    wait_until(lambda: not gimp.window("^Lacuna$"), "the progress window to close")
    gimp.call("Selection.none", image)
    gimp.call("displays_flush")
    settled(gimp, folder / "filled.png")


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TREE / "docs" / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="lacuna-pictures-", dir="/tmp"))
    profile = scratch / "profile"
    profile.mkdir()
    install(profile)
    placing = Placing(scratch)
    gimp = Gimp(profile, window=True, environment=placing.environment())
    try:
        take(gimp, scratch)
        for picture in scratch.glob("*.png"):
            shutil.copy(picture, target / picture.name)
    finally:
        gimp.close()
        placing.close()
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

"""Write the pictures of docs/pictures: a real GIMP 3 with the menu, the dialogs and the layers that come of them.

python3 -m gimp.screenshots [FOLDER]        (from tests/, with the environment that tests/run makes)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from . import color_screenshots
from .driver import TREE, Enum, Gimp, Placing, Remote, install, wait_until
from .screen import DOCK, HEIGHT, WIDTH, loaded, settled

EXAMPLE = TREE / "docs" / "examples" / "rocket.jpg"
MASK = TREE / "docs" / "examples" / "rocket-mask.png"
SOURCES = TREE / "docs" / "examples" / "rocket-sources.png"


def open_example(gimp: Gimp) -> tuple[str, Remote]:
    """The example photograph with its mask as the selection, in a window; returns the window and the image."""
    image, mask = (gimp.ask("load", path=str(path)) for path in (EXAMPLE, MASK))
    hole = gimp.call("Layer.new_from_drawable", mask.get_layers()[0], image)
    image.insert_layer(hole, None, 0)
    image.select_color(Enum("ChannelOps.REPLACE"), hole, gimp.ask("color", name="white"))
    image.remove_layer(hole)
    gimp.call("Display.new", image)
    window = gimp.await_window(r"1 layer\)")
    gimp.xdotool("windowmove", window, "0", "0", "windowsize", window, str(WIDTH), str(HEIGHT))
    edge, middle = str(WIDTH - DOCK), str(HEIGHT // 2)  # of the docks: half as wide again, so that the layers' names can be read
    gimp.xdotool("mousemove", "--sync", edge, middle, "mousedown", "1")
    gimp.xdotool("mousemove", "--sync", str(WIDTH - 3 * DOCK // 2), middle, "mouseup", "1")
    return window, image


def take(gimp: Gimp, folder: Path) -> None:
    window, image = open_example(gimp)
    picture, hole = image.get_layers()[0], gimp.call("Selection.save", image)
    image.set_selected_layers([picture])
    gimp.xdotool("windowactivate", "--sync", window)
    gimp.xdotool("mousemove", str(WIDTH // 2), str(HEIGHT + 100))  # no help text over a dialog
    gimp.xdotool("key", "shift+ctrl+j")  # fit the image in the window
    from_the_menu(gimp, folder)
    gimp.call("Selection.none", image)
    gimp.call("displays_flush")
    settled(gimp, folder / "filled.png")
    image.remove_layer(image.get_layers()[0])
    image.select_item(Enum("ChannelOps.REPLACE"), hole)
    paint_sources(gimp, image)
    settled(gimp, folder / "sources-layer.png")
    choose_a_variant(gimp, image, picture)
    settled(gimp, folder / "variants.png")


def from_the_menu(gimp: Gimp, folder: Path) -> None:
    gimp.call("context_set_foreground", gimp.ask("color", name="#e09040"))  # the evening sky's
    gimp.xdotool("key", "alt+r")  # Filters; Lacuna is its last entry but for what other plug-ins add
    gimp.xdotool("key", "Up", "Right")
    settled(gimp, folder / "menu.png")
    gimp.xdotool("key", "Down", "Return")  # the second of Lacuna's entries, which are in the order of the alphabet
    dialog = gimp.await_window("^Inpaint Selection$")
    settled(gimp, folder / "dialog.png", dialog)
    point_in_the_dialog(gimp, folder, dialog)
    gimp.key(dialog, "alt+k", "alt+n")
    settled(gimp, folder / "dialog-more.png", dialog)
    gimp.key(dialog, "alt+x", "ctrl+a", "6", "4", "Tab", "alt+o")  # a context of 64 px: the sky, not the towers
    gimp.await_window(r"2 layers\)")
    wait_until(lambda: not gimp.window("^Lacuna$"), "the progress window to close")


def point_in_the_dialog(gimp: Gimp, folder: Path, dialog: str) -> None:
    """The dialog with its picture and a point in it, which goes again."""
    gimp.key(dialog, "alt+k")
    wait_until(lambda: gimp.geometry(dialog)[2] > 600, "the picture")
    for button in ("1", "3"):
        gimp.click(dialog, 125, 150, button)
        gimp.xdotool("mousemove", str(WIDTH // 2), str(HEIGHT + 100))
        if button == "1":
            settled(gimp, folder / "dialog-hints.png", dialog)


def paint_sources(gimp: Gimp, image: Remote) -> None:
    """Dark strokes over the towers, on a layer that the photograph shines through."""
    size = image.get_width(), image.get_height()
    layer = gimp.call("Layer.new", image, "Lacuna sources", *size, Enum("ImageType.RGBA_IMAGE"), 60.0, Enum("LayerMode.NORMAL"))
    image.insert_layer(layer, None, 0)
    strokes = np.zeros((size[1], size[0], 4), np.uint8)
    strokes[..., 3] = 255 - loaded(SOURCES)[..., 0]
    where = {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    gimp.ask("write", drawable=layer, **where, babl_format="R'G'B'A u8", data=strokes.tobytes())
    layer.update(0, 0, *size)
    gimp.call("displays_flush")


def choose_a_variant(gimp: Gimp, image: Remote, picture: Remote) -> None:
    """Three fills in a group; the second one is seen."""
    call = {"name": "lacuna-inpaint", "mode": "NONINTERACTIVE", "image": image, "drawables": [picture]}
    answer = gimp.ask("procedure", **call, values={"variants": 3})
    assert answer["status"] == "success", answer["sentence"]
    for number, variant in enumerate(answer["layer"].get_children()):
        variant.set_visible(number == 1)
    image.get_layers()[0].set_visible(False)  # it counts all the same
    gimp.call("Selection.none", image)
    gimp.call("displays_flush")


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
        color_screenshots.take(gimp, scratch)
        for picture in scratch.glob("*.png"):
            shutil.copy(picture, target / picture.name)
    finally:
        gimp.close()
        placing.close()
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

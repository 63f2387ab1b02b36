"""The pictures of docs/pictures that show Recolor, the hints layer and Colorize; screenshots.py takes them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .driver import TREE, Enum, Gimp, Remote, wait_until
from .pictures import luma
from .screen import HEIGHT, WIDTH, loaded, settled

PHOTOGRAPHS, EXAMPLES = TREE / "benchmarks" / "pictures", TREE / "docs" / "examples"
BLUE, BROWN = "#3f7fd0", "#8a6a3a"


def take(gimp: Gimp, folder: Path) -> None:
    recolor_the_eyes(gimp, folder)
    colorize_a_gray_photograph(gimp, folder)


def recolor_the_eyes(gimp: Gimp, folder: Path) -> None:
    image = shown(gimp, PHOTOGRAPHS / "chelsea.jpg")
    select(gimp, image, EXAMPLES / "chelsea-eyes-mask.png")
    gimp.call("context_set_foreground", gimp.ask("color", name=BLUE))
    through_the_dialog(gimp, folder, image, "recolor", "^Recolor Selection$")
    settled(gimp, folder / "recolored.png")


def colorize_a_gray_photograph(gimp: Gimp, folder: Path) -> None:
    """A gray layer with dots over it."""
    image = shown(gimp, PHOTOGRAPHS / "astronaut.jpg")
    (photograph,) = image.get_layers()
    pixels = loaded(PHOTOGRAPHS / "astronaut.jpg")[..., ::-1]
    gray = np.repeat(np.rint(luma(pixels)).astype(np.uint8)[..., None], 3, axis=2)
    write(gimp, photograph, "R'G'B' u8", gray)
    size = gray.shape[1], gray.shape[0]
    dots = gimp.call("Layer.new", image, "Lacuna hints", *size, Enum("ImageType.RGBA_IMAGE"), 100.0, Enum("LayerMode.NORMAL"))
    image.insert_layer(dots, None, 0)
    painted = cv2.imread(str(EXAMPLES / "astronaut-hints.png"), cv2.IMREAD_UNCHANGED)
    assert painted is not None
    write(gimp, dots, "R'G'B'A u8", painted[..., [2, 1, 0, 3]])
    gimp.call("displays_flush")
    settled(gimp, folder / "hints-layer.png")
    gimp.call("context_set_foreground", gimp.ask("color", name=BROWN))
    through_the_dialog(gimp, folder, image, "colorize", "^Colorize$")


def shown(gimp: Gimp, photograph: Path) -> Remote:
    """The image, opened in the window that is there and made to fit it."""
    image: Remote = gimp.ask("load", path=str(photograph))
    gimp.call("Display.new", image)
    window = gimp.await_window(rf"\]-{image.get_id()}\.0 .*1 layer\)")
    gimp.xdotool("windowactivate", "--sync", window)
    gimp.xdotool("mousemove", str(WIDTH // 2), str(HEIGHT + 100))  # no help text over a dialog
    gimp.xdotool("key", "shift+ctrl+j")
    return image


def select(gimp: Gimp, image: Remote, mask: Path) -> None:
    """Select what the mask says, as softly."""
    values = loaded(mask)[..., :1].astype(np.float32) / 255
    size = values.shape[1], values.shape[0]
    channel = gimp.call("Channel.new", image, "mask", *size, 50.0, gimp.call("context_get_foreground"))
    image.insert_channel(channel, None, 0)
    write(gimp, channel, "Y float", values)
    image.select_item(Enum("ChannelOps.REPLACE"), channel)
    image.remove_channel(channel)
    image.set_selected_layers(image.get_layers())
    gimp.call("displays_flush")


def write(gimp: Gimp, drawable: Remote, babl_format: str, pixels: np.ndarray) -> None:
    height, width = pixels.shape[:2]
    where = {"x": 0, "y": 0, "width": width, "height": height}
    data = np.ascontiguousarray(pixels).tobytes()
    gimp.ask("write", drawable=drawable, **where, babl_format=babl_format, data=data)
    drawable.update(0, 0, width, height)


def through_the_dialog(gimp: Gimp, folder: Path, image: Remote, operation: str, title: str) -> None:
    """Run the operation on the lowest layer, with a picture of its dialog once the preview has come."""
    log = folder / "log" / "plugin.log"
    before = previews(log)
    call = {"image": image, "drawables": [image.get_layers()[-1]], "values": {}}
    gimp.send("procedure", name=f"lacuna-{operation}", mode="INTERACTIVE", **call)
    dialog = gimp.await_window(title)
    wait_until(lambda: previews(log) > before, "the preview")
    settled(gimp, folder / f"{operation}-dialog.png", dialog)
    gimp.key(dialog, "alt+o")
    answer = gimp.result()
    assert answer["status"] == "success", answer["sentence"]
    gimp.call("Selection.none", image)
    gimp.call("displays_flush")


def previews(log: Path) -> int:
    """How many have come."""
    return log.read_text().count("preview: ")

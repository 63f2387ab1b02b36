"""Pictures in a GIMP under test: made from arrays, selected, filled, and read back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lacuna_client import settings
from lacuna_client.colors import Hint, drawn
from lacuna_client.islands import Rect

from .driver import Enum, Gimp, Remote

Array = NDArray[Any]

WIDTH, HEIGHT = 101, 83  # odd, and no multiple of a tile
KINDS = ("RGB", "RGBA", "GRAY", "GRAYA", "INDEXED", "INDEXEDA")
PRECISIONS = tuple(
    f"{depth}_{curve}" for depth in ("U8", "U16", "U32", "HALF", "FLOAT", "DOUBLE") for curve in ("LINEAR", "NON_LINEAR")
)
LOSSLESS = "R'G'B'A float"


class Fill(NamedTuple):
    """What a procedure answered."""

    status: str
    sentence: str
    layer: Remote | None


def noise(width: int = WIDTH, height: int = HEIGHT, seed: int = 0) -> Array:
    """height x width x 4 float32 R'G'B'A, opaque, every pixel another."""
    pixels = np.random.default_rng(seed).random((height, width, 4), dtype=np.float32)
    pixels[..., 3] = 1
    return pixels


def luma(pixels: Array) -> Array:
    """Y' of R'G'B'A pixels, in float64."""
    return np.asarray(pixels[..., :3].astype(np.float64) @ (0.2126, 0.7152, 0.0722))


def dotted(picture: Picture, *hints: Hint) -> Remote:
    """A new layer 'Lacuna hints' with these dots, at the top."""
    frame = Rect(0, 0, picture.width, picture.height)
    dots = np.frombuffer(drawn(hints, frame), np.uint8).reshape(frame.height, frame.width, 4)
    return picture.add_layer("Lacuna hints", "RGBA", dots.astype(np.float32) / 255)


def remember(gimp: Gimp, **values: Any) -> None:
    """Make the artist's last values the defaults but for these, and Telea's method, which takes no time."""
    kept = settings.defaults() | {"method": "telea"} | values
    parasite = gimp.call("Parasite.new", "lacuna-inpaint-last-values", 1, json.dumps(kept).encode())
    gimp.call("attach_parasite", parasite)


def slow(gimp: Gimp) -> Picture:
    """A picture whose fill takes far longer than any test waits for it."""
    picture = Picture(gimp, pixels=noise(1600, 1400))
    picture.select(50, 50, 1500, 1300)
    return picture


class Picture:
    """An image with one layer, and the layer that the fills work on."""

    def __init__(self, gimp: Gimp, kind: str = "RGB", precision: str = "U8_NON_LINEAR", pixels: Array | None = None) -> None:
        self.gimp = gimp
        pixels = noise() if pixels is None else pixels
        height, width = pixels.shape[:2]
        self.width, self.height = width, height
        self.window = ""  # GIMP's, once it shows the image
        indexed = kind.startswith("INDEXED")
        base = "GRAY" if kind.startswith("GRAY") else "RGB"
        made_as = kind.replace("INDEXED", "RGB")
        sizes = (width, height, Enum(f"ImageBaseType.{base}"), Enum(f"Precision.{precision}"))
        self.image = gimp.call("Image.new_with_precision", *sizes)
        self.layer = self.add_layer("picture", made_as, pixels)
        if indexed:
            palette = (Enum("ConvertDitherType.NONE"), Enum("ConvertPaletteType.WEB"), 0, False, False, "")
            self.image.convert_indexed(*palette)

    def add_layer(self, name: str, kind: str, pixels: Array, x: int = 0, y: int = 0, parent: Remote | None = None) -> Remote:
        """A new layer at the top (of the parent group)."""
        height, width = pixels.shape[:2]
        arguments = (width, height, Enum(f"ImageType.{kind}_IMAGE"), 100.0, Enum("LayerMode.NORMAL"))
        layer: Remote = self.gimp.call("Layer.new", self.image, name, *arguments)
        self.image.insert_layer(layer, parent, 0)
        data = np.ascontiguousarray(pixels, np.float32).tobytes()
        where = {"x": 0, "y": 0, "width": width, "height": height}
        self.gimp.ask("write", drawable=layer, **where, babl_format=LOSSLESS, data=data)
        layer.set_offsets(x, y)
        return layer

    def add_channel(self, name: str, values: Array) -> Remote:
        """A new channel of the canvas's size; values are grays as they look, height x width."""
        height, width = values.shape
        color = self.gimp.call("context_get_foreground")
        channel: Remote = self.gimp.call("Channel.new", self.image, name, width, height, 50.0, color)
        self.image.insert_channel(channel, None, 0)
        where = {"x": 0, "y": 0, "width": width, "height": height}
        data = np.ascontiguousarray(values, np.float32).tobytes()
        self.gimp.ask("write", drawable=channel, **where, babl_format="Y' float", data=data)
        return channel

    def show(self) -> str:
        """Open the image in GIMP's window, in front; returns the window."""
        self.gimp.call("Display.new", self.image)
        window = self.gimp.await_window(rf"\]-{self.image.get_id()}\.0 .*layers?\)")
        self.gimp.xdotool("windowactivate", "--sync", window)
        self.window = window
        return window

    # ---- the selection

    def select(self, x: int, y: int, width: int, height: int, *, feather: float = 0, add: bool = False) -> None:
        """Select an ellipse in image pixels, with a soft edge `feather` wide."""
        operation = Enum("ChannelOps.ADD" if add else "ChannelOps.REPLACE")
        self.image.select_ellipse(operation, x, y, width, height)
        if feather:
            self.gimp.call("Selection.feather", self.image, feather)

    def selection(self) -> Array:
        """How much each pixel of the image is selected, height x width float32."""
        return self.read(self.image.get_selection(), "Y float")[..., 0]

    def is_selected(self, selection: Array) -> bool:
        """Whether this is what is selected.

        At double precision to 1e-6: between formats GIMP takes the conversion that it finds the fastest at that moment, and
        that is all it asks of one.
        """
        closeness = 1e-6 if "double" in self.image.get_precision() else 0
        return bool(np.abs(self.selection() - selection).max() <= closeness)

    # ---- pixels

    def native(self, drawable: Remote | None = None) -> bytes:
        """The bytes as they are stored."""
        return self._bytes(drawable or self.layer, None)

    def read(self, drawable: Remote | None = None, babl_format: str = LOSSLESS) -> Array:
        """height x width x channels float32, by default R'G'B'A."""
        drawable = drawable or self.layer
        size = (drawable.get_height(), drawable.get_width(), -1)
        return np.frombuffer(self._bytes(drawable, babl_format), np.float32).reshape(size)

    def changed(self, before: bytes, after: bytes, drawable: Remote | None = None) -> Array:
        """Which stored pixels differ, height x width bool."""
        drawable = drawable or self.layer
        size = (drawable.get_height(), drawable.get_width(), -1)
        pair = [np.frombuffer(data, np.uint8).reshape(size) for data in (before, after)]
        return np.asarray((pair[0] != pair[1]).any(axis=-1))

    def visible(self) -> Array:
        """What GIMP shows of the image, R'G'B'A."""
        seen = self.gimp.call("Layer.new_from_visible", self.image, self.image, "seen")
        pixels = self.read(seen)
        seen.delete()
        return pixels

    def layers(self) -> list[Remote]:
        found: list[Remote] = self.image.get_layers()
        return found

    # ---- filling

    def fill(self, *drawables: Remote, procedure: str = "lacuna-inpaint", mode: str = "NONINTERACTIVE", **values: Any) -> Fill:
        """Run a procedure on the layer (or on other drawables), with its arguments as keywords."""
        return Fill(**self.gimp.ask("procedure", **self._call(drawables, procedure, mode, values)))

    def recolor(self, color: str | None = None, *drawables: Remote, mode: str = "NONINTERACTIVE", **values: Any) -> Fill:
        """Recolor the layer; color: a name or #rrggbb."""
        picked = {} if color is None else {"color": self.gimp.ask("color", name=color)}
        return self.fill(*drawables, procedure="lacuna-recolor", mode=mode, **picked, **values)

    def colorize(self, *drawables: Remote, **values: Any) -> Fill:
        return self.fill(*drawables, procedure="lacuna-colorize", **values)

    def start_filling(self, procedure: str = "lacuna-inpaint", mode: str = "INTERACTIVE", **values: Any) -> None:
        """The same without waiting for its end: end_of_fill() does."""
        self.gimp.send("procedure", **self._call((), procedure, mode, values))

    def end_of_fill(self) -> Fill:
        return Fill(**self.gimp.result())

    def provenance(self, layer: Remote, operation: str = "inpaint") -> dict[str, Any]:
        """What the fill's layer says of how it was made."""
        found: dict[str, Any] = json.loads(self.gimp.ask("parasite", layer=layer, name=f"lacuna-{operation}"))
        return found

    def _call(self, drawables: tuple[Remote, ...], procedure: str, mode: str, values: dict[str, Any]) -> dict[str, Any]:
        fast = {"method": "telea"} if procedure == "lacuna-inpaint" and mode != "WITH_LAST_VALS" else {}
        named = {name.replace("_", "-"): value for name, value in (fast | values).items()}
        chosen = list(drawables) or [self.layer]
        return {"name": procedure, "mode": mode, "image": self.image, "drawables": chosen, "values": named}

    def _bytes(self, drawable: Remote, babl_format: str | None) -> bytes:
        where = {"x": 0, "y": 0, "width": drawable.get_width(), "height": drawable.get_height()}
        data: bytes = self.gimp.ask("read", drawable=drawable, **where, babl_format=babl_format)
        return data

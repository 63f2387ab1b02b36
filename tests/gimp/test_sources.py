"""Sample here, not here: a layer or a channel named 'Lacuna sources' keeps what it excludes out of the fill."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from lacuna_client.errors import LacunaError

from .driver import Enum, Gimp, Remote
from .pictures import Array, Picture

WIDTH, HEIGHT, MIDDLE = 160, 96, 80
HOLE = (60, 30, 40, 36)  # half of it in each half of the picture
WHITE, BLACK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)


def halves(left: tuple[float, ...], right: tuple[float, ...]) -> Array:
    pixels = np.empty((HEIGHT, WIDTH, 4), np.float32)
    pixels[:, :MIDDLE], pixels[:, MIDDLE:] = left, right
    return pixels


def red_and_green(gimp: Gimp, kind: str = "RGB", precision: str = "U8_NON_LINEAR") -> Picture:
    """The left half red, the right one dark green (gray pictures: white and dark), both a little uneven, a hole across them."""
    left = (0.9, 0.9, 0.9, 1.0) if kind.startswith("GRAY") else (0.9, 0.1, 0.1, 1.0)
    pixels = halves(left, (0.1, 0.3, 0.1, 1.0))
    pixels[..., :3] += np.random.default_rng(0).uniform(-0.05, 0.05, (HEIGHT, WIDTH, 3)).astype(np.float32)
    picture = Picture(gimp, kind, precision, pixels)
    picture.select(*HOLE)
    return picture


def share_of_red(picture: Picture, *drawables: Remote) -> float:
    """Which part of the fill's opaque pixels is nearer to the left half's color."""
    fill = picture.fill(*drawables, method="patchmatch", grow=0, feather=0)
    assert fill.status == "success", fill.sentence
    assert fill.layer is not None
    pixels = picture.read(fill.layer)
    reds = pixels[pixels[..., 3] > 0.5][:, 0]
    return float((reds > 0.5).mean())


def test_without_a_mask_both_halves_are_continued(gimp: Gimp) -> None:
    assert 0.2 < share_of_red(red_and_green(gimp)) < 0.8


def light_on_the_right(picture: Picture) -> None:
    picture.add_layer("Lacuna sources", "RGBA", halves((0, 0, 0, 0), WHITE))


def dark_on_the_left(picture: Picture) -> None:
    picture.add_layer("Lacuna sources", "RGBA", halves(BLACK, (0, 0, 0, 0)))


def light_and_dark_without_an_alpha_channel(picture: Picture) -> None:
    picture.add_layer("Lacuna sources", "RGB", halves(BLACK, WHITE))


def small_moved_and_hidden(picture: Picture) -> None:
    dark = halves(BLACK, (0, 0, 0, 0))[:, :MIDDLE]
    picture.add_layer("Lacuna sources", "RGBA", dark[:, 7:], x=7).set_visible(False)
    picture.add_layer("Lacuna sources", "RGBA", dark[:, :7])  # GIMP names it 'Lacuna sources #1'


def locked_strokes(picture: Picture) -> None:
    """Dark strokes that leave the corners free and span the red half otherwise."""
    dark = halves(BLACK, (0, 0, 0, 0))
    dark[[0, -1], 0] = 0
    layer = picture.add_layer("Lacuna sources", "RGBA", dark)
    for lock in ("content", "position", "alpha", "visibility"):
        getattr(layer, f"set_lock_{lock}")(True)


def group_by_that_name(picture: Picture) -> None:
    group = picture.gimp.call("GroupLayer.new", picture.image, "Lacuna sources")
    picture.image.insert_layer(group, None, 0)
    picture.add_layer("paint", "RGBA", halves(BLACK, (0, 0, 0, 0)), parent=group)


def in_a_hidden_group(picture: Picture) -> None:
    group = picture.gimp.call("GroupLayer.new", picture.image, "helpers")
    picture.image.insert_layer(group, None, 0)
    picture.add_layer("Lacuna sources", "RGBA", halves(BLACK, (0, 0, 0, 0)), parent=group)
    group.set_visible(False)


def white_channel_on_the_right(picture: Picture) -> None:
    picture.add_channel("Lacuna sources", halves(BLACK, WHITE)[..., 0])


def layer_and_channel_that_agree_on_the_right(picture: Picture) -> None:
    """The layer alone would allow the upper left, the channel alone the lower left."""
    light, white = halves(WHITE, WHITE), halves(WHITE, WHITE)[..., 0]
    light[HEIGHT // 2 :, :MIDDLE] = BLACK
    white[: HEIGHT // 2, :MIDDLE] = 0
    picture.add_layer("Lacuna sources", "RGBA", light)
    picture.add_channel("Lacuna sources", white)


@pytest.mark.parametrize(
    "exclude_red",
    [
        light_on_the_right,
        dark_on_the_left,
        light_and_dark_without_an_alpha_channel,
        small_moved_and_hidden,
        locked_strokes,
        group_by_that_name,
        in_a_hidden_group,
        white_channel_on_the_right,
        layer_and_channel_that_agree_on_the_right,
    ],
)
def test_excluded_red_does_not_get_into_the_fill(gimp: Gimp, exclude_red: Callable[[Picture], None]) -> None:
    picture = red_and_green(gimp)
    exclude_red(picture)
    assert share_of_red(picture, picture.layer) == 0
    assert "procedure 'gimp-" not in gimp.log()


@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        ("GRAY", "U8_NON_LINEAR"),
        ("INDEXED", "U8_NON_LINEAR"),
        ("RGBA", "U16_NON_LINEAR"),
        ("RGB", "HALF_LINEAR"),
        ("RGB", "FLOAT_LINEAR"),
        ("GRAYA", "U32_LINEAR"),
    ],
)
@pytest.mark.parametrize("how", ["layer", "channel"])
def test_masks_are_read_whatever_the_image_stores(gimp: Gimp, kind: str, precision: str, how: str) -> None:
    picture = red_and_green(gimp, kind, precision)
    if how == "layer":
        own = kind.removesuffix("A") + "A"
        picture.add_layer("Lacuna sources", own, halves(BLACK, (0, 0, 0, 0)))
    else:
        white_channel_on_the_right(picture)
    assert share_of_red(picture, picture.layer) == 0


def test_mask_lies_where_the_layers_offsets_say(gimp: Gimp) -> None:
    """The red half of a moved layer is excluded by paint on a sources layer moved otherwise."""
    picture = red_and_green(gimp)
    picture.layer.set_offsets(30, 20)
    picture.image.resize(300, 200, 0, 0)
    picture.select(HOLE[0] + 30, HOLE[1] + 20, *HOLE[2:])
    picture.add_layer("Lacuna sources", "RGBA", np.full((120, 100, 4), BLACK, np.float32), x=30 + MIDDLE - 100, y=10)
    assert share_of_red(picture, picture.layer) == 0


def test_empty_sources_layer_excludes_nothing(gimp: Gimp) -> None:
    picture = red_and_green(gimp)
    picture.add_layer("Lacuna sources", "RGBA", halves((0, 0, 0, 0), (1, 1, 1, 0)))
    assert 0.2 < share_of_red(picture, picture.layer) < 0.8


@pytest.mark.parametrize("how", ["layer", "channel"])
def test_far_light_paint_is_reached(gimp: Gimp, how: str) -> None:
    """Where only far-off material is allowed, it is fetched: the box reaches out to it."""
    pixels = np.empty((600, 900, 4), np.float32)
    pixels[:] = (0.9, 0.1, 0.1, 1)
    pixels[500:, 800:] = (0.1, 0.3, 0.1, 1)
    picture = Picture(gimp, pixels=pixels)
    picture.select(60, 60, 40, 40)
    light = np.zeros((600, 900, 4), np.float32)
    light[500:, 800:] = 1
    if how == "layer":
        picture.add_layer("Lacuna sources", "RGBA", light)
    else:
        picture.add_channel("Lacuna sources", light[..., 0])
    assert share_of_red(picture, picture.layer) == 0


def test_mask_that_allows_nothing_is_explained(gimp: Gimp) -> None:
    picture = red_and_green(gimp)
    picture.add_channel("Lacuna sources", np.zeros((HEIGHT, WIDTH), np.float32))
    fill = picture.fill(method="patchmatch")
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("no_sources")))


def test_while_the_sources_layer_is_painted_the_layer_below_it_is_filled(gimp: Gimp) -> None:
    picture = red_and_green(gimp)
    light_on_the_right(picture)
    assert share_of_red(picture, picture.layers()[0]) == 0


@pytest.mark.parametrize("output", ["layer", "in-place"])
def test_while_the_sources_channel_is_painted_the_only_layer_is_filled(gimp: Gimp, output: str) -> None:
    picture = red_and_green(gimp)
    channel = picture.add_channel("Lacuna sources", halves(BLACK, WHITE)[..., 0])
    fill = picture.fill(channel, method="patchmatch", output=output)
    assert fill.status == "success", fill.sentence
    assert picture.image.get_selected_channels() == [channel]
    assert "procedure 'gimp-" not in gimp.log()


def test_sources_channel_of_a_picture_with_several_layers_does_not_say_which_is_meant(gimp: Gimp) -> None:
    picture = red_and_green(gimp)
    channel = picture.add_channel("Lacuna sources", halves(BLACK, WHITE)[..., 0])
    picture.add_layer("second", "RGBA", halves(BLACK, WHITE))
    fill = picture.fill(channel)
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("channel")))


def test_masks_are_only_read(gimp: Gimp) -> None:
    picture = red_and_green(gimp)
    layer = picture.add_layer("Lacuna sources", "RGBA", halves((0, 0, 0, 0), WHITE))
    channel = picture.add_channel("Lacuna sources", halves(BLACK, WHITE)[..., 0])
    before = picture.native(layer), picture.native(channel)
    share_of_red(picture, picture.layer)
    assert (picture.native(layer), picture.native(channel)) == before
    assert picture.image.get_channels() == [channel]
    assert (layer.get_width(), layer.get_height()) == (WIDTH, HEIGHT)


def test_painted_hundred_megapixels_still_cost_the_hole(gimp: Gimp) -> None:
    image = gimp.call("Image.new", 12000, 8400, Enum("ImageBaseType.RGB"))
    for name in ("huge", "Lacuna sources"):
        layer = gimp.call("Layer.new", image, name, 12000, 8400, Enum("ImageType.RGBA_IMAGE"), 100.0, Enum("LayerMode.NORMAL"))
        image.insert_layer(layer, None, 0)
    sources, filled = image.get_layers()
    filled.fill(Enum("FillType.WHITE"))
    image.select_rectangle(Enum("ChannelOps.REPLACE"), 300, 200, 440, 440)  # all that the usual box would hold
    sources.edit_fill(Enum("FillType.FOREGROUND"))
    image.select_ellipse(Enum("ChannelOps.REPLACE"), 500, 400, 40, 40)
    values = {"method": "patchmatch"}
    call = {"name": "lacuna-inpaint", "mode": "NONINTERACTIVE", "image": image, "drawables": [filled], "values": values}
    answer = gimp.ask("procedure", **call)
    assert answer["status"] == "success", answer["sentence"]
    log = (gimp.profile.parent / "log" / "plugin.log").read_text()
    boxes, pixels = re.findall(r"(\d+) boxes of (\d+) px", log)[-1]
    assert (boxes, int(pixels) < 1_000_000) == ("1", True)
    image.delete()

"""What cannot be filled ends in one sentence that says what to do, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lacuna_client.errors import LacunaError

from .driver import Enum, Gimp, Remote
from .pictures import Picture, noise


def nothing_selected(picture: Picture) -> list[Remote]:
    picture.gimp.call("Selection.none", picture.image)
    return [picture.layer]


def selected_beside_the_layer(picture: Picture) -> list[Remote]:
    return [picture.add_layer("small", "RGB", noise(20, 20), x=70, y=60)]


def no_drawable(_picture: Picture) -> list[Remote]:
    return []


def two_layers(picture: Picture) -> list[Remote]:
    return [picture.layer, picture.add_layer("second", "RGB", noise())]


def group(picture: Picture) -> list[Remote]:
    made: Remote = picture.gimp.call("GroupLayer.new", picture.image, "group")
    picture.image.insert_layer(made, None, 0)
    return [made]


def mask_of_the_layer(picture: Picture) -> list[Remote]:
    mask: Remote = picture.layer.create_mask(Enum("AddMaskType.WHITE"))
    picture.layer.add_mask(mask)
    return [mask]


def channel(picture: Picture, name: str = "channel") -> list[Remote]:
    made: Remote = picture.gimp.call(
        "Channel.new", picture.image, name, 101, 83, 50.0, picture.gimp.call("context_get_foreground")
    )
    picture.image.insert_channel(made, None, 0)
    return [made]


def quick_mask(picture: Picture) -> list[Remote]:
    return channel(picture, "Qmask")


def floating_selection(picture: Picture) -> list[Remote]:
    picture.gimp.call("edit_copy", [picture.layer])
    pasted: list[Remote] = picture.gimp.call("edit_paste", picture.layer, False)
    picture.select(30, 20, 20, 20)
    return pasted


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (nothing_selected, "empty_selection"),
        (selected_beside_the_layer, "selection_outside"),
        (no_drawable, "no_layer"),
        (two_layers, "several_layers"),
        (group, "layer_group"),
        (mask_of_the_layer, "layer_mask"),
        (channel, "channel"),
        (quick_mask, "quick_mask"),
        (floating_selection, "floating_selection"),
    ],
)
def test_click_explains(gimp: Gimp, prepare: Callable[[Picture], list[Remote]], code: str) -> None:
    picture = Picture(gimp)
    picture.select(30, 20, 20, 20)
    drawables = prepare(picture)
    before, layers = picture.native(), picture.layers()
    call = {"name": "lacuna-inpaint", "mode": "NONINTERACTIVE", "image": picture.image, "drawables": drawables, "values": {}}
    answer = gimp.ask("procedure", **call)
    assert answer["status"] == "failed"
    assert answer["sentence"] == str(LacunaError(code))
    assert picture.native() == before
    assert picture.layers() == layers


def locked(picture: Picture) -> Remote:
    picture.layer.set_lock_content(True)
    return picture.layer


def in_a_locked_group(picture: Picture) -> Remote:
    (parent,) = group(picture)
    layer = picture.add_layer("inside", "RGB", noise(), parent=parent)
    parent.set_lock_content(True)
    return layer


def text(picture: Picture) -> Remote:
    font = picture.gimp.call("context_get_font")
    layer: Remote = picture.gimp.call("TextLayer.new", picture.image, "Lacuna", font, 40.0, picture.gimp.call("Unit.pixel"))
    picture.image.insert_layer(layer, None, 0)
    return layer


@pytest.mark.parametrize(
    ("prepare", "code"), [(locked, "locked_layer"), (in_a_locked_group, "locked_layer"), (text, "special_layer")]
)
def test_layer_that_cannot_be_written_to_takes_a_new_layer_only(
    gimp: Gimp, prepare: Callable[[Picture], Remote], code: str
) -> None:
    picture = Picture(gimp)
    layer = prepare(picture)
    picture.select(2, 2, 40, 20)
    before = picture.native(layer)
    refused = picture.fill(layer, output="in-place")
    assert (refused.status, refused.sentence) == ("failed", str(LacunaError(code)))
    fill = picture.fill(layer)
    assert fill.status == "success", fill.sentence
    assert picture.native(layer) == before


def test_locked_position_and_visibility_do_not_matter(gimp: Gimp) -> None:
    picture = Picture(gimp)
    picture.layer.set_lock_position(True)
    picture.layer.set_lock_visibility(True)
    picture.select(30, 20, 20, 20)
    for output in ("layer", "in-place"):
        assert picture.fill(output=output).status == "success"

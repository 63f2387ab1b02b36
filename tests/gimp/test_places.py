"""Where layers lie: offsets, other sizes, groups, islands, selections that reach outside."""

from __future__ import annotations

import numpy as np

from lacuna_client.errors import LacunaError

from .driver import Enum, Gimp
from .pictures import Picture, noise


def flat(width: int, height: int, level: float) -> np.ndarray:
    pixels = np.full((height, width, 4), level, np.float32)
    pixels[..., 3] = 1
    return pixels


def spotted(width: int, height: int, x: int, y: int, size: int) -> np.ndarray:
    """Gray with one white square."""
    pixels = flat(width, height, 128 / 255)
    pixels[y : y + size, x : x + size, :3] = 1
    return pixels


def test_fill_lands_on_the_spot_of_a_moved_layer(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=flat(201, 151, 0))
    layer = picture.add_layer("moved", "RGB", spotted(90, 70, 30, 20, 11), x=37, y=53)
    picture.select(37 + 28, 53 + 18, 15, 15)
    fill = picture.fill(layer, grow=4)
    assert fill.status == "success", fill.sentence
    seen = picture.visible()[53:123, 37:127, :3]
    assert np.abs(seen - 128 / 255).max() < 0.01


def test_layer_beyond_the_canvas_is_filled_where_it_is_selected(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=flat(64, 64, 0))
    layer = picture.add_layer("large", "RGB", spotted(200, 160, 80, 60, 11), x=-50, y=-40)
    picture.select(22, 12, 27, 27)
    before = picture.native(layer)
    assert picture.fill(layer, output="in-place").status == "success"
    assert np.abs(picture.read(layer)[..., :3] - 128 / 255).max() < 0.01
    assert picture.changed(before, picture.native(layer), layer).sum() == 11 * 11


def test_selection_that_reaches_outside_a_small_layer_fills_its_part(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=flat(200, 200, 0))
    layer = picture.add_layer("small", "RGBA", noise(60, 60), x=100, y=100)
    picture.select(60, 60, 70, 70)
    for output in ("layer", "in-place"):
        fill = picture.fill(layer, output=output)
        assert fill.status == "success", fill.sentence
    seen = picture.visible()
    assert np.all(seen[:100] == seen[0, 0])


def test_layer_with_a_mask_is_filled_as_it_is_seen_or_not_at_all(gimp: Gimp) -> None:
    """What the mask hides must not be copied into sight."""
    picture = Picture(gimp, pixels=flat(101, 83, 0.5))
    layer = picture.add_layer("masked", "RGB", flat(101, 83, 1))
    layer.add_mask(layer.create_mask(Enum("AddMaskType.BLACK")))
    picture.select(30, 20, 20, 20)
    refused = picture.fill(layer)
    assert (refused.status, refused.sentence) == ("failed", str(LacunaError("masked_layer")))
    assert picture.fill(layer, sample_merged=True).status == "success"
    assert np.abs(picture.visible()[..., :3] - 0.5).max() < 0.01


def test_layer_in_a_group_gets_its_fill_beside_it(gimp: Gimp) -> None:
    picture = Picture(gimp)
    group = gimp.call("GroupLayer.new", picture.image, "group")
    picture.image.insert_layer(group, None, 0)
    layer = picture.add_layer("inside", "RGBA", noise(seed=1), parent=group)
    picture.select(30, 20, 20, 20)
    fill = picture.fill(layer)
    assert fill.status == "success", fill.sentence
    assert group.get_children() == [fill.layer, layer]


def test_islands_become_one_layer_that_is_empty_between_them(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=noise(900, 700))
    picture.select(20, 20, 20, 20)
    picture.select(850, 650, 20, 20, add=True)
    fill = picture.fill()
    assert fill.layer is not None
    assert fill.layer.get_width() > 800
    alpha = picture.read(fill.layer)[..., 3]
    assert alpha[100:-100, 100:-100].max() == 0
    assert alpha[:30, :30].max() == alpha[-30:, -30:].max() == 1


def test_merged_sample_reads_what_is_visible_and_no_helper_layer(gimp: Gimp) -> None:
    """An empty layer above a gray one is filled with the gray; the red helper layer is no part of the picture."""
    picture = Picture(gimp, pixels=spotted(101, 83, 40, 30, 11))
    red = flat(101, 83, 0)
    red[..., 0] = 1
    picture.add_layer("Lacuna edges", "RGBA", red)
    above = picture.add_layer("retouch", "RGBA", np.zeros((60, 80, 4), np.float32), x=10, y=15)
    picture.select(38, 28, 15, 15)
    fill = picture.fill(above, sample_merged=True)
    assert fill.status == "success", fill.sentence
    assert fill.layer is not None
    raw = picture.read(fill.layer)
    assert np.abs(raw[raw[..., 3] > 0.5][:, :3] - 128 / 255).max() < 0.01
    assert picture.layers()[2].get_visible()


def test_without_merged_sample_an_empty_layer_has_nothing_to_sample(gimp: Gimp) -> None:
    picture = Picture(gimp)
    above = picture.add_layer("retouch", "RGBA", np.zeros((83, 101, 4), np.float32))
    picture.select(38, 28, 15, 15)
    fill = picture.fill(above)
    assert fill.status == "failed"
    assert "nothing left to sample" in fill.sentence


def test_helper_layer_stands_for_the_layer_below_it(gimp: Gimp) -> None:
    picture = Picture(gimp)
    hints = picture.add_layer("Lacuna hints", "RGBA", np.zeros((83, 101, 4), np.float32))
    picture.select(38, 28, 15, 15)
    fill = picture.fill(hints)
    assert fill.status == "success", fill.sentence
    assert picture.layers() == [hints, fill.layer, picture.layer]


def test_one_hundred_megapixels_with_two_small_islands_cost_two_small_boxes(gimp: Gimp) -> None:
    image = gimp.call("Image.new", 12000, 8400, Enum("ImageBaseType.RGB"))
    layer = gimp.call("Layer.new", image, "huge", 12000, 8400, Enum("ImageType.RGB_IMAGE"), 100.0, Enum("LayerMode.NORMAL"))
    image.insert_layer(layer, None, 0)
    for x, y in ((500, 400), (11000, 8000)):
        image.select_ellipse(Enum("ChannelOps.ADD"), x, y, 40, 40)
    for output in ("layer", "in-place"):
        values = {"method": "telea", "output": output}
        call = {"name": "lacuna-inpaint", "mode": "NONINTERACTIVE", "image": image, "drawables": [layer], "values": values}
        answer = gimp.ask("procedure", **call)
        assert answer["status"] == "success", answer["sentence"]
    sent = gimp.profile.parent / "log" / "plugin.log"
    assert "inpaint" in sent.read_text()
    assert "2 boxes of" in sent.read_text().splitlines()[-1]
    image.delete()


def test_more_islands_than_one_job_may_have_are_all_filled(gimp: Gimp) -> None:
    """White dust on gray: every speck is an island of its own."""
    pixels = flat(1000, 1000, 128 / 255)
    spots = [(x, y) for x in range(40, 1000, 100) for y in range(40, 1000, 100)]
    for x, y in spots:
        pixels[y : y + 4, x : x + 4, :3] = 1
    picture = Picture(gimp, pixels=pixels)
    for x, y in spots:
        picture.select(x - 4, y - 4, 12, 12, add=True)
    fill = picture.fill(grow=0, feather=0, context=8)
    assert fill.status == "success", fill.sentence
    assert np.abs(picture.visible()[..., :3] - 128 / 255).max() < 0.01

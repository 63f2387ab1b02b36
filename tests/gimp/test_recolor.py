"""Recolor Selection: another color, the same luma, nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lacuna_client.colors import Hint
from lacuna_client.errors import LacunaError

from .driver import Enum, Gimp, Placing
from .pictures import HEIGHT, WIDTH, Array, Picture, dotted, luma

# How far luma may be off: half a step where the layer has steps, a float's rounding else.
ROUNDING = {"U8_NON_LINEAR": 0.51 / 255, "U16_NON_LINEAR": 0.51 / 65535, "HALF_LINEAR": 1e-3, "FLOAT_LINEAR": 2e-6}
RED, GREEN = np.array([1.0, -0.5, -0.5]), np.array([-0.5, 1.0, -0.5])


def brown() -> Array:
    """A brown thing with shading and a little variation of color."""
    random = np.random.default_rng(1)
    shade = 0.35 + 0.3 * np.linspace(0, 1, WIDTH)[None, :, None] + random.normal(0, 0.02, (HEIGHT, WIDTH, 1))
    pixels = np.ones((HEIGHT, WIDTH, 4), np.float32)
    pixels[..., :3] = shade * (1.1, 0.9, 0.7) + random.normal(0, 0.01, (HEIGHT, WIDTH, 3))
    return pixels


def thing(gimp: Gimp, kind: str = "RGB", precision: str = "U8_NON_LINEAR", feather: float = 6) -> Picture:
    picture = Picture(gimp, kind, precision, brown())
    picture.select(20, 15, 50, 40, feather=feather)
    return picture


def towards(pixels: Array, direction: Array) -> float:
    """How much of a color opaque pixels have on the mean."""
    return float((pixels[pixels[..., 3] > 0.5][:, :3] @ direction).mean())


@pytest.mark.parametrize("kind", ["RGB", "RGBA"])
@pytest.mark.parametrize("precision", ROUNDING)
def test_in_place_keeps_luma_and_all_that_is_not_selected(gimp: Gimp, kind: str, precision: str) -> None:
    picture = thing(gimp, kind, precision)
    before, seen, selection = picture.native(), picture.read(), picture.selection()
    made = picture.recolor("#208040", output="in-place")
    assert made.status == "success", made.sentence
    assert made.layer == picture.layer
    changed = picture.changed(before, picture.native())
    assert changed.sum() > 1000
    assert not changed[selection == 0].any()
    after = picture.read()
    assert np.abs(luma(after) - luma(seen)).max() <= ROUNDING[precision]
    assert np.array_equal(after[..., 3], seen[..., 3])
    core = selection > 0.99
    assert ((after - seen)[core][:, :3] @ GREEN).mean() > 0.1


def test_new_layer_shows_the_same_luma_in_another_color(gimp: Gimp) -> None:
    picture = thing(gimp, precision="U16_NON_LINEAR")
    before, seen = picture.native(), picture.visible()
    made = picture.recolor("#208040")
    assert made.layer is not None, made.sentence
    assert picture.layers() == [made.layer, picture.layer]
    assert picture.native() == before
    assert picture.image.get_selected_layers() == [picture.layer]
    shown = picture.visible()
    assert np.abs(luma(shown) - luma(seen)).max() <= 2 / 65535
    assert picture.provenance(made.layer, "recolor")["versions"]


@pytest.mark.parametrize("output", ["layer", "color-layer"])
def test_opacity_stays_where_the_layer_is_translucent(gimp: Gimp, output: str) -> None:
    pixels = brown()
    pixels[..., 3] = np.linspace(0.2, 1, WIDTH)
    picture = Picture(gimp, "RGBA", "FLOAT_NON_LINEAR", pixels)
    picture.select(20, 15, 50, 40, feather=6)
    seen = picture.visible()
    assert picture.recolor("#208040", output=output).status == "success"
    shown = picture.visible()
    assert np.abs(shown[..., 3] - seen[..., 3]).max() <= 1e-5
    assert ((shown - seen)[picture.selection() > 0.99][:, :3] @ GREEN).mean() > 0.1


def test_color_varies_as_it_did(gimp: Gimp) -> None:
    """It is no flat tint: the spread of chroma is at least half of what it was."""
    picture = thing(gimp, feather=0)
    inside = picture.selection() > 0
    before = picture.read()
    assert picture.recolor("#a04060", output="in-place").status == "success"
    spreads = [(one[..., :3] - luma(one)[..., None])[inside].std(axis=0).sum() for one in (before, picture.read())]
    assert spreads[1] > spreads[0] / 2


def test_layer_that_was_moved_is_recolored_where_it_lies(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=brown())
    picture.image.resize(300, 200, 0, 0)
    picture.layer.set_offsets(120, 70)
    picture.select(100, 60, 60, 50)  # partly beside the layer
    before, selection = picture.native(), picture.selection()[70 : 70 + HEIGHT, 120 : 120 + WIDTH]
    assert picture.recolor("red", output="in-place").status == "success"
    changed = picture.changed(before, picture.native())
    assert changed.sum() > 500
    assert not changed[selection == 0].any()


def test_color_only_layer_has_the_mode_for_it(gimp: Gimp) -> None:
    picture = thing(gimp)
    made = picture.recolor("#208040", output="color-layer")
    assert made.layer is not None, made.sentence
    assert made.layer.get_mode() == "lch-color"
    assert "color only" in made.layer.get_name()
    shown, before = picture.visible(), picture.read()
    assert towards(shown[25:45, 35:55], GREEN) > towards(before[25:45, 35:55], GREEN) + 0.1


@pytest.mark.parametrize("output", ["layer", "color-layer", "in-place"])
def test_translucent_things_stay_as_translucent(gimp: Gimp, output: str) -> None:
    pixels = brown()
    pixels[..., 3] = 0.5
    picture = Picture(gimp, "RGBA", pixels=pixels)
    picture.select(20, 15, 50, 40)
    before = picture.visible()
    made = picture.recolor("#208040", output=output)
    assert made.status == "success", made.sentence
    shown = picture.visible()
    assert np.abs(shown[..., 3] - before[..., 3]).max() <= 1 / 255
    assert towards(shown[25:45, 35:55], GREEN) > towards(before[25:45, 35:55], GREEN) + 0.1


def test_last_values_begin_with_the_foreground_color_and_are_the_artists_after_that(gimp: Gimp) -> None:
    gimp.call("detach_parasite", "lacuna-recolor-last-values")
    gimp.call("context_set_foreground", gimp.ask("color", name="#208040"))
    foreground, named = thing(gimp), thing(gimp)
    layers = [foreground.fill(procedure="lacuna-recolor-again").layer, named.recolor("#208040").layer]
    assert foreground.native(layers[0]) == named.native(layers[1])
    asked, again = thing(gimp), thing(gimp)
    layers = [asked.recolor("#a04060", mode="INTERACTIVE").layer, again.fill(procedure="lacuna-recolor-again").layer]
    assert asked.native(layers[0]) == again.native(layers[1])


def test_strength_is_the_share_of_the_change(gimp: Gimp) -> None:
    changes = []
    for strength in (0, 50, 100):
        picture = thing(gimp, precision="FLOAT_NON_LINEAR")
        before = picture.read()
        assert picture.recolor("#208040", strength=strength, output="in-place").status == "success"
        changes.append(np.abs(picture.read() - before).mean())
    assert changes[0] < 1e-6
    assert changes[1] == pytest.approx(changes[2] / 2, rel=0.1)


def test_tone_shift_lets_the_luma_follow(gimp: Gimp) -> None:
    picture = thing(gimp)
    before = luma(picture.read())[30:40, 40:50].mean()
    assert picture.recolor("#fff0c0", tone=100, output="in-place").status == "success"
    assert luma(picture.read())[30:40, 40:50].mean() > before + 0.1


# ---- hints

POINT = Hint(45, 35, (0.8, 0.1, 0.1), 4)


def test_hint_rules_over_the_color(gimp: Gimp) -> None:
    picture = thing(gimp)
    before = picture.read()
    made = picture.recolor("#208040", hints=str(POINT), output="in-place")
    assert made.status == "success", made.sentence
    change = (picture.read() - before)[25:45, 35:55]
    assert (change[..., :3] @ RED).mean() > 0.05


def test_hint_on_one_eye_recolors_both(gimp: Gimp) -> None:
    pixels = np.ones((70, 400, 4), np.float32)
    pixels[..., :3] = (0.7, 0.55, 0.45)
    for x in (20, 340):
        pixels[15:55, x : x + 40, :3] = (0.35, 0.4, 0.3)
    picture = Picture(gimp, pixels=pixels)
    picture.select(20, 15, 40, 40)
    picture.select(340, 15, 40, 40, add=True)
    made = picture.recolor("#208040", hints=str(Hint(40, 35, (0.8, 0.1, 0.1), 4)), output="in-place")
    assert made.status == "success", made.sentence
    change = (picture.read() - pixels)[25:45]
    for eye in (change[:, 30:50], change[:, 350:370]):
        assert (eye[..., :3] @ RED).mean() > 0.05


def test_painted_dots_are_the_same_hints_as_points(gimp: Gimp) -> None:
    pointed, painted = thing(gimp), thing(gimp)
    assert pointed.recolor("#208040", hints=str(POINT), output="in-place").status == "success"
    dotted(painted, POINT).set_visible(False)
    made = painted.recolor("#208040", painted.layer, output="in-place")
    assert made.status == "success", made.sentence
    assert painted.native() == pointed.native()


def test_while_the_hints_layer_is_painted_the_layer_below_is_recolored(gimp: Gimp) -> None:
    picture = thing(gimp)
    before = picture.native()
    layer = dotted(picture, POINT)
    made = picture.recolor("#208040", layer, output="in-place")
    assert made.layer == picture.layer, made.sentence
    assert picture.native() != before


def test_higher_hints_layer_covers_a_lower_one(gimp: Gimp) -> None:
    one, both = thing(gimp), thing(gimp)
    dotted(one, POINT)
    dotted(both, Hint(POINT.x, POINT.y, (0.1, 0.1, 0.9), POINT.radius))
    dotted(both, POINT)
    for picture in (one, both):
        assert picture.recolor(None, picture.layer, output="in-place").status == "success"
    assert one.native() == both.native()


def test_hints_that_miss_the_selection_are_told_and_the_color_counts(gimp: Gimp, placing: Placing) -> None:
    picture, alone = thing(gimp, feather=0), thing(gimp, feather=0)
    dotted(picture, Hint(5, 5, (0.8, 0.1, 0.1), 2))
    sentence = "The color hints lie outside the selection, so they had no effect."
    assert picture.recolor("#208040", picture.layer, output="in-place").status == "success"
    assert sentence in placing.log("plugin.log")
    assert alone.recolor("#208040", output="in-place").status == "success"
    assert picture.native() == alone.native()


def test_colors_at_the_sample_points_are_taken(gimp: Gimp) -> None:
    pixels = brown()
    pixels[60:, 80:, :3] = (0.1, 0.6, 0.2)
    picture = Picture(gimp, pixels=pixels)
    picture.select(20, 15, 50, 40)
    picture.image.add_sample_point(92, 76)
    before = picture.read()
    made = picture.recolor("red", sample_points=True, output="in-place")
    assert made.status == "success", made.sentence
    change = (picture.read() - before)[25:45, 35:55]
    assert (change[..., :3] @ GREEN).mean() > 0.05


# ---- what cannot be


def without_sample_points(_picture: Picture) -> dict[str, Any]:
    return {"sample_points": True}


def tone_in_a_color_layer(_picture: Picture) -> dict[str, Any]:
    return {"tone": 40, "output": "color-layer"}


def masked(picture: Picture) -> dict[str, Any]:
    picture.layer.add_mask(picture.layer.create_mask(Enum("AddMaskType.WHITE")))
    return {}


def locked(picture: Picture) -> dict[str, Any]:
    picture.layer.set_lock_content(True)
    return {"output": "in-place"}


def bad_hint(_picture: Picture) -> dict[str, Any]:
    return {"hints": "12,30,green"}


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (without_sample_points, LacunaError("no_sample_points")),
        (tone_in_a_color_layer, LacunaError("tone_of_color_layer", tone=40)),
        (masked, LacunaError("masked_color")),
        (locked, LacunaError("locked_layer")),
        (bad_hint, LacunaError("bad_value", name="color", value="green", allowed="#rrggbb, such as #2e8b57")),
    ],
)
def test_click_explains(gimp: Gimp, prepare: Callable[[Picture], dict[str, Any]], error: LacunaError) -> None:
    picture = thing(gimp)
    values = prepare(picture)
    before = picture.native()
    made = picture.recolor("#208040", **values)
    assert (made.status, made.sentence) == ("failed", str(error))
    assert picture.native() == before
    assert picture.layers() == [picture.layer]


@pytest.mark.parametrize("procedure", ["lacuna-recolor", "lacuna-colorize"])
@pytest.mark.parametrize(("kind", "said"), [("GRAY", "grayscale"), ("INDEXED", "indexed")])
def test_image_that_holds_no_color_has_to_become_rgb(gimp: Gimp, kind: str, said: str, procedure: str) -> None:
    picture = thing(gimp, kind)
    made = picture.fill(procedure=procedure)
    assert (made.status, made.sentence) == ("failed", str(LacunaError("not_rgb", kind=said)))


def test_nothing_selected_is_explained(gimp: Gimp) -> None:
    picture = thing(gimp)
    gimp.call("Selection.none", picture.image)
    made = picture.recolor("red")
    assert (made.status, made.sentence) == ("failed", str(LacunaError("empty_selection")))

"""How the fill looks: soft selections blend as softly, and GIMP shows what the server composed."""

from __future__ import annotations

import numpy as np
import pytest

from .driver import Gimp
from .pictures import Picture, noise

STEP = {
    "U8_NON_LINEAR": 1 / 255,
    "U16_NON_LINEAR": 1 / 65535,
    "FLOAT_NON_LINEAR": 1e-5,
    "FLOAT_LINEAR": 1e-5,
    "HALF_LINEAR": 2e-3,
}


@pytest.mark.parametrize("precision", STEP)
@pytest.mark.parametrize("kind", ["RGB", "RGBA", "GRAY"])
def test_layer_over_source_shows_the_blend_of_both(gimp: Gimp, kind: str, precision: str) -> None:
    """With neither growth nor feather the fill's opacity is the selection, and blending is linear in R'G'B'."""
    picture = Picture(gimp, kind, precision)
    picture.select(30, 20, 40, 30, feather=12)
    selection = picture.selection()[..., None]
    fill = picture.fill(grow=0, feather=0)
    assert fill.layer is not None
    _, x, y = fill.layer.get_offsets()
    raw = picture.read(fill.layer)
    height, width = raw.shape[:2]
    shown = picture.visible()[y : y + height, x : x + width, :3]
    source = picture.read()[y : y + height, x : x + width, :3]
    alpha = selection[y : y + height, x : x + width]
    assert np.abs(raw[..., 3:] - alpha).max() <= max(STEP[precision], 1e-3 if "LINEAR" in precision else 0)
    assert np.abs(shown - (source + alpha * (raw[..., :3] - source))).max() <= 2 * STEP[precision]


def test_both_outputs_look_the_same(gimp: Gimp) -> None:
    as_layer, in_place = (Picture(gimp, "RGB", "U16_NON_LINEAR") for _ in range(2))
    for picture in (as_layer, in_place):
        picture.select(30, 20, 40, 30, feather=12)
    assert as_layer.fill(grow=0, feather=0).status == "success"
    assert in_place.fill(grow=0, feather=0, output="in-place").status == "success"
    assert np.abs(as_layer.visible() - in_place.visible())[..., :3].max() <= 2 / 65535


def test_fill_of_a_transparent_surrounding_is_not_drawn_over_it(gimp: Gimp) -> None:
    """Transparent pixels in the hole become as opaque as the fill."""
    pixels = noise()
    pixels[35:45, 40:60, 3] = 0
    picture = Picture(gimp, "RGBA", "U8_NON_LINEAR", pixels)
    picture.select(30, 25, 40, 30)
    assert picture.fill(grow=0, feather=0, output="in-place").status == "success"
    assert picture.read()[35:45, 42:58, 3].min() == 1


def test_same_seed_gives_the_same_fill(gimp: Gimp) -> None:
    fills = []
    for _ in range(2):
        picture = Picture(gimp)
        picture.select(30, 20, 20, 20)
        fill = picture.fill(method="patchmatch", seed=7)
        assert fill.status == "success", fill.sentence
        fills.append(picture.native(fill.layer))
    assert fills[0] == fills[1]


def test_layer_tells_how_it_was_made(gimp: Gimp) -> None:
    picture = Picture(gimp)
    picture.select(30, 20, 20, 20)
    fill = picture.fill(seed=5)
    assert fill.layer is not None
    told = picture.provenance(fill.layer)
    assert told["method"] == "telea"
    assert told["seed"] == 5
    assert "lacuna" in told["versions"]
    assert told["times"]["total"] > 0
    assert "telea" in fill.layer.get_name()

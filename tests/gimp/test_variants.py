"""Several fills to choose from: a group of layers, the first one seen."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.errors import LacunaError

from .driver import Gimp, Placing
from .pictures import KINDS, Picture, noise

CHANGED = "patchmatch"  # a method that fills differently each time


@pytest.fixture
def picture(gimp: Gimp) -> Picture:
    made = Picture(gimp)
    made.select(30, 20, 20, 20)
    return made


def test_in_place_there_is_room_for_one_which_is_said_before_a_server_is_asked(picture: Picture, placing: Placing) -> None:
    before = picture.native()
    fill = picture.fill(method=CHANGED, variants=3, output="in-place")
    assert (fill.status, fill.sentence) == ("failed", str(LacunaError("variants_in_place", variants=3)))
    assert placing.status() is None
    assert picture.native() == before


@pytest.mark.parametrize("kind", KINDS)
def test_variants_are_a_group_above_the_layer(gimp: Gimp, kind: str) -> None:
    picture = Picture(gimp, kind)
    picture.select(30, 20, 20, 20)
    before = picture.native()
    fill = picture.fill(method=CHANGED, variants=3)
    assert fill.status == "success", fill.sentence
    assert fill.layer is not None
    assert picture.layers() == [fill.layer, picture.layer]
    assert fill.layer.get_name() == "Lacuna fills (patchmatch)"
    variants = fill.layer.get_children()
    assert [variant.get_name() for variant in variants] == ["Variant 1", "Variant 2", "Variant 3"]
    assert [variant.get_visible() for variant in variants] == [True, False, False]
    assert len({picture.native(variant) for variant in variants}) == 3
    assert picture.native() == before
    assert picture.image.get_selected_layers() == [picture.layer]


def test_each_variant_tells_its_number_and_seed(picture: Picture) -> None:
    fill = picture.fill(method=CHANGED, variants=2, seed=4)
    assert fill.layer is not None
    told = [picture.provenance(variant) for variant in fill.layer.get_children()]
    assert [(one["variant"], one["seed"]) for one in told] == [(0, 4), (1, 4)]


def test_group_shows_its_first_variant_as_a_single_fill_would_look(gimp: Gimp) -> None:
    """Also at its soft edge: the group blends in R'G'B', as the layers in it."""
    seen = []
    for variants in (1, 2):
        picture = Picture(gimp)
        picture.select(30, 20, 20, 20, feather=8)
        assert picture.fill(method=CHANGED, variants=variants).status == "success"
        seen.append(picture.visible())
    assert np.abs(seen[0] - seen[1]).max() <= 1 / 255


def test_variants_of_a_layer_in_a_group_stay_beside_it(gimp: Gimp) -> None:
    picture = Picture(gimp)
    group = gimp.call("GroupLayer.new", picture.image, "group")
    picture.image.insert_layer(group, None, 0)
    layer = picture.add_layer("inside", "RGBA", noise(seed=1), x=5, y=3, parent=group)
    picture.select(30, 20, 20, 20)
    fill = picture.fill(layer, method=CHANGED, variants=2)
    assert fill.status == "success", fill.sentence
    assert group.get_children() == [fill.layer, layer]


def test_more_islands_than_one_job_may_have_are_in_every_variant(gimp: Gimp) -> None:
    picture = Picture(gimp, pixels=noise(700, 700))
    for x in range(40, 700, 100):
        for y in range(40, 700, 100):
            picture.select(x, y, 8, 8, add=True)
    fill = picture.fill(method=CHANGED, variants=2, grow=0, feather=0, context=8)
    assert fill.status == "success", fill.sentence
    assert fill.layer is not None
    holes = [(picture.read(variant)[..., 3] > 0).sum() for variant in fill.layer.get_children()]
    assert holes == [holes[0]] * 2
    assert holes[0] >= 49 * 40


def test_method_that_cannot_vary_makes_one_fill_and_says_so(gimp: Gimp, picture: Picture) -> None:
    fill = picture.fill(method="telea", variants=3, mode="INTERACTIVE")
    assert fill.status == "success", fill.sentence
    assert fill.layer is not None
    assert fill.layer.get_name() == "Lacuna fill (telea)"
    (warning,) = picture.provenance(fill.layer)["warnings"]
    assert warning in gimp.log()

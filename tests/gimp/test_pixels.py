"""Nothing outside the hole changes by one bit, whatever the image stores; the first fill starts the server."""

from __future__ import annotations

import numpy as np
import pytest

from .driver import Gimp, Placing
from .pictures import KINDS, PRECISIONS, Picture, noise

STORED = [(kind, precision) for kind in KINDS[:4] for precision in (*PRECISIONS, "U8_PERCEPTUAL", "U16_PERCEPTUAL")]
STORED += [(kind, "U8_NON_LINEAR") for kind in KINDS[4:]]
every_storage = pytest.mark.parametrize(("kind", "precision"), STORED)


def partly_transparent() -> np.ndarray:
    pixels = noise()
    pixels[:20, :20, 3] = 0
    pixels[60:, 60:, 3] = 0.5
    return pixels


def selected(gimp: Gimp, kind: str, precision: str) -> Picture:
    """A noisy picture with two soft islands, so that there are unselected pixels between them."""
    picture = Picture(gimp, kind, precision, partly_transparent() if kind.endswith("A") else None)
    picture.select(20, 15, 14, 20)
    picture.select(60, 40, 24, 17, feather=6, add=True)
    return picture


def test_click_starts_the_server(gimp: Gimp, placing: Placing) -> None:
    assert placing.status() is None
    fill = selected(gimp, "RGB", "U8_NON_LINEAR").fill()
    assert fill.status == "success", fill.sentence
    assert placing.status() is not None


@every_storage
def test_new_layer_leaves_the_source_as_it_was(gimp: Gimp, kind: str, precision: str) -> None:
    picture = selected(gimp, kind, precision)
    before, selection = picture.native(), picture.selection()
    fill = picture.fill()
    assert fill.status == "success", fill.sentence
    assert picture.layers() == [fill.layer, picture.layer]
    assert picture.native() == before
    assert picture.image.get_selected_layers() == [picture.layer]
    assert picture.is_selected(selection)
    assert picture.image.get_precision() == precision.lower().replace("_", "-")
    picture.image.delete()


@every_storage
def test_in_place_changes_only_selected_pixels(gimp: Gimp, kind: str, precision: str) -> None:
    picture = selected(gimp, kind, precision)
    before, selection = picture.native(), picture.selection()
    fill = picture.fill(output="in-place")
    assert fill.status == "success", fill.sentence
    assert fill.layer == picture.layer
    assert picture.layers() == [picture.layer]
    changed = picture.changed(before, picture.native())
    assert changed.sum() > 300
    assert not changed[selection == 0].any()
    assert picture.is_selected(selection)
    assert picture.image.get_selected_layers() == [picture.layer]
    assert picture.image.get_channels() == []
    picture.image.delete()


@pytest.mark.parametrize("precision", ["U8_NON_LINEAR", "U16_LINEAR", "FLOAT_LINEAR"])
def test_locked_alpha_stays_in_place(gimp: Gimp, precision: str) -> None:
    picture = selected(gimp, "RGBA", precision)
    picture.layer.set_lock_alpha(True)
    alpha = picture.read()[..., 3].copy()
    before = picture.native()
    assert picture.fill(output="in-place").status == "success"
    assert np.array_equal(picture.read()[..., 3], alpha)
    assert picture.native() != before


@pytest.mark.parametrize("kind", ["RGB", "GRAY"])
def test_result_keeps_the_colors_of_a_wide_profile(gimp: Gimp, kind: str) -> None:
    """A flat picture in a color outside of sRGB is filled with that color."""
    flat = np.full((83, 101, 4), (0.1, 0.9, 0.2, 1.0), np.float32)
    picture = Picture(gimp, kind, "U16_NON_LINEAR", flat)
    profile = "ColorProfile.new_rgb_adobe" if kind == "RGB" else "ColorProfile.new_d65_gray_linear"
    assert picture.image.set_color_profile(gimp.call(profile))
    stored = np.frombuffer(picture.native(), np.uint16).astype(int)
    picture.select(30, 20, 20, 20, feather=5)
    assert picture.fill(output="in-place").status == "success"
    assert np.abs(np.frombuffer(picture.native(), np.uint16) - stored).max() <= 65535 // 1000

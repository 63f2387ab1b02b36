"""The artist's sources mask: what it excludes is seen, but nothing of it gets into the fill."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.errors import LacunaError
from lacuna_server.pipeline.pixels import array_of
from unit.server.scenes import SIZE, Pixels, box, disc, fill, pasted, sampled, spanned, waves

METHODS = ["patchmatch", "telea", "navier-stokes"]
RED = (255, 0, 0, 255)


def half_red() -> Pixels:
    """Right of the middle, where half of the hole lies, the picture is red."""
    image = waves()
    image[..., :3] //= 2
    image[:, SIZE[1] // 2 :] = RED
    return image


def left_half() -> Pixels:
    sources = np.zeros(SIZE, np.uint8)
    sources[:, : SIZE[1] // 2] = 255
    return sources


@pytest.mark.parametrize("method", METHODS)
def test_nothing_of_what_is_excluded_gets_into_the_fill(method: str) -> None:
    free = fill(box(half_red(), disc()), method=method, output="layer")
    kept_out = fill(sampled(box(half_red(), disc()), left_half()), method=method, output="layer")
    assert array_of(free.patches[0].pixels)[..., 0].max() > 200
    assert array_of(kept_out.patches[0].pixels)[..., 0].max() < 128
    assert kept_out.provenance["sources"] is True


@pytest.mark.parametrize("method", METHODS)
def test_what_is_excluded_stays_in_the_picture(method: str) -> None:
    image, selection = half_red(), disc(soft=True)
    (patch,) = fill(sampled(box(image, selection), left_half()), method=method, output="composite").patches
    outside = ~spanned(patch)
    assert pasted(image, patch)[outside].tobytes() == image[outside].tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_a_mask_that_allows_everything_changes_nothing(method: str) -> None:
    one, two = box(waves(), disc()), sampled(box(waves(), disc()), np.full(SIZE, 255, np.uint8))
    pixels = [bytes(fill(given, method=method).patches[0].pixels.data) for given in (one, two)]
    assert pixels[0] == pixels[1]


def test_half_and_more_of_the_mask_may_be_sampled() -> None:
    at_half, below = np.full(SIZE, 128, np.uint8), np.full(SIZE, 127, np.uint8)
    assert fill(sampled(box(waves(), disc()), at_half)).patches
    with pytest.raises(LacunaError) as caught:
        fill(sampled(box(waves(), disc()), below))
    assert caught.value.code == "no_sources"


def test_sources_under_the_hole_and_under_transparent_pixels_are_none() -> None:
    image, selection = waves(), disc()
    image[:30] = 0
    sources = np.where(selection > 0, 255, 0).astype(np.uint8)
    sources[:30] = 255
    with pytest.raises(LacunaError) as caught:
        fill(sampled(box(image, selection), sources))
    assert caught.value.code == "no_sources"


def test_a_hole_without_surroundings_is_not_the_sources_fault() -> None:
    with pytest.raises(LacunaError) as caught:
        fill(sampled(box(waves(), np.full(SIZE, 255, np.uint8)), left_half()))
    assert caught.value.code == "nothing_to_sample"


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_whose_sources_are_gray_gets_a_gray_fill(method: str) -> None:
    image = half_red()
    image[..., 1:3] = np.where(left_half()[..., None] > 0, image[..., :1], image[..., 1:3])
    (patch,) = fill(sampled(box(image, disc()), left_half()), method=method, output="layer").patches
    red, green, blue, _ = np.moveaxis(array_of(patch.pixels), 2, 0)
    assert (red == green).all()
    assert (green == blue).all()

"""Hints pin colors in a fill, whatever made it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.boxes import Box
from lacuna_client.errors import LacunaError
from lacuna_client.result import Result
from lacuna_models.color.planes import chroma_of
from lacuna_models.run import Run
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.pixels import array_of
from unit.server.scenes import SIZE, ask, box, disc, hinted, luma, pasted, spanned, waves

MIDDLE = (slice(40, 50), slice(55, 65))
BLUE = (0.45, 0.52, 0.65)


def filled(one: Box, **options: Any) -> Result:
    return inpaint(ask(one, **{"output": "composite", **options}), Run())


def picture(dtype: str = "f4") -> NDArray[Any]:
    """Reddish brown with a little texture."""
    image = waves(dtype)
    scale = 1 if dtype == "f4" else np.iinfo(dtype).max
    image[..., :3] = ((0.6, 0.5, 0.4) + (luma(image) / scale - 0.55)[..., None] * 0.2) * scale
    return image


def blueness(image: NDArray[Any], where: Any) -> float:
    """The mean B' - Y' there."""
    return float(chroma_of(image[where][..., :3].astype(np.float64))[..., 1].mean())


@pytest.mark.parametrize("method", ["telea", "patchmatch", "mono"])
def test_a_fill_gets_the_hints_color_and_nothing_else_changes(method: str) -> None:
    image = picture()
    (patch,) = filled(hinted(box(image, disc()), at=MIDDLE, color=BLUE), method=method).patches
    out, outside = pasted(image, patch), ~spanned(patch)
    assert out[outside].tobytes() == image[outside].tobytes()
    assert blueness(image, np.s_[:]) < 0 < blueness(out, MIDDLE)
    np.testing.assert_allclose(blueness(out, MIDDLE), chroma_of(np.array(BLUE))[1], atol=0.04)


@pytest.mark.parametrize("method", ["telea", "patchmatch"])
def test_the_fills_luma_stays(method: str) -> None:
    image = picture()
    (plain,), (blue,) = (
        filled(one, method=method).patches for one in (box(image, disc()), hinted(box(image, disc()), at=MIDDLE, color=BLUE))
    )
    np.testing.assert_allclose(luma(array_of(blue.pixels)), luma(array_of(plain.pixels)), atol=1e-5)
    assert (array_of(blue.pixels) != array_of(plain.pixels)).any()


@pytest.mark.parametrize("method", ["telea", "mono"])
def test_a_gray_pictures_fill_can_be_colored(method: str) -> None:
    image = picture("u1")
    image[..., 1] = image[..., 2] = image[..., 0]
    (patch,) = filled(hinted(box(image, disc()), at=MIDDLE, color=BLUE), method=method).patches
    out = pasted(image, patch).astype(int)
    assert (out[MIDDLE][..., 2] > out[MIDDLE][..., 0] + 20).all()
    assert (np.ptp(out[..., :3], axis=2)[disc() == 0] <= np.ptp(image[..., :3].astype(int), axis=2).max() + 60).all()


def test_the_provenance_counts_them_and_says_which_do_nothing() -> None:
    one = hinted(hinted(box(picture(), disc()), at=MIDDLE, color=BLUE), at=(slice(0, 3), slice(0, 4)), color=BLUE)
    made = filled(one).provenance
    assert made["hints"] == 100
    assert made["warnings"] == ["12 pixels of hints lie outside the selection, where they do nothing."]
    assert "hints" not in filled(box(picture(), disc())).provenance


def test_without_hints_inside_the_fill_is_the_plain_one() -> None:
    image = waves()
    outside = hinted(box(image, disc()), at=(slice(0, 3), slice(0, 4)), color=BLUE)
    one, other = (bytes(filled(each).patches[0].pixels.data) for each in (outside, box(image, disc())))
    assert one == other


def test_every_variant_gets_the_hints_color() -> None:
    image = picture()
    result = filled(hinted(box(image, disc()), at=MIDDLE, color=BLUE), method="patchmatch", variants=2)
    assert all(blueness(pasted(image, patch), MIDDLE) > 0 for patch in result.patches)


def test_a_hint_that_is_no_number_is_told() -> None:
    with pytest.raises(LacunaError) as caught:
        filled(hinted(box(picture(), disc()), at=MIDDLE, color=(0.5, np.nan, 0.5)))
    assert caught.value.code == "bad_pixels"


def test_thousands_of_hints_are_no_more_than_pixels() -> None:
    image, hints = picture(), hinted(box(picture(), disc()), at=(slice(0, SIZE[0]), slice(0, SIZE[1])), color=BLUE)
    (patch,) = filled(hints).patches
    assert blueness(pasted(image, patch), MIDDLE) > 0

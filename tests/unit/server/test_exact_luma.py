"""Another color on the same luma: exact to half a step of the layer's precision, whatever the color and the blending."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_models.color.planes import chroma_of
from lacuna_server.pipeline.exact import color_layer, limits_of, recomposed
from lacuna_server.pipeline.pixels import from_float, full_scale
from unit.server.scenes import luma

DTYPES = ["u1", "u2", "f4"]
SIZE = (60, 80)
ANY = np.random.default_rng(11)
HALF_A_STEP = {"u1": 0.5, "u2": 0.5, "f4": 2.0**-24}


def picture(dtype: str, *, most: float = 1.0) -> NDArray[Any]:
    """Random opaque colors, with the corners of the cube among them."""
    values = ANY.random((*SIZE, 4)) * most
    values[:2, :4, :3] = [[[r, g, b] for r in (0, 1) for b in (0, 1)] for g in (0, 1)]
    values[..., 3] = 1
    return from_float(values, np.dtype(dtype))


def colors() -> NDArray[np.float32]:
    return ANY.random((*SIZE, 3), dtype=np.float32)


def soft() -> NDArray[np.float32]:
    alpha = np.where(ANY.random(SIZE) < 0.5, np.round(ANY.random(SIZE)), ANY.random(SIZE))
    return alpha.astype(np.float32)


def changed(image: NDArray[Any], fill: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[Any]:
    return recomposed(image, fill, alpha, limits_of(image, alpha > 0), keep_luma=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_luma_stays_within_half_a_step_under_any_color_and_any_alpha(dtype: str) -> None:
    image = picture(dtype)
    out = changed(image, colors(), soft())
    assert (out != image).any(axis=2).mean() > 0.5
    assert np.abs(luma(out) - luma(image)).max() <= HALF_A_STEP[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_alpha_is_0_the_bits_stay(dtype: str) -> None:
    image, alpha = picture(dtype), soft()
    if dtype == "f4":
        image[alpha == 0] = np.nan
    out = changed(image, colors(), alpha)
    assert out[alpha == 0].tobytes() == image[alpha == 0].tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_pictures_own_color_changes_no_bit(dtype: str) -> None:
    image = picture(dtype)
    own = image[..., :3].astype(np.float32) / np.float32(full_scale(image.dtype))
    out = changed(image, own, soft())
    if dtype == "f4":
        np.testing.assert_allclose(out, image, rtol=0, atol=2.0**-23)
    else:
        np.testing.assert_array_equal(out, image)


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_the_color_is_the_wanted_one_to_a_step(dtype: str) -> None:
    """Where the wanted color exists at that luma."""
    image, scale = picture(dtype), full_scale(np.dtype(dtype))
    own = image[..., :3].astype(np.float64) / scale
    wanted = np.clip(own + ANY.normal(0, 0.02, own.shape), 0.2, 0.8)
    middle = ((own > 0.2) & (own < 0.8)).all(axis=2)
    out = changed(image, wanted.astype(np.float32), np.ones(SIZE, np.float32))[..., :3] / scale
    assert np.abs(chroma_of(out) - chroma_of(wanted))[middle].max() * scale < 1.01


@pytest.mark.parametrize("dtype", DTYPES)
def test_gray_is_gray_to_the_last_bit(dtype: str) -> None:
    gray = np.repeat(colors()[..., :1], 3, axis=2)
    out = changed(picture(dtype), gray, np.ones(SIZE, np.float32))
    np.testing.assert_array_equal(out[..., 0], out[..., 1])
    np.testing.assert_array_equal(out[..., 0], out[..., 2])


def test_a_color_that_does_not_exist_at_that_luma_loses_chroma_and_keeps_its_hue() -> None:
    image = np.full((1, 1, 4), 255, np.uint8)
    image[..., :3] = 230
    blue = np.array([[[0.0, 0.0, 1.0]]], np.float32)
    red, green, out_blue, _ = changed(image, blue, np.ones((1, 1), np.float32))[0, 0].astype(int)
    assert out_blue == 255
    assert abs(red - green) <= 1
    assert red < 230


def test_a_float_picture_keeps_what_is_beyond_1() -> None:
    image = picture("f4", most=8.0)
    out = changed(image, colors(), np.ones(SIZE, np.float32))
    np.testing.assert_allclose(luma(out), luma(image), rtol=2.0**-23)
    assert out[..., :3].max() > 1
    assert out[..., :3].max() <= image[..., :3].max()


@pytest.mark.parametrize("dtype", DTYPES)
def test_opacity_stays_and_what_is_transparent_does_not_change(dtype: str) -> None:
    image = picture(dtype)
    image[..., 3] = from_float(np.where(ANY.random(SIZE) < 0.3, 0, ANY.random(SIZE)), np.dtype(dtype))
    out = changed(image, colors(), np.ones(SIZE, np.float32))
    np.testing.assert_array_equal(out[..., 3], image[..., 3])
    hidden = image[..., 3] == 0
    assert out[hidden].tobytes() == image[hidden].tobytes()
    assert np.abs(luma(out) - luma(image)).max() <= HALF_A_STEP[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_color_layer_over_the_picture_gives_the_composite(dtype: str) -> None:
    """GIMP's NORMAL mode, clipped to what lies below: to the rounding of the layer's own alpha and color."""
    image, fill, alpha = picture(dtype), colors(), soft()
    image[:5, :, 3] = 0
    layer = color_layer(image, fill, alpha, limits_of(image, alpha > 0), keep_luma=True)
    assert not layer[(alpha == 0) | (image[..., 3] == 0)].any()
    scale = full_scale(image.dtype)
    share = layer[..., 3:].astype(np.float64) / scale
    shown = image[..., :3] + share * (layer[..., :3].astype(np.float64) - image[..., :3])
    expected = changed(image, fill, alpha)[..., :3].astype(np.float64)
    assert np.abs(shown - expected).max() <= (2.0 if dtype != "f4" else 1e-6)
    whole = (alpha == 1) & (image[..., 3] > 0)
    np.testing.assert_array_equal(layer[whole], changed(image, fill, alpha)[whole])


@pytest.mark.parametrize("dtype", DTYPES)
def test_with_a_tone_the_fills_own_luma_is_taken(dtype: str) -> None:
    image, fill = picture(dtype), colors()
    alpha = np.ones(SIZE, np.float32)
    out = recomposed(image, fill, alpha, limits_of(image, alpha > 0), keep_luma=False)
    scale = full_scale(image.dtype)
    assert np.abs(luma(out) - luma(fill) * scale).max() <= HALF_A_STEP[dtype] + 1e-9

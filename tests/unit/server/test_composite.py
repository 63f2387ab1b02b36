"""original + alpha * (fill - original), with straight alpha, in the picture's own precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_server.pipeline.composite import composite, layer, spans_of
from lacuna_server.pipeline.pixels import from_float, full_scale, to_float

DTYPES = ["u1", "u2", "f4"]
SIZE = (24, 40)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def picture(random: np.random.Generator, dtype: str, opacity: float | None = None) -> NDArray[Any]:
    values = random.random((*SIZE, 4))
    if opacity is not None:
        values[..., 3] = opacity
    return from_float(values, np.dtype(dtype))


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_every_integer_survives_the_way_to_float_and_back(dtype: str) -> None:
    values = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    np.testing.assert_array_equal(from_float(to_float(values), values.dtype), values)


@pytest.mark.parametrize("keep_alpha", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_where_alpha_is_0_the_bits_stay(random: np.random.Generator, dtype: str, keep_alpha: bool) -> None:
    original = picture(random, dtype)
    alpha = np.where(random.random(SIZE) < 0.5, 0, random.random(SIZE)).astype(np.float32)
    if dtype == "f4":
        original[alpha == 0] = np.nan
    fill = random.random((*SIZE, 4), dtype=np.float32)
    out = composite(original, fill, alpha, keep_alpha=keep_alpha)
    assert out[alpha == 0].tobytes() == original[alpha == 0].tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
def test_opaque_pixels_blend_by_the_formula(random: np.random.Generator, dtype: str) -> None:
    original, alpha = picture(random, dtype, opacity=1), random.random(SIZE, dtype=np.float32)
    fill = random.random((*SIZE, 3), dtype=np.float32)
    before = original[..., :3].astype(np.float64) / full_scale(original.dtype)
    expected = before + alpha[..., None].astype(np.float64) * (fill - before)
    out = composite(original, fill, alpha, keep_alpha=False)
    np.testing.assert_array_equal(out[..., :3], from_float(expected, original.dtype))
    np.testing.assert_array_equal(out[..., 3], original[..., 3])


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_alpha_is_1_the_fill_is_taken_as_it_is(random: np.random.Generator, dtype: str) -> None:
    fill = random.random((*SIZE, 4), dtype=np.float32)
    out = composite(picture(random, dtype), fill, np.ones(SIZE, np.float32), keep_alpha=False)
    np.testing.assert_array_equal(out, from_float(fill.astype(np.float64), np.dtype(dtype)))


def test_transparent_pixels_become_as_opaque_as_the_fill_and_lend_no_color(random: np.random.Generator) -> None:
    original, alpha = picture(random, "f4", opacity=0), np.full(SIZE, 0.25, np.float32)
    fill = random.random((*SIZE, 3), dtype=np.float32)
    out = composite(original, fill, alpha, keep_alpha=False)
    np.testing.assert_array_equal(out[..., :3], fill)
    np.testing.assert_array_equal(out[..., 3], 0.25)


def test_partly_transparent_pixels_blend_as_light_does(random: np.random.Generator) -> None:
    """Premultiplied by hand: what is seen over any backdrop moves straight from the original to the fill."""
    original, alpha = picture(random, "f4"), random.random(SIZE, dtype=np.float32)
    fill = random.random((*SIZE, 4), dtype=np.float32)
    out = composite(original, fill, alpha, keep_alpha=False).astype(np.float64)
    share = alpha[..., None]
    seen = original[..., :3] * original[..., 3:] * (1 - share) + fill[..., :3] * fill[..., 3:] * share
    np.testing.assert_allclose(out[..., :3] * out[..., 3:], seen, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_locked_alpha_channel_stays(random: np.random.Generator, dtype: str) -> None:
    original, alpha = picture(random, dtype), random.random(SIZE, dtype=np.float32)
    original[:5, :, 3] = 0
    out = composite(original, random.random((*SIZE, 3), dtype=np.float32), alpha, keep_alpha=True)
    np.testing.assert_array_equal(out[..., 3], original[..., 3])
    np.testing.assert_array_equal(out[:5], original[:5])
    assert (out[5:, :, :3] != original[5:, :, :3]).any()


def test_what_is_no_number_in_the_hole_is_replaced(random: np.random.Generator) -> None:
    original, fill = picture(random, "f4", opacity=1), random.random((*SIZE, 3), dtype=np.float32)
    original[3, 4, 1] = np.nan
    original[5, 6, 2] = np.inf
    out = composite(original, fill, np.full(SIZE, 0.5, np.float32), keep_alpha=False)
    np.testing.assert_array_equal(out[[3, 5], [4, 6], :3], fill[[3, 5], [4, 6]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_layer_over_the_opaque_original_shows_the_composite(random: np.random.Generator, dtype: str) -> None:
    original, alpha = picture(random, dtype, opacity=1), random.random(SIZE, dtype=np.float32)
    fill = random.random((*SIZE, 3), dtype=np.float32)
    above, scale = layer(original, fill, alpha, keep_alpha=False).astype(np.float64), full_scale(np.dtype(dtype))
    opacity = above[..., 3:] / scale
    shown = above[..., :3] * opacity + original[..., :3] * (1 - opacity)
    step = 1.5 if scale > 1 else 1e-6  # the fill, its opacity and the composite are each rounded to half a step
    np.testing.assert_allclose(shown, composite(original, fill, alpha, keep_alpha=False)[..., :3].astype(np.float64), atol=step)


def test_a_layer_is_empty_outside_and_carries_the_fills_own_opacity(random: np.random.Generator) -> None:
    alpha = np.zeros(SIZE, np.float32)
    alpha[2:5, 3:9] = 0.5
    fill = random.random((*SIZE, 4), dtype=np.float32)
    out = layer(picture(random, "f4"), fill, alpha, keep_alpha=False)
    assert not out[alpha == 0].any()
    np.testing.assert_array_equal(out[2:5, 3:9, :3], fill[2:5, 3:9, :3])
    np.testing.assert_array_equal(out[2:5, 3:9, 3], fill[2:5, 3:9, 3] * np.float32(0.5))


def test_spans_are_the_runs_above_0_in_reading_order() -> None:
    alpha = np.array([[0, 0, 0, 0], [1, 0.5, 0, 1e-9], [0, 0, 0, 0], [1, 1, 1, 1]], np.float32)
    np.testing.assert_array_equal(spans_of(alpha), [[1, 0, 2], [1, 3, 4], [3, 0, 4]])


def test_spans_cover_exactly_what_is_above_0(random: np.random.Generator) -> None:
    alpha = np.maximum(random.random(SIZE, dtype=np.float32) - 0.5, 0)
    covered = np.zeros(SIZE, bool)
    for row, start, end in spans_of(alpha):
        assert not covered[row, start:end].any()
        covered[row, start:end] = True
    np.testing.assert_array_equal(covered, alpha > 0)

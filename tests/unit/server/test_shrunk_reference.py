"""A reference is made small before it is sent; its colors stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_server.pipeline.pixels import array_of
from lacuna_server.pipeline.shrunk_reference import MOST_PIXELS, reference_buffer, shrunk


def halves(dtype: str, size: tuple[int, int]) -> NDArray[Any]:
    """Orange on the left; on the right transparent with another color underneath."""
    scale = {"u1": 255, "u2": 65535}.get(dtype, 1)
    pixels = np.zeros((*size, 4))
    pixels[:, : size[1] // 2] = (1, 0.5, 0, 1)
    pixels[:, size[1] // 2 :] = (0, 0, 1, 0)
    return (pixels * scale).astype(dtype)


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_colors_are_averaged_by_their_opacity(dtype: str) -> None:
    small = shrunk(halves(dtype, (30, 41)), 100)
    assert (small.dtype, small.shape) == (np.dtype(dtype), (8, 11, 4))
    visible = small[..., 3] > 0
    whole = halves(dtype, (1, 2))[0, 0]
    np.testing.assert_allclose(small[visible][:, :3], np.broadcast_to(whole[:3], (visible.sum(), 3)), rtol=1e-3, atol=1e-3)


def test_a_small_one_goes_as_it_is() -> None:
    pixels = halves("u2", (30, 41))
    np.testing.assert_array_equal(array_of(reference_buffer(pixels)), pixels)


@pytest.mark.parametrize("size", [(3000, 2000), (1, 3_000_000), (5_000_000, 1), (1024, 1025)])
def test_a_large_one_is_never_more_than_is_sent(size: tuple[int, int]) -> None:
    height, width, channels = reference_buffer(np.full((*size, 1), 77, np.uint8)).spec.shape
    assert channels == 4
    assert 0.9 * MOST_PIXELS < height * width <= MOST_PIXELS


def test_gray_and_premultiplied_pixels_are_straight_rgba() -> None:
    gray = array_of(reference_buffer(np.full((4, 5, 1), 77, np.uint8)))
    assert (gray == (77, 77, 77, 255)).all()
    half = np.tile(np.array([0.2, 0.1, 0.0, 0.5], np.float32), (4, 5, 1))
    np.testing.assert_allclose(
        array_of(reference_buffer(half, premultiplied=True)), np.tile([0.4, 0.2, 0, 0.5], (4, 5, 1)), rtol=1e-6
    )

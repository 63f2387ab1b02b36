"""What light and dark paint, and channels, say of each pixel."""

from __future__ import annotations

import numpy as np

from lacuna_plugin.paint import Verdict, judge

CLEAR, DARK, LIGHT = (0, 0), (0, 255), (255, 255)  # gray and alpha


def layer(*pixels: tuple[int, int]) -> bytes:
    return bytes(value for pixel in pixels for value in pixel)


def said(verdict: Verdict) -> tuple[list[bool], list[bool]]:
    """Where there is light paint that counts, and where nothing is forbidden."""
    assert set(verdict.light + verdict.free) <= {0, 255}
    return [value == 255 for value in verdict.light], [value == 255 for value in verdict.free]


def test_paint_is_light_dark_or_absent() -> None:
    verdict = judge([layer(CLEAR, DARK, LIGHT)], [], 3)
    assert said(verdict) == ([False, False, True], [True, False, True])
    assert (verdict.has_light, verdict.has_dark) == (True, True)


def test_half_opaque_paint_counts_from_middle_gray_on_it_is_light() -> None:
    verdict = judge([layer((255, 127), (255, 128), (127, 128), (128, 255))], [], 4)
    assert said(verdict) == ([False, True, False, True], [True, True, False, True])


def test_nothing_painted_forbids_nothing() -> None:
    verdict = judge([layer(CLEAR, (255, 0))], [], 2)
    assert said(verdict) == ([False, False], [True, True])
    assert (verdict.has_light, verdict.has_dark) == (False, False)


def test_dark_paint_of_one_layer_forbids_what_another_has_light() -> None:
    verdict = judge([layer(LIGHT, LIGHT, CLEAR), layer(CLEAR, DARK, LIGHT)], [], 3)
    assert said(verdict) == ([True, False, True], [True, False, True])


def test_channel_and_paint_must_both_allow() -> None:
    verdict = judge([layer(LIGHT, LIGHT, CLEAR, CLEAR)], [bytes([255, 127, 128, 0])], 4)
    assert said(verdict) == ([True, False, False, False], [True, False, True, False])
    assert verdict.has_light


def test_light_paint_is_there_even_where_a_channel_forbids_all_of_it() -> None:
    verdict = judge([layer(LIGHT)], [bytes([0])], 1)
    assert said(verdict) == ([False], [False])
    assert verdict.has_light


def test_all_channels_must_allow() -> None:
    assert said(judge([], [bytes([255, 255, 0]), bytes([255, 0, 255])], 3))[1] == [True, False, False]


def test_every_pixel_of_a_large_rectangle_is_judged_by_itself() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (70 * 33, 2), np.uint8)
    painted, light = pixels[:, 1] >= 128, pixels[:, 0] >= 128
    verdict = judge([pixels.tobytes()], [], len(pixels))
    assert np.array_equal(np.frombuffer(verdict.light, np.uint8) == 255, painted & light)
    assert np.array_equal(np.frombuffer(verdict.free, np.uint8) == 255, ~painted | light)

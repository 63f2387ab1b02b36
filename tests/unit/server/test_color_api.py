"""`lacuna.recolor`, `lacuna.colorize` and hints from Python."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import lacuna
from lacuna.hints import Hints
from lacuna_models.bt709 import LUMA
from lacuna_models.color.planes import chroma_of

SIZE = (70, 90)
DISC = (45, 35)  # x, y of its center
RED, BLUE = "#b04030", (0.2, 0.3, 0.7)
SOLVER = "levin"


@pytest.fixture
def mask() -> NDArray[np.bool_]:
    mask = np.zeros(SIZE, np.uint8)
    cv2.circle(mask, DISC, 18, 1, -1)
    return mask > 0


def picture(dtype: str = "u1", channels: int = 3) -> NDArray[Any]:
    """A greenish disc of changing brightness on a warm ground; opaque."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    inside = np.hypot(x - DISC[0], y - DISC[1]) <= 18
    colors = np.where(inside[..., None], (0.35, 0.5, 0.4), (0.7, 0.6, 0.5)) * (0.8 + 0.2 * np.cos(x / 6.0))[..., None]
    colors += np.random.default_rng(7).normal(0, 0.01, (*SIZE, 3))
    values = np.concatenate([colors, np.ones((*SIZE, 1))], axis=2)[..., :channels]
    return (values * full(dtype) + (0.5 if dtype[0] == "u" else 0)).astype(dtype)


def full(dtype: str) -> int:
    return {"u1": 255, "u2": 65535}.get(dtype, 1)


def luma(image: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(image[..., :3].astype(np.float64) @ np.array(LUMA))


def redness(image: NDArray[Any], where: Any) -> float:
    """R' - B' on average, from -1 to 1."""
    part = image[where][..., :3].astype(np.float64) / full(image.dtype.str[1:])
    return float((part[..., 0] - part[..., 2]).mean())


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("dtype", "rounding"), [("u1", 0.5), ("u2", 0.5), ("f2", 1e-3), ("f4", 1e-6), ("f8", 1e-6)])
def test_a_color_changes_chroma_inside_and_nothing_else(
    dtype: str, rounding: float, channels: int, mask: NDArray[np.bool_]
) -> None:
    image = picture(dtype, channels)
    before = image.copy()
    new = lacuna.recolor(image, mask, color=RED)
    np.testing.assert_array_equal(image, before)
    assert (new.shape, new.dtype) == (image.shape, image.dtype)
    assert new[~mask].tobytes() == image[~mask].tobytes()
    assert redness(new, mask) > redness(image, mask) + 0.1
    assert np.abs(luma(new) - luma(image)).max() <= rounding
    np.testing.assert_array_equal(new[..., 3:], image[..., 3:])


def test_the_color_varies_as_the_thing_did(mask: NDArray[np.bool_]) -> None:
    image = picture("f4")
    new = lacuna.recolor(image, mask, color=BLUE)
    spread_before, spread_after = (chroma_of(one)[mask].std(axis=0).max() for one in (image, new))
    assert spread_after > spread_before / 2


def test_a_color_is_told_by_name_of_its_bytes_or_by_numbers(mask: NDArray[np.bool_]) -> None:
    expected = lacuna.recolor(picture(), mask, color="#336699")
    for same in ((0.2, 0.4, 0.6), [0.2, 0.4, 0.6], np.array([0.2, 0.4, 0.6])):
        np.testing.assert_array_equal(lacuna.recolor(picture(), mask, color=same), expected)


def test_hints_mean_the_same_as_a_list_and_as_an_array_of_any_dtype(mask: NDArray[np.bool_]) -> None:
    image = picture()
    expected = lacuna.recolor(image, mask, hints=[(*DISC, "#336699", 0), (40, 30, (0.8, 0.4, 0.2), 0)])
    drawn = np.zeros((*SIZE, 4))
    drawn[DISC[1], DISC[0]], drawn[30, 40] = (0.2, 0.4, 0.6, 1), (0.8, 0.4, 0.2, 1)
    for same in ((drawn * 255).round().astype("u1"), (drawn * 65535).round().astype("u2"), drawn.astype("f4"), drawn):
        np.testing.assert_allclose(lacuna.recolor(image, mask, hints=same), expected, atol=1)


def test_a_hint_without_a_radius_is_a_disc_of_three_pixels(mask: NDArray[np.bool_]) -> None:
    one, same = (lacuna.recolor(picture(), mask, hints=[hint]) for hint in ((*DISC, RED), (*DISC, RED, 3)))
    np.testing.assert_array_equal(one, same)


def test_strength_says_how_much_and_tone_moves_the_luma(mask: NDArray[np.bool_]) -> None:
    image = picture("f4")
    none, half, whole = (lacuna.recolor(image, mask, color=RED, strength=percent) for percent in (0, 50, 100))
    np.testing.assert_array_equal(none, image)
    assert redness(image, mask) < redness(half, mask) < redness(whole, mask)
    dark = lacuna.recolor(image, mask, color="#101040", tone=100)
    assert luma(dark)[mask].mean() < luma(image)[mask].mean() - 0.1


def test_a_soft_border_is_made_on_both_sides_of_the_masks(mask: NDArray[np.bool_]) -> None:
    image = picture("f4")
    new = lacuna.recolor(image, mask, color=RED, feather=4)
    assert (new != image).any(axis=2)[~mask].any()
    beyond = cv2.dilate(mask.astype(np.uint8), np.ones((11, 11))) == 0
    np.testing.assert_array_equal(new[beyond], image[beyond])
    np.testing.assert_allclose(luma(new), luma(image), atol=1e-6)


def faded(image: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[Any]:
    """Gray where the mask is."""
    gray = image.copy()
    gray[mask] = luma(image)[mask].round()[:, None]
    return gray


def test_a_gray_part_is_colored_from_the_rest() -> None:
    hole = np.zeros(SIZE, bool)
    hole[30:40, 40:50] = True
    image = picture()
    new = lacuna.colorize(faded(image, hole), hole, color_solver=SOLVER)
    np.testing.assert_allclose(redness(new, hole), redness(image, hole), atol=0.03)
    assert new[~hole].tobytes() == image[~hole].tobytes()


def test_the_sources_say_which_colors_of_the_rest_may_be_taken() -> None:
    hole = np.zeros(SIZE, bool)
    hole[30:40, 40:50] = True
    image = picture()
    image[:, :20] = (40, 40, 200)
    sources = np.zeros(SIZE, bool)
    sources[:, :20] = True
    new = lacuna.colorize(faded(image, hole), hole, sources=sources, color_solver=SOLVER)
    assert redness(new, hole) < -0.1


def test_without_a_mask_all_of_a_gray_picture_is_colored_from_hints() -> None:
    gray = np.stack([luma(picture()).round().astype(np.uint8)] * 3, axis=-1)
    new = lacuna.colorize(gray, hints=[(*DISC, RED), (5, 5, "#4060a0")], color_solver=SOLVER)
    assert redness(new, np.s_[30:40, 40:50]) > 0.05 > -0.05 > redness(new, np.s_[:10, :10])
    assert np.abs(luma(new) - luma(gray)).max() <= 0.5


@pytest.mark.parametrize("shape", [(*SIZE,), (*SIZE, 1), (*SIZE, 3), (*SIZE, 4), (1300, 1300, 3)])
def test_a_reference_may_be_any_picture(shape: tuple[int, ...], mask: NDArray[np.bool_]) -> None:
    reference = np.full(shape, 90, np.uint8)
    if len(shape) == 3 and shape[2] >= 3:
        reference[..., :3] = (180, 80, 60)
    if shape[-1] == 4:
        reference[..., 3] = 255
        reference[:20] = (0, 0, 255, 0)  # transparent: no color of it
    new = lacuna.recolor(picture(), mask, reference=reference)
    colorful = shape[-1] in (3, 4)
    assert (redness(new, mask) > 0.1) == colorful
    gray = np.stack([luma(picture()).round().astype(np.uint8)] * 3, axis=-1)
    assert (np.ptp(lacuna.colorize(gray, reference=reference), axis=2).max() > 20) == colorful


def test_hints_color_a_fill(mask: NDArray[np.bool_]) -> None:
    plain = lacuna.inpaint(picture(), mask, method="telea")
    hinted = lacuna.inpaint(picture(), mask, method="telea", hints=[(*DISC, RED)])
    at = np.s_[33:38, 43:48]
    assert abs(redness(hinted, at) - redness(plain, at)) > 0.05


def test_hints_outside_the_selection_are_told(mask: NDArray[np.bool_]) -> None:
    with pytest.warns(UserWarning, match="outside the selection") as caught:
        lacuna.recolor(picture(), mask, hints=[(*DISC, RED), (2, 2, RED)])
    assert caught[0].filename == __file__


def test_a_hint_on_one_eye_colors_the_other_one_alike() -> None:
    image = np.full((200, 700, 3), (150, 120, 90), np.uint8)
    mask = np.zeros(image.shape[:2], np.uint8)
    for x in (60, 600):
        cv2.circle(image, (x, 100), 30, (90, 110, 80), -1)
        cv2.circle(mask, (x, 100), 30, 255, -1)
    new = lacuna.recolor(image, mask, hints=[(60, 100, RED)])
    assert redness(new, np.s_[95:105, 55:65]) > 0.2
    np.testing.assert_allclose(new[100, 600], new[100, 60], atol=2)


def very_many_parts() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A gray picture and more parts of it than one request holds, too far apart for one box round all."""
    image = np.full((1600, 6000, 3), 120, np.uint8)
    mask = np.zeros(image.shape[:2], bool)
    mask[100:104, 20::80] = True
    mask[1500:1504, 20] = True
    return image, mask


@pytest.mark.parametrize("y", [101, 1501])
def test_one_hint_colors_one_of_very_many_parts(y: int) -> None:
    """The others stay as they are, which is told, whether the first request has the hint or the last."""
    image, mask = very_many_parts()
    with pytest.warns(UserWarning, match="More selected parts have no hint in them, so they stay as they are"):
        new = lacuna.recolor(image, mask, hints=[(20, y, RED, 0)])
    assert redness(new, np.s_[y - 1 : y + 3, 20]) > 0.2
    assert set(np.argwhere((new != image).any(axis=2))[:, 1]) == {20}


def test_very_many_parts_of_which_none_has_a_hint_end_with_one_sentence() -> None:
    image, mask = very_many_parts()
    with pytest.raises(lacuna.LacunaError) as caught:
        lacuna.recolor(image, mask, hints=[(80, 700, RED, 0)])
    assert caught.value.code == "hints_outside"


def test_color_on_one_side_of_a_wide_picture_colors_the_parts_there() -> None:
    """The other requests find nothing but gray."""
    image, mask = very_many_parts()
    image[:200, :60] = (140, 110, 90)
    with pytest.warns(UserWarning, match="More selected parts have no color to learn from, so they stay as they are"):
        new = lacuna.colorize(image, mask, color_solver="levin", context=16)
    assert set(np.argwhere((new != image).any(axis=2))[:, 1]) <= {20}


@pytest.mark.parametrize("shape", [SIZE, (*SIZE, 1), (*SIZE, 2)])
def test_a_gray_array_cannot_hold_color(shape: tuple[int, ...], mask: NDArray[np.bool_]) -> None:
    gray = np.full(shape, 99, np.uint8)
    pinned: Hints = [(1, 1, RED)]
    sentence = r"gray cannot hold color; give H x W x 3 or 4, such as numpy.stack"
    with pytest.raises(TypeError, match=sentence):
        lacuna.recolor(gray, mask, color=RED)
    with pytest.raises(TypeError, match=sentence):
        lacuna.colorize(gray, hints=pinned)
    with pytest.raises(TypeError, match=sentence):
        lacuna.inpaint(gray, mask, hints=pinned)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_color_given", {}),
        ("no_color_given", {"hints": []}),
        ("empty_selection", {"mask": np.zeros(SIZE, bool), "color": RED}),
        ("mask_size", {"mask": np.ones((3, 3), bool), "color": RED}),
        ("bad_value", {"color": "red"}),
        ("bad_value", {"color": (255, 0, 0)}),
        ("bad_value", {"color": (0.1, 0.2)}),
        ("bad_value", {"color": (0.1, 0.2, float("nan"))}),
        ("bad_value", {"color": RED, "strength": 101}),
        ("bad_value", {"color": RED, "tone": 0.5}),
        ("bad_value", {"color": RED, "feather": -1}),
        ("bad_value", {"hints": [(1, 1, RED, 201)]}),
        ("bad_value", {"hints": [(1, 1, "rouge")]}),
        ("hint_outside", {"hints": [(90, 1, RED)]}),
        ("hint_outside", {"hints": [(1, -1, RED)]}),
        ("hints_outside", {"hints": [(1, 1, RED)]}),
        ("hints_size", {"hints": np.zeros((3, 3, 4), np.uint8)}),
        ("bad_pixels", {"image": np.full((*SIZE, 3), np.nan, np.float32), "color": RED}),
        ("bad_pixels", {"hints": np.full((*SIZE, 4), np.nan, np.float32)}),
        ("no_device", {"color": RED, "device": "cuda:99"}),
    ],
)
def test_failures_have_codes(code: str, change: dict[str, Any], mask: NDArray[np.bool_]) -> None:
    with pytest.raises(lacuna.LacunaError) as caught:
        lacuna.recolor(**{"image": picture(), "mask": mask, **change})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_color", {}),
        ("unknown_part", {"color_solver": "magic"}),
        ("sources_size", {"sources": np.ones((3, 3), bool)}),
        ("no_sources", {"sources": np.zeros(SIZE, bool)}),
        ("bad_value", {"seed": -1}),
    ],
)
def test_failures_of_colorize_have_codes(code: str, change: dict[str, Any]) -> None:
    with pytest.raises(lacuna.LacunaError) as caught:
        lacuna.colorize(np.full((*SIZE, 3), 99, np.uint8), **change)
    assert caught.value.code == code


@pytest.mark.parametrize("hints", [[(1, 1)], [(1.5, 1, RED)], [7], np.zeros(SIZE), np.zeros((*SIZE, 3), np.uint8)])
def test_what_is_no_hint_is_a_type_error(hints: Any, mask: NDArray[np.bool_]) -> None:
    with pytest.raises(TypeError, match="hint"):
        lacuna.recolor(picture(), mask, hints=hints)


def test_what_progress_raises_ends_the_work(mask: NDArray[np.bool_]) -> None:
    def stop(_text: str, _fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        lacuna.recolor(picture(), mask, color=RED, progress=stop)
    with pytest.raises(InterruptedError):
        lacuna.colorize(picture(), mask, progress=stop)


def test_color_solvers_are_listed_with_their_state() -> None:
    solvers = {solver["name"]: solver for solver in lacuna.color_solvers()}
    assert [solvers[name]["state"] for name in ("fast", "pyramid", "levin", "domain-transform")] == ["ready"] * 4
    assert [name for name, solver in solvers.items() if solver["auto"]] == ["fast"]

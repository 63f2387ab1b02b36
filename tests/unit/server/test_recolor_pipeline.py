"""The recolor operation on requests as they come over the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.boxes import Box
from lacuna_client.color import RecolorRequest
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect
from lacuna_client.result import Result
from lacuna_models.color.planes import chroma_of, rgb_of, within_gamut
from lacuna_models.metrics.cielab import lab_of
from lacuna_models.run import Run
from lacuna_server.pipeline.operations import compute
from lacuna_server.pipeline.pixels import array_of, buffer_of, full_scale
from unit.server.scenes import SIZE, box, disc, hinted, luma, pasted, spanned, waves

DTYPES = ["u1", "u2", "f4"]
HALF_A_STEP = {"u1": 0.5, "u2": 0.5, "f4": 2.0**-24}
BLUE = (0.4, 0.55, 0.7)
MIDDLE = (slice(40, 50), slice(55, 65))


def recolored(*boxes: Box, run: Run | None = None, **options: Any) -> Result:
    return compute(RecolorRequest(boxes=boxes, **{"color": BLUE, "output": "composite", **options}), run or Run())


def error_of(*boxes: Box, **options: Any) -> LacunaError:
    with pytest.raises(LacunaError) as caught:
        recolored(*boxes, **options)
    return caught.value


def seen(image: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The mean (R' - Y', B' - Y') there."""
    color = image[where][:, :3].astype(np.float64) / full_scale(image.dtype)
    return np.asarray(chroma_of(color).mean(axis=0))


@pytest.mark.parametrize("output", ["composite", "in-place"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_luma_opacity_and_all_outside_stay_and_the_color_moves(dtype: str, output: str) -> None:
    image, selection = waves(dtype), disc(soft=True)
    (patch,) = recolored(box(image, selection), output=output).patches
    out, outside = pasted(image, patch), ~spanned(patch)
    assert out[outside].tobytes() == image[outside].tobytes()
    np.testing.assert_array_equal(spanned(patch), selection > 0)
    assert np.abs(luma(out) - luma(image)).max() <= HALF_A_STEP[dtype]
    np.testing.assert_array_equal(out[..., 3], image[..., 3])
    wanted, before, after = chroma_of(np.array(BLUE)), seen(image, selection == 255), seen(out, selection == 255)
    assert np.linalg.norm(after - wanted) < 0.5 * np.linalg.norm(before - wanted)


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_strength_changes_no_bit(dtype: str) -> None:
    image = waves(dtype)
    (patch,) = recolored(box(image, disc(soft=True)), strength=0).patches
    if dtype == "f4":
        np.testing.assert_allclose(pasted(image, patch), image, rtol=0, atol=2.0**-23)
    else:
        np.testing.assert_array_equal(pasted(image, patch), image)


def test_feather_softens_the_border_and_in_place_never_leaves_the_selection() -> None:
    image, selection = waves(), disc()
    wide, narrow = (recolored(box(image, selection), feather=6, output=output).patches[0] for output in ("composite", "in-place"))
    assert (spanned(wide) & (selection == 0)).any()
    assert not (spanned(narrow) & (selection == 0)).any()
    moved = np.abs(pasted(image, wide).astype(int) - image).sum(axis=2)
    assert moved[45, 60] > moved[45, 60 + 14] > 0


def test_a_tone_moves_the_luma_to_the_colors() -> None:
    image, selection = waves("f4"), disc()
    dark = (0.1, 0.05, 0.02)
    (patch,) = recolored(box(image, selection), color=dark, tone=100).patches
    out = pasted(image, patch)
    assert luma(out)[selection > 0].mean() < luma(image)[selection > 0].mean() - 0.1


def test_what_is_transparent_stays_and_gets_no_span() -> None:
    image = waves()
    image[45:, :, 3] = 0
    (patch,) = recolored(box(image, disc())).patches
    assert patch.rect.bottom == 45
    np.testing.assert_array_equal(pasted(image, patch)[45:], image[45:])


def test_a_color_beyond_the_range_is_the_nearest_within() -> None:
    made = recolored(box(waves(), disc()), color=(-0.5, 0.55, 1e9)).provenance
    assert (made["color"], made["warnings"]) == ("#008cff", [])


def test_a_hint_gives_its_color_where_it_is() -> None:
    image = waves()
    hint = hinted(box(image, disc()), at=MIDDLE, color=BLUE)
    (patch,) = recolored(hint, color=None).patches
    out, where = pasted(image, patch), np.zeros(SIZE, bool)
    where[MIDDLE] = True
    wanted = chroma_of(np.array(BLUE))
    assert np.linalg.norm(seen(out, where) - wanted) < 0.5 * np.linalg.norm(seen(image, where) - wanted)
    assert np.abs(luma(out) - luma(image)).max() <= 0.5


@pytest.mark.parametrize("level", [30, 235])
@pytest.mark.parametrize("color", [(0.94, 0.37, 0.11), (0.96, 0.15, 0.97), (0.2, 0.58, 0.6)])
def test_a_hint_is_met_after_rounding_to_8_bits(color: tuple[float, float, float], level: int) -> None:
    image = waves()
    image[..., :3] = np.clip(image[..., :3] // 10 + level, 0, 255)
    (patch,) = recolored(hinted(box(image, disc()), at=MIDDLE, color=color), color=None).patches
    y = luma(image)[MIDDLE] / 255
    asked = rgb_of(y, within_gamut(y, np.broadcast_to(chroma_of(np.array(color)), (*y.shape, 2))))
    missed = lab_of(pasted(image, patch)[MIDDLE][..., :3] / 255) - lab_of(asked)
    assert np.hypot(missed[..., 1], missed[..., 2]).max() < 2.5


def test_a_reference_gives_its_usual_color() -> None:
    reference = np.zeros((7, 9, 4), np.uint8)
    reference[1:6, 2:8] = (51, 102, 230, 255)
    reference[3, 3] = (255, 0, 0, 255)
    result = recolored(box(waves(), disc()), color=None, reference=buffer_of("reference", reference, "R'G'B'A"))
    assert result.provenance["color"] == "#3366e6"


@pytest.mark.parametrize(("opacity", "expected"), [((255, 255), "#c81e1e"), ((60, 255), "#1e3cc8"), ((255, 0), "#c81e1e")])
def test_a_reference_of_two_colors_gives_the_one_that_shows_most(opacity: tuple[int, int], expected: str) -> None:
    """Never a mixture, which is in no pixel of it."""
    reference = np.zeros((6, 10, 4), np.uint8)
    reference[:, :6] = (200, 30, 30, opacity[0])
    reference[:, 6:] = (30, 60, 200, opacity[1])
    result = recolored(box(waves(), disc()), color=None, reference=buffer_of("reference", reference, "R'G'B'A"))
    assert result.provenance["color"] == expected


def test_a_reference_in_which_nothing_is_to_be_seen_leaves_the_color_to_the_hints() -> None:
    one = hinted(box(waves(), disc()), at=MIDDLE, color=BLUE)
    nothing = buffer_of("reference", np.zeros((6, 10, 4), np.uint8), "R'G'B'A")
    alone, beside = recolored(one, color=None), recolored(one, color=None, reference=nothing)
    assert bytes(beside.patches[0].pixels.data) == bytes(alone.patches[0].pixels.data)
    assert beside.provenance["warnings"] == ["The reference is transparent all over, so no color comes from it."]


def test_a_shaded_reference_gives_a_tone_of_its_middle() -> None:
    reference = np.zeros((1, 200, 4), np.uint8)
    reference[0, :, 0] = 2 * (shades := np.arange(20, 120).repeat(2))
    reference[0, :, 1], reference[0, :, 2], reference[0, :, 3] = shades, shades // 2, 255
    made = recolored(box(waves(), disc()), color=None, reference=buffer_of("reference", reference, "R'G'B'A")).provenance["color"]
    red, green, blue = bytes.fromhex(made[1:])
    assert (red, blue) == (2 * green, green // 2)
    assert 50 < green < 90


def test_the_provenance_says_how_it_was_made() -> None:
    made = recolored(hinted(box(waves(), disc()), at=MIDDLE, color=(0.5, 0.5, 0.5)), strength=80, tone=10).provenance
    assert (made["operation"], made["color"], made["strength"], made["tone"], made["hints"]) == (
        "recolor",
        "#668cb2",
        80,
        10,
        100,
    )
    assert (made["device"], made["weights"], made["warnings"]) == ("cpu", {}, [])
    assert made["times"].keys() == {"color", "composite", "total"}


def test_hints_outside_the_selection_do_nothing_and_are_told() -> None:
    outside = hinted(box(waves(), disc()), at=(slice(0, 5), slice(0, 5)), color=(1, 0, 0))
    result, alone = recolored(outside), recolored(box(waves(), disc()))
    assert result.provenance["warnings"] == ["25 pixels of hints lie outside the selection, where they do nothing."]
    np.testing.assert_array_equal(array_of(result.patches[0].pixels), array_of(alone.patches[0].pixels))


def test_hints_that_their_places_luma_does_not_allow_are_counted() -> None:
    image = waves()
    image[..., :3] = 240
    made = recolored(hinted(box(image, disc()), at=MIDDLE, color=(0, 0, 1))).provenance
    (warning,) = made["warnings"]
    assert warning.startswith("100 of 100 pixels of hints are more colorful than")


def test_a_part_without_a_color_stays_and_is_told() -> None:
    """Hints alone, and only one of two islands has some."""
    other = replace(box(waves(), disc()), rect=Rect(500, 0, SIZE[1], SIZE[0]))
    blank = replace(other, hints=buffer_of("hints", np.zeros((*SIZE, 4), np.uint8), "R'G'B'A"))
    result = recolored(hinted(box(waves(), disc()), at=MIDDLE, color=BLUE), blank, color=None)
    assert len(result.patches) == 1
    assert result.provenance["warnings"] == ["1 of 2 selected parts have no hint in them, so they stay as they are."]


def test_every_stage_can_be_kept() -> None:
    kept: list[str] = []
    recolored(box(waves(), disc()), run=Run(on_stage=lambda name, _: kept.append(name)))
    assert kept == ["box-0-0-alpha", "box-0-0-color"]


def test_progress_rises_to_1() -> None:
    fractions: list[float] = []
    recolored(box(waves(), disc()), run=Run(on_progress=lambda _, fraction: fractions.append(fraction)))
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)


@pytest.mark.parametrize("after", [0.0, 0.5, 0.92])
def test_a_cancel_ends_it_at_the_next_look(after: float) -> None:
    """Also while it blends: a whole layer takes seconds there."""
    run = Run(on_progress=lambda _, fraction: run.cancel() if fraction >= after else None)
    tall = (9000, 40)
    assert error_of(box(waves(size=tall), np.full(tall, 255, np.uint8)), run=run).code == "cancelled"


def _nan(at: tuple[int, int]) -> NDArray[Any]:
    image = waves("f4")
    image[(*at, 1)] = np.nan
    return image


def test_what_is_no_number_matters_only_where_it_is_selected_and_seen() -> None:
    assert error_of(box(_nan((45, 60)), disc())).code == "bad_pixels"
    recolored(box(_nan((0, 0)), disc()))
    hidden = _nan((45, 60))
    hidden[45, 60, 3] = 0
    (patch,) = recolored(box(hidden, disc())).patches
    assert np.isnan(pasted(hidden, patch)[45, 60, 1])


@pytest.mark.parametrize(
    ("code", "one", "options"),
    [
        ("empty_selection", box(waves(), np.zeros(SIZE, np.uint8)), {}),
        ("transparent", box(np.zeros((*SIZE, 4), np.uint8), disc()), {}),
        ("no_color_given", box(waves(), disc()), {"color": None}),
        ("hints_outside", hinted(box(waves(), disc()), at=(slice(0, 2), slice(0, 2)), color=BLUE), {"color": None}),
        ("bad_pixels", hinted(box(waves(), disc()), at=MIDDLE, color=(np.nan, 0, 0)), {}),
        ("bad_value", box(waves(), disc()), {"device": "toaster"}),
        ("no_device", box(waves(), disc()), {"device": "cuda:99"}),
    ],
)
def test_what_cannot_be_recolored_is_told_by_its_code(code: str, one: Box, options: dict[str, Any]) -> None:
    assert error_of(one, **options).code == code


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1)])
def test_one_pixel_and_thin_selections_work(size: tuple[int, int]) -> None:
    image = waves(size=size)
    (patch,) = recolored(box(image, np.full(size, 255, np.uint8))).patches
    assert np.abs(luma(array_of(patch.pixels)) - luma(image)).max() <= 0.5

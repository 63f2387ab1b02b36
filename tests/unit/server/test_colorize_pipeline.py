"""The colorize operation on requests as they come over the wire."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer
from lacuna_client.color import ColorizeRequest
from lacuna_client.errors import LacunaError
from lacuna_client.result import Result
from lacuna_models import bands
from lacuna_models.color.planes import chroma_of
from lacuna_models.registry import SOLVER, solvers
from lacuna_models.run import Run
from lacuna_server.pipeline.operations import compute
from lacuna_server.pipeline.pixels import array_of, buffer_of, full_scale
from unit.server.scenes import SIZE, box, disc, hinted, luma, pasted, sampled, spanned, waves

DTYPES = ["u1", "u2", "f4"]
HALF_A_STEP = {"u1": 0.5, "u2": 0.5, "f4": 2.0**-24}
MIDDLE = (slice(40, 50), slice(55, 65))
BLUE = (0.4, 0.55, 0.7)


def two_things(dtype: str = "u1") -> NDArray[Any]:
    """Dark red on the left, light green on the right; in the middle they have lost their color."""
    image = waves("f4")
    image[..., :3] = np.where(np.arange(SIZE[1])[:, None] < 60, (0.5, 0.2, 0.2), (0.6, 0.8, 0.6))
    gray = disc() > 0
    image[gray, :3] = luma(image)[gray][:, None]
    return np.rint(image * full_scale(np.dtype(dtype))).astype(dtype) if dtype != "f4" else image


def whole_gray() -> NDArray[Any]:
    image = waves()
    image[..., :3] = image[..., :1]
    return image


def colorized(*boxes: Box, run: Run | None = None, **options: Any) -> Result:
    asked = ColorizeRequest(boxes=boxes, **{"color_solver": "levin", "output": "composite", **options})
    return compute(asked, run or Run())


def error_of(*boxes: Box, **options: Any) -> LacunaError:
    with pytest.raises(LacunaError) as caught:
        colorized(*boxes, **options)
    return caught.value


def seen(image: NDArray[Any], where: Any) -> NDArray[np.float64]:
    """The mean (R' - Y', B' - Y') there."""
    color = image[where][..., :3].reshape(-1, 3).astype(np.float64) / full_scale(image.dtype)
    return np.asarray(chroma_of(color).mean(axis=0))


@pytest.mark.parametrize("solver", ["", "auto", "fast", "levin"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_each_thing_gets_the_color_it_has_outside_on_its_own_luma(dtype: str, solver: str) -> None:
    image, selection = two_things(dtype), disc()
    result = colorized(box(image, selection), color_solver=solver)
    out, outside = pasted(image, result.patches[0]), ~spanned(result.patches[0])
    assert out[outside].tobytes() == image[outside].tobytes()
    assert np.abs(luma(out) - luma(image)).max() <= HALF_A_STEP[dtype]
    for inside, known in ((np.s_[40:50, 50:57], np.s_[:10, :10]), (np.s_[40:50, 63:70], np.s_[:10, -10:])):
        np.testing.assert_allclose(seen(out, inside), seen(image, known), atol=0.03)
    assert result.provenance["color_solver"] == (solver if solver not in ("", "auto") else SOLVER)


def test_the_color_that_it_had_does_not_matter() -> None:
    gray, tinted = two_things("f4"), two_things("f4")
    inside = disc() > 0
    red = gray[inside, 0] + 0.1
    tinted[inside, 0], tinted[inside, 1] = red, gray[inside, 1] - 0.1 * 0.2126 / 0.7152
    one, other = (pasted(image, colorized(box(image, disc())).patches[0]) for image in (gray, tinted))
    np.testing.assert_allclose(one, other, atol=2e-3)


def test_a_gray_layer_gets_its_color_from_hints() -> None:
    """Gray surroundings are no color that is spread: the hint reaches every pixel selected."""
    image, everywhere = whole_gray(), np.full(SIZE, 255, np.uint8)
    for selection in (everywhere, disc()):
        (patch,) = colorized(hinted(box(image, selection), at=MIDDLE, color=BLUE)).patches
        out = pasted(image, patch)
        assert (np.ptp(out[selection > 0][:, :3].astype(int), axis=1) > 10).mean() > 0.95
        assert np.abs(luma(out) - luma(image)).max() <= 0.5
        np.testing.assert_array_equal(out[selection == 0], image[selection == 0])


def test_colors_next_to_a_gray_rim_still_count() -> None:
    """Only where all of the surroundings are gray they are left out."""
    image = two_things()
    image[:5, :, :3] = 128
    (patch,) = colorized(hinted(box(image, disc()), at=(slice(44, 46), slice(50, 52)), color=BLUE)).patches
    np.testing.assert_allclose(seen(pasted(image, patch), np.s_[40:50, 66:70]), seen(image, np.s_[20:30, -10:]), atol=0.05)


def test_colors_come_from_a_reference_whatever_is_hidden_in_it() -> None:
    reference = np.zeros((40, 50, 4), np.float32)
    reference[5:35, 5:45] = (*BLUE, 1.0)
    reference[5:35, 5:45, :3] += np.linspace(-0.3, 0.3, 40, dtype=np.float32)[None, :, None]
    reference[:5, :, :3] = np.nan
    image, everywhere = whole_gray(), np.full(SIZE, 255, np.uint8)
    result = colorized(box(image, everywhere), color_solver="fast", reference=buffer_of("reference", reference, "R'G'B'A"))
    out = pasted(image, result.patches[0])
    assert result.provenance["reference"] is True
    np.testing.assert_allclose(seen(out, np.s_[:]), chroma_of(np.array(BLUE)), atol=0.08)


def of_one_color(opacity: float = 1.0) -> Buffer:
    """A reference all of BLUE."""
    return buffer_of("reference", np.full((8, 9, 4), (*BLUE, opacity), np.float32), "R'G'B'A")


@pytest.mark.parametrize("solver", ["levin", "domain-transform"])
def test_a_solver_without_use_for_a_reference_says_so(solver: str) -> None:
    """Where the picture has colors of its own it takes those; where it has none that is the sentence."""
    result = colorized(box(two_things(), disc()), color_solver=solver, reference=of_one_color())
    assert f"The color solver {solver} takes no colors from another picture" in result.provenance["warnings"][0]
    for selection in (disc(), np.full(SIZE, 255, np.uint8)):
        failed = error_of(box(whole_gray(), selection), color_solver=solver, reference=of_one_color())
        assert failed.code == "reference_not_taken"


def test_the_registry_says_which_solvers_take_a_reference() -> None:
    assert {part["name"] for part in solvers() if part["references"]} == {"fast", "pyramid", "pyramid-short"}


def test_a_reference_in_which_nothing_is_to_be_seen_is_none() -> None:
    alone = colorized(box(two_things(), disc()), color_solver="fast")
    beside = colorized(box(two_things(), disc()), color_solver="fast", reference=of_one_color(opacity=0))
    assert beside.patches[0].pixels.data == alone.patches[0].pixels.data
    assert beside.provenance["warnings"] == ["The reference is transparent all over, so no color comes from it."]
    assert error_of(box(whole_gray(), disc()), color_solver="fast", reference=of_one_color(opacity=0)).code == "no_color"


def test_what_the_sources_exclude_gives_no_color() -> None:
    """The red half is excluded: nothing becomes red."""
    image, left = two_things(), np.zeros(SIZE, np.uint8)
    left[:, 60:] = 255
    (patch,) = colorized(sampled(box(image, disc()), left)).patches
    inside = np.s_[40:50, 50:57]
    assert seen(pasted(image, patch), inside)[0] < 0.02 < seen(image, np.s_[:10, :10])[0]


def test_the_provenance_says_how_it_was_made() -> None:
    made = colorized(hinted(box(two_things(), disc()), at=MIDDLE, color=(0.5, 0.5, 0.5)), seed=3).provenance
    assert (made["operation"], made["color_solver"], made["varies"], made["seed"], made["hints"]) == (
        "colorize",
        "levin",
        False,
        3,
        100,
    )
    assert (made["device"], made["warnings"]) == ("cpu", [])
    assert made["times"].keys() == {"color", "composite", "total"}


@pytest.mark.parametrize(
    ("code", "one", "options"),
    [
        ("empty_selection", box(waves(), np.zeros(SIZE, np.uint8)), {}),
        ("transparent", box(np.zeros((*SIZE, 4), np.uint8), disc()), {}),
        ("no_color", box(whole_gray(), disc()), {}),
        ("no_color", box(waves(), np.full(SIZE, 255, np.uint8)), {}),
        ("no_color", sampled(box(waves(), disc()), np.zeros(SIZE, np.uint8)), {}),
        ("no_color", hinted(box(whole_gray(), disc()), at=(slice(0, 2), slice(0, 2)), color=BLUE), {}),
        ("unknown_part", box(waves(), disc()), {"color_solver": "magic"}),
        ("unknown_part", box(waves(), disc()), {"color_solver": "exemplar"}),
        ("bad_pixels", hinted(box(waves(), disc()), at=MIDDLE, color=(0, np.inf, 0)), {}),
        ("no_device", box(waves(), disc()), {"device": "cuda:99"}),
    ],
)
def test_what_cannot_be_colorized_is_told_by_its_code(code: str, one: Box, options: dict[str, Any]) -> None:
    assert error_of(one, **options).code == code


@pytest.mark.parametrize("at", [(45, 60), (5, 5)])
def test_what_is_no_number_is_told_inside_and_outside(at: tuple[int, int]) -> None:
    image = waves("f4")
    image[(*at, 1)] = np.nan
    assert error_of(box(image, disc())).code == "bad_pixels"


def test_what_is_transparent_gives_no_color_and_gets_none() -> None:
    image = two_things("f4")
    image[:, 60:, :3] = np.nan
    image[:, 60:, 3] = 0
    (patch,) = colorized(box(image, disc())).patches
    out = pasted(image, patch)
    assert patch.rect.right == 60
    assert np.isnan(out[:, 60:, :3]).all()
    np.testing.assert_allclose(seen(out, np.s_[40:50, 50:57]), seen(image, np.s_[:10, :10]), atol=0.03)


def test_one_pixel_is_colorized() -> None:
    image, selection = two_things(), np.zeros(SIZE, np.uint8)
    selection[45, 50] = 255
    (patch,) = colorized(box(image, selection)).patches
    assert array_of(patch.pixels).shape == (1, 1, 4)


def test_a_cancel_ends_it() -> None:
    run = Run()
    run.cancel()
    assert error_of(box(two_things(), disc()), run=run).code == "cancelled"


class Counted(Run):
    """Tells how often it was polled."""

    polls = 0

    def check(self) -> None:
        self.polls += 1
        super().check()


def test_a_large_box_is_looked_at_band_by_band_with_a_poll_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are read so that a cancel is heard between them; what comes out is the same."""
    right = np.where(np.arange(SIZE[1]) < 90, 0, 255).astype(np.uint8) * np.ones((SIZE[0], 1), np.uint8)
    one = sampled(hinted(box(two_things("f4"), disc()), at=MIDDLE, color=BLUE), right)
    whole, in_bands = Counted(), Counted()
    expected = colorized(one, run=whole).patches[0]
    monkeypatch.setattr(bands, "BAND", SIZE[1])
    found = colorized(one, run=in_bands).patches[0]
    assert (found.rect, bytes(found.pixels.data)) == (expected.rect, bytes(expected.pixels.data))
    for_hints_and_for_the_region = 2 * (SIZE[0] - 1)
    assert in_bands.polls == whole.polls + for_hints_and_for_the_region

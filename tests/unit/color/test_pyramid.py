"""The internal color pyramid: what it learns from, what it keeps, and how it is stopped."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lacuna_models.color.internal_learning import Example, learned, loss
from lacuna_models.color.levels import Level, levels_of, sheet_of
from lacuna_models.color.planes import chroma_of, luma_of, rgb_of
from lacuna_models.color.pyramid import PyramidSolver
from lacuna_models.errors import Cancelled, NotFinite, NothingToSample
from lacuna_models.networks.pyramid_generator import PyramidGenerator
from lacuna_models.region import Hints, Mask, Pixels, Region
from lacuna_models.run import Run

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
RED, GREEN, BROWN = (np.array(color, np.float32) for color in ((0.8, 0.3, 0.2), (0.2, 0.6, 0.3), (0.6, 0.2, 0.1)))
WITHIN_FLOAT32 = 1e-6


def quick(iterations: int = 3, levels: int = 3) -> PyramidSolver:
    return PyramidSolver(levels=levels, iterations=iterations, alone=iterations, width=8, blocks=1)


def two_halves(height: int = 64, width: int = 64) -> tuple[Pixels, Mask]:
    """Bright red on the left, dark green on the right, both with some shading; the hole is over the border of both."""
    shade = np.random.default_rng(1).uniform(0.9, 1.1, (height, width, 1))
    image = np.where(np.arange(width)[None, :, None] < width // 2, RED, GREEN) * shade
    hole = np.zeros((height, width), bool)
    hole[height // 4 : -height // 4, width // 4 : -width // 4] = True
    return image.astype(np.float32), hole


def region_of(image: Pixels, hole: Mask, hints: Hints | None = None, reference: Pixels | None = None) -> Region:
    gray = np.where(hole[..., None], np.float32(np.nan), image)
    return Region(gray, hole, hole.astype(np.float32), ~hole, hints=hints, reference=reference)


def luma(image: Pixels) -> Pixels:
    return luma_of(image).astype(np.float32)


def dot(hole: Mask, at: tuple[int, int], color: Pixels) -> Hints:
    where = np.zeros_like(hole)
    where[at] = True
    return Hints(where, np.full((*hole.shape, 3), color))


def levels(hole: Mask, count: int = 3, hints: Hints | None = None, image: Pixels | None = None) -> list[Level]:
    image = np.full((*hole.shape, 3), 0.5, np.float32) if image is None else image
    return levels_of(sheet_of(luma(image), image, ~hole, hints, 8), count)


def test_generators_have_the_published_count_of_parameters() -> None:
    counts = [sum(one.numel() for one in PyramidGenerator(inside).parameters()) for inside in (1, 4)]

    assert counts == [158_979, 159_843]


def test_a_pixel_of_a_generator_sees_39_pixels_either_way() -> None:
    generator = PyramidGenerator(1, width=4)
    for module in generator.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.forward = lambda input: input  # type: ignore[method-assign]  # noqa: A006 - its statistics see everything
    given = torch.rand(1, 1, 61, 61, requires_grad=True)

    generator(given)[0, :, 30, 30].sum().backward()

    assert given.grad is not None
    seen = given.grad[0, 0].nonzero()
    assert seen.min(dim=0).values.tolist() == [11, 11]
    assert seen.max(dim=0).values.tolist() == [49, 49]


@pytest.mark.parametrize("device", DEVICES)
def test_pictures_are_reflected_at_their_border_and_gradients_with_them(device: str) -> None:
    generator = PyramidGenerator(4, width=4, blocks=1).to(device, torch.float64)
    given = torch.rand(1, 4, 3, 5, dtype=torch.float64, device=device, requires_grad=True)

    assert torch.autograd.gradcheck(generator, (given,))


def test_levels_are_halves_of_halves() -> None:
    sizes = [tuple(level.color.shape[2:]) for level in levels(np.zeros((64, 80), bool))]

    assert sizes == [(16, 20), (32, 40), (64, 80)]


def test_sides_that_cannot_be_halved_are_continued() -> None:
    sizes = [tuple(level.color.shape[2:]) for level in levels(np.zeros((65, 79), bool))]

    assert sizes == [(18, 20), (36, 40), (72, 80)]


def test_no_pixel_that_the_hole_has_touched_is_known_on_any_level() -> None:
    hole = np.zeros((32, 32), bool)
    hole[13:17, 13:17] = True

    coarse, middle, fine = (level.weight[0, 0].numpy() == 0 for level in levels(hole))

    assert np.array_equal(fine, hole)
    assert np.array_equal(np.argwhere(middle).T.tolist(), np.mgrid[6:9, 6:9].reshape(2, -1))
    assert np.array_equal(np.argwhere(coarse).T.tolist(), np.mgrid[3:5, 3:5].reshape(2, -1))


def test_known_colors_of_every_level_are_free_of_what_lies_in_the_hole() -> None:
    image, hole = two_halves()
    red_hole, green_hole = (np.where(hole[..., None], color, image) for color in (RED, GREEN))
    given = luma(image)

    one, other = (levels_of(sheet_of(given, each, ~hole, None, 8), 3) for each in (red_hole, green_hole))

    for a, b in zip(one, other, strict=True):
        assert torch.equal(a.color * a.weight, b.color * b.weight)


def test_a_flat_color_is_the_same_on_every_level_up_to_the_hole() -> None:
    _, hole = two_halves()
    image = np.full((64, 64, 3), RED)

    for level in levels(hole, image=image):
        known = level.color.permute(0, 2, 3, 1)[level.weight[:, 0] == 1]
        assert np.allclose(known, RED, atol=1e-5)


def test_one_hinted_pixel_is_on_every_level_with_its_color_and_a_weight_of_its_own() -> None:
    image, hole = two_halves()
    gray = np.full_like(image, 0.45)
    hints = dot(hole, (33, 30), RED)

    for level in levels(hole, hints=hints, image=gray):
        hinted = (level.weight[0, 0] > 1).nonzero()
        assert len(hinted) > 0
        share = level.weight[level.weight > 1].sum() / (level.weight == 1).sum()
        assert share == pytest.approx(0.1, rel=1e-3)
        wanted = rgb_of(np.array(0.45, np.float32), chroma_of(RED))
        for row, column in hinted.tolist():
            assert np.allclose(level.color[0, :, row, column], wanted, atol=1e-5)


def test_only_known_pixels_count_in_the_loss() -> None:
    answer, color = torch.rand(1, 3, 4, 4), torch.rand(1, 3, 4, 4)
    weight = torch.zeros(1, 1, 4, 4)
    weight[..., 0, :] = 1

    wanted = ((answer - color)[..., 0, :] ** 2).sum() / (3 * 4 * 4)
    assert loss(answer, Example(color, color, weight)) == pytest.approx(float(wanted))


@pytest.mark.parametrize("device", DEVICES)
def test_luma_is_kept_and_nothing_changes_outside_the_hole(device: str) -> None:
    image, hole = two_halves()

    result = quick().solve(region_of(image, hole), luma(image), Run(device=device))

    assert result.dtype == np.float32
    assert np.array_equal(result[~hole], image[~hole])
    assert np.abs(luma_of(result) - luma(image)).max() < WITHIN_FLOAT32
    assert result.min() >= -WITHIN_FLOAT32
    assert result.max() <= 1 + WITHIN_FLOAT32


def test_it_learns_which_color_goes_with_which_luma() -> None:
    image, hole = two_halves()

    result = quick(iterations=80).solve(region_of(image, hole), luma(image), Run())

    error = np.abs(chroma_of(result) - chroma_of(image))[hole].mean()
    assert error < 0.1 * np.abs(chroma_of(image))[hole].mean()


@pytest.mark.parametrize("device", DEVICES)
def test_a_seed_gives_one_result_and_another_seed_another(device: str) -> None:
    image, hole = two_halves()
    region = region_of(image, hole)

    first, again, other = (quick().solve(region, luma(image), Run(seed=seed, device=device)) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_random_numbers_of_others_are_left_alone() -> None:
    image, hole = two_halves()
    torch.manual_seed(7)
    wanted = torch.rand(3)

    torch.manual_seed(7)
    quick().solve(region_of(image, hole), luma(image), Run(seed=1))

    assert torch.equal(torch.rand(3), wanted)


def test_a_hint_is_met_and_reaches_what_lies_round_it() -> None:
    gray = np.full((64, 64, 3), 0.5, np.float32)
    hole = np.zeros((64, 64), bool)
    hole[16:48, 16:48] = True
    gray[hole] = 0.3

    result = quick(iterations=60).solve(region_of(gray, hole, dot(hole, (32, 32), BROWN)), luma(gray), Run())

    wanted, chroma = chroma_of(BROWN), chroma_of(result)
    assert np.allclose(chroma[32, 32], wanted, atol=1e-5)
    assert chroma[28:37, 28:37, 0].mean() > 0.3 * wanted[0]


def test_hints_alone_are_enough() -> None:
    gray = np.full((16, 16, 3), 0.4, np.float32)
    everything = np.ones((16, 16), bool)

    result = quick(20).solve(region_of(gray, everything, dot(everything, (8, 8), RED)), luma(gray), Run())

    assert (chroma_of(result)[..., 0] > 0.1).mean() > 0.5


def test_colors_are_learned_from_a_reference_of_another_size() -> None:
    image, _ = two_halves()
    everything = np.ones(image.shape[:2], bool)
    reference = np.flip(image, axis=1)[:40].copy()

    result = quick(80).solve(region_of(image, everything, reference=reference), luma(image), Run())

    error = np.abs(chroma_of(result) - chroma_of(image)).mean()
    assert error < 0.2 * np.abs(chroma_of(image)).mean()


def test_large_pictures_are_restored_at_a_smaller_size_and_keep_their_own_luma() -> None:
    image, hole = two_halves(100, 120)
    hints = dot(hole, (50, 40), BROWN)

    result = PyramidSolver(levels=1, alone=3, width=8, blocks=1, most_pixels=32 * 32).solve(
        region_of(image, hole, hints), luma(image), Run()
    )

    assert np.array_equal(result[~hole], image[~hole])
    assert np.abs(luma_of(result) - luma(image)).max() < WITHIN_FLOAT32
    assert np.allclose(chroma_of(result)[50, 40], chroma_of(BROWN), atol=1e-5)


def test_the_picture_of_every_level_is_shown() -> None:
    image, hole = two_halves(128, 160)
    shown: list[tuple[int, ...]] = []

    quick().solve(region_of(image, hole), luma(image), Run(on_preview=lambda picture: shown.append(picture.shape)))

    assert shown == [(32, 40, 3), (64, 80, 3), (128, 160, 3)]


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 5), (33, 17)])
def test_regions_of_any_size_are_restored(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), RED)
    hole = np.zeros(size, bool)
    hole[0, 0] = True
    hints = dot(hole, (0, 0), RED) if size == (1, 1) else None

    result = quick().solve(region_of(image, hole, hints), luma(image), Run())

    assert result.shape == image.shape
    assert np.isfinite(result).all()


def test_no_color_anywhere_is_nothing_to_sample() -> None:
    image, _ = two_halves()

    with pytest.raises(NothingToSample):
        quick().solve(region_of(image, np.ones(image.shape[:2], bool)), luma(image), Run())


def test_where_all_is_gray_the_hole_becomes_gray() -> None:
    image, hole = two_halves()
    gray = np.repeat(luma(image)[..., None], 3, axis=2)

    result = quick().solve(region_of(gray, hole), luma(gray), Run())

    assert np.allclose(result, gray, atol=WITHIN_FLOAT32)


def test_levels_on_which_nothing_is_known_are_left_out() -> None:
    image, hole = two_halves(128, 128)
    hole[:] = True
    hole[:2] = False  # two rows: the half has one that the hole has not touched, the quarter none
    texts: list[str] = []

    quick().solve(region_of(image, hole), luma(image), Run(on_progress=lambda text, _: texts.append(text)))

    assert any("2 of 2" in text for text in texts)


@pytest.mark.parametrize("iteration", range(9))
def test_a_cancel_is_heard_at_every_iteration(iteration: int) -> None:
    image, hole = two_halves(128, 128)
    heard: list[float] = []

    def cancelling(_: str, fraction: float) -> None:
        heard.append(fraction)
        if len(heard) == 4 + iteration:
            run.cancel()

    run = Run(on_progress=cancelling)

    with pytest.raises(Cancelled):
        quick().solve(region_of(image, hole), luma(image), run)

    assert len(heard) == 4 + iteration


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_cancel_is_heard_within_an_iteration(way: str) -> None:
    run = Run()
    generator = PyramidGenerator(1, width=4, blocks=2)
    passed: list[str] = []

    def cancelling(layer: torch.nn.Module) -> None:
        if way == "forward":
            layer.register_forward_pre_hook(lambda *_: run.cancel())
        else:
            layer.register_full_backward_hook(lambda *_: run.cancel())

    cancelling(generator.blocks[1])
    generator.color.register_forward_hook(lambda *_: passed.append("answered"))
    next(generator.first.parameters()).register_hook(lambda _: passed.append("all the way back"))  # type: ignore[no-untyped-call]  # torch leaves it untyped
    example = Example(torch.rand(1, 1, 8, 8), torch.rand(1, 3, 8, 8), torch.ones(1, 1, 8, 8))

    with pytest.raises(Cancelled):
        learned(lambda: generator, [example], 0.01, 5, run)

    assert passed == ([] if way == "forward" else ["answered"])


def test_a_loss_that_is_no_number_starts_the_level_over_and_then_fails() -> None:
    made: list[int] = []
    example = Example(torch.rand(1, 1, 8, 8), torch.full((1, 3, 8, 8), torch.nan), torch.ones(1, 1, 8, 8))

    def make() -> PyramidGenerator:
        made.append(1)
        return PyramidGenerator(1, width=4, blocks=1)

    with pytest.raises(NotFinite):
        learned(make, [example], 0.01, 5, Run())

    assert len(made) == 4

"""Every term of the loss is zero for the truth, above zero for what it is to mend, and finite in its gradient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from lacuna_models.features.named import features_of
from lacuna_models.training import losses
from lacuna_models.training.adversarial import Discriminator, discriminator_loss, generator_losses
from lacuna_models.training.objective import Objective
from lacuna_models.training.perceptual import FeatureLosses
from lacuna_models.training.schedule import Terms

torch.manual_seed(0)
TRUTH = torch.rand(2, 3, 48, 48)
HOLE = torch.zeros(2, 1, 48, 48)
HOLE[:, :, 12:36, 12:36] = 1
WRONG = torch.where(HOLE > 0, TRUTH.mean(dim=(2, 3), keepdim=True), TRUTH)
ALL = Terms(1, 1, 1, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(
    "term",
    [
        lambda picture: losses.multiscale_l1(picture, TRUTH, losses.pixel_weights(HOLE)),
        lambda picture: losses.border(picture, TRUTH, HOLE),
        lambda picture: losses.focal_frequency(picture, TRUTH),
    ],
    ids=["multiscale L1", "border", "focal frequency"],
)
def test_a_term_is_zero_for_the_truth_only(term: Callable[[Tensor], Tensor]) -> None:
    assert term(TRUTH) == 0
    assert term(WRONG) > 0


def test_only_the_hole_counts_in_proportion() -> None:
    weights = losses.pixel_weights(0.5 * HOLE)
    assert weights[0, 0, 20, 20] == 0.5
    assert weights[0, 0, 0, 0] == 0


def test_far_inside_a_pixel_counts_less_than_at_the_border() -> None:
    weights = losses.pixel_weights(HOLE, discount=0.1)
    assert weights[0, 0, 12, 12] > weights[0, 0, 13, 13] > weights[0, 0, 14, 14] > 0
    assert weights[0, 0, 0, 0] == 0


def test_the_border_term_does_not_look_far_inside() -> None:
    inside = TRUTH.clone()
    inside[:, :, 20:28, 20:28] = 0
    assert losses.border(inside, TRUTH, HOLE) == 0


def test_variation_is_that_of_the_hole_alone() -> None:
    assert losses.variation(TRUTH, HOLE) > 0
    flat = torch.where(functional.max_pool2d(HOLE, 3, 1, 1) > 0, torch.full_like(TRUTH, 0.5), TRUTH)
    assert losses.variation(flat, HOLE) == 0


def test_perceptual_and_style_compare_features(feature_file: Path) -> None:
    compare = FeatureLosses(features_of(str(feature_file)))
    assert [float(one) for one in compare(TRUTH, TRUTH)] == [0, 0]
    perceptual, style = compare(WRONG, TRUTH)
    assert perceptual > 0
    assert style > 0


def test_the_discriminator_learns_to_tell_fills_from_pictures() -> None:
    torch.manual_seed(0)
    judge = Discriminator()
    optimizer = torch.optim.Adam(judge.parameters(), 5e-3)
    first = discriminator_loss(judge, WRONG, TRUTH, HOLE)
    for _ in range(30):
        optimizer.zero_grad()
        loss = discriminator_loss(judge, WRONG, TRUTH, HOLE)
        torch.autograd.backward(loss)
        optimizer.step()
    assert loss < 0.75 * first
    own, other = (float(generator_losses(judge, picture, TRUTH, HOLE)[1]) for picture in (TRUTH, WRONG))
    assert own < 0.1 * other, "features of the truth match themselves"


def test_verdicts_outside_the_hole_are_not_called_fake() -> None:
    judge = Discriminator()
    nothing = torch.zeros_like(HOLE)
    assert generator_losses(judge, WRONG, TRUTH, nothing)[0] == 0


@pytest.mark.parametrize("channels", [3, 1])
def test_the_whole_loss_reaches_the_result_through_every_term(feature_file: Path, channels: int) -> None:
    objective = Objective(features_of(str(feature_file)))
    result = WRONG[:, :channels].clone().requires_grad_()
    total, parts = objective(result, TRUTH[:, :channels], HOLE, ALL, Discriminator(channels))
    assert set(parts) == set(Terms.__slots__)
    torch.autograd.backward(total)
    assert result.grad is not None
    assert torch.isfinite(result.grad).all()
    assert result.grad[HOLE.expand_as(result) > 0].abs().sum() > 0


def test_terms_of_weight_zero_are_not_computed(feature_file: Path) -> None:
    _, parts = Objective(features_of(str(feature_file)))(WRONG, TRUTH, HOLE, Terms(), None)
    assert set(parts) == {"l1"}

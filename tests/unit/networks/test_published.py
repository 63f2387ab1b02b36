"""Both published networks are those of the papers: names, shapes, parameter counts, padding, reach, polarity."""

from __future__ import annotations

from typing import TypeVar

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lacuna_models.networks import catalog
from lacuna_models.networks.dfnet import DFNet
from lacuna_models.networks.light_refinement import LightRefinement
from lacuna_models.networks.padding import SameConv, same_padding
from lacuna_models.networks.refinement import Refinement
from unit.networks.published_layout import LAYOUTS, deterministic, uniform

Kind = TypeVar("Kind", bound=nn.Module)
NARROW = (2, 2, 2, 2, 2, 2, 2, 2)


def with_weights(network: Kind) -> Kind:
    """In evaluation mode, with weights by a formula."""
    network.load_state_dict(deterministic({name: tuple(one.shape) for name, one in network.state_dict().items()}))
    return network.eval()


@pytest.mark.parametrize(
    ("name", "tensors", "millions"), [("dfnet", 215, 32.88), ("refinement", 109, 36.86), ("zhang", 107, 34.19)]
)
def test_it_has_the_published_tensors_and_as_many_parameters(name: str, tensors: int, millions: float) -> None:
    with torch.device("meta"):
        network = catalog.build(name, {})
    layout = LAYOUTS[name]()
    assert {key: tuple(one.shape) for key, one in network.state_dict().items()} == layout
    assert len(layout) == tensors
    assert sum(one.numel() for one in network.parameters()) / 1e6 == pytest.approx(millions, abs=0.005)


@pytest.mark.parametrize(
    ("network", "inputs", "giga"),
    [(DFNet, ((1, 3, 512, 512), (1, 1, 512, 512)), 38.7), (Refinement, ((1, 20, 512, 512),), 81.1)],
)
def test_it_multiplies_as_often_as_published(network: type[nn.Module], inputs: tuple[tuple[int, ...], ...], giga: float) -> None:
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        network()(*(torch.zeros(shape) for shape in inputs))
    assert counter.get_total_flops() / 2e9 == pytest.approx(giga, abs=0.06)


@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(7, 2, (2, 3)), (5, 2, (1, 2)), (3, 2, (0, 1)), (3, 1, (1, 1)), (1, 1, (0, 0))]
)
def test_the_padding_is_tensorflows(kernel: int, stride: int, padding: tuple[int, int]) -> None:
    assert same_padding(kernel, stride) == padding


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_a_strided_convolution_sees_one_pixel_more_to_the_right_and_below(kernel: int) -> None:
    before, after = same_padding(kernel, 2)
    convolution = SameConv(1, 1, kernel, stride=2)
    picture = torch.zeros(1, 1, 16, 16, requires_grad=True)
    convolution(picture)[0, 0, 4, 4].backward()
    assert picture.grad is not None
    seen = picture.grad[0, 0].nonzero()
    assert (seen.min(dim=0).values.tolist(), seen.max(dim=0).values.tolist()) == ([8 - before] * 2, [8 - before + kernel - 1] * 2)
    assert 8 - before + kernel - 1 == 9 + after


@pytest.mark.parametrize(
    ("network", "channels"), [(DFNet(widths=NARROW), (3, 1)), (Refinement(widths=NARROW), (20,))], ids=["dfnet", "refinement"]
)
def test_in_half_precision_the_picture_still_has_the_steps_of_full(network: nn.Module, channels: tuple[int, ...]) -> None:
    """bfloat16 alone would leave it no value between its own, which 16 bits would show as bands."""
    given = [uniform((1, count, 256, 256), number) for number, count in enumerate(channels)]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        made = with_weights(network)(*given)
    assert made.dtype == torch.float32
    assert float((made != made.bfloat16()).float().mean()) > 0.9


@pytest.mark.parametrize("network", [DFNet, Refinement])
def test_eight_widths_are_needed(network: type[nn.Module]) -> None:
    with pytest.raises(ValueError, match="8 widths are needed, not 3"):
        network(widths=(1, 2, 3))


def test_dfnet_gives_six_scales_and_its_finest_result() -> None:
    network = with_weights(DFNet(widths=NARROW))
    image, hole = uniform((2, 3, 256, 512), 1), (uniform((2, 1, 256, 512), 2) > 0.8).float()
    with torch.inference_mode():
        scales = network.at_all_scales(image, hole)
        result = network(image, hole)
    assert [tuple(one.result.shape) for one in scales] == [(2, 3, 256 // 2**level, 512 // 2**level) for level in range(6)]
    assert torch.equal(result, scales[0].result)
    assert 0 <= float(result.min()) < float(result.max()) <= 1


def test_dfnet_blends_what_it_was_given_with_what_it_made() -> None:
    network = with_weights(DFNet(widths=NARROW))
    image, hole = uniform((1, 3, 256, 256), 1), torch.zeros(1, 1, 256, 256)
    hole[..., 64:128, 64:128] = 1
    with torch.inference_mode():
        for scale in network.at_all_scales(image, hole):
            side = scale.raw.shape[-1]
            given = nn.functional.interpolate(image * (1 - hole), size=(side, side), mode="bilinear", align_corners=False)
            torch.testing.assert_close(scale.result, scale.alpha * scale.raw + (1 - scale.alpha) * given)
            assert float(scale.alpha.std()) > 0


def test_dfnet_does_not_look_into_the_hole_even_at_values_that_are_no_numbers() -> None:
    network = with_weights(DFNet(widths=NARROW))
    hole = torch.zeros(1, 1, 256, 256)
    hole[..., 64:128, 64:128] = 1
    image = uniform((1, 3, 256, 256), 1)
    with torch.inference_mode():
        expected = network(image, hole)
        for inside in (0.7, float("nan"), float("inf")):
            assert torch.equal(network(torch.where(hole > 0, inside, image), hole), expected)
        assert not torch.equal(network(torch.where(hole > 0, image, 0.7), hole), expected)


@pytest.mark.parametrize(
    ("network", "shapes"),
    [(DFNet(widths=NARROW), ((2, 3, 256, 256), (2, 1, 256, 256))), (Refinement(widths=NARROW), ((2, 20, 256, 256),))],
    ids=["dfnet", "refinement"],
)
def test_the_loss_reaches_every_layer(network: DFNet | Refinement, shapes: tuple[tuple[int, ...], ...]) -> None:
    inputs = [uniform(shape, number) for number, shape in enumerate(shapes)]
    with_weights(network).train()
    results = [one.result for one in network.at_all_scales(*inputs)] if isinstance(network, DFNet) else [network(*inputs)]
    torch.autograd.backward([result.square().mean() for result in results])
    weights = {name: one for name, one in network.named_parameters() if name.endswith("weight")}
    assert [name for name, one in weights.items() if one.grad is None or not one.grad.any()] == []


@pytest.mark.parametrize(
    ("network", "shape"), [(Refinement(widths=NARROW), (1, 20, 256, 512)), (LightRefinement(mono=True), (1, 10, 32, 48))]
)
def test_a_refinement_network_gives_a_picture_of_the_stacks_size(network: nn.Module, shape: tuple[int, ...]) -> None:
    with torch.inference_mode():
        result = with_weights(network)(uniform(shape, 3))
    assert result.shape == (1, 1 if shape[1] == 10 else 3, *shape[2:])
    assert torch.isfinite(result).all()


@pytest.mark.parametrize(
    ("network", "most_above"),
    [(Refinement(widths=NARROW), 768), (LightRefinement(widths=(2, 2, 2, 2)), 112)],
    ids=["refinement", "light-refinement"],
)
def test_the_halo_is_as_far_as_the_network_looks(network: Refinement | LightRefinement, most_above: int) -> None:
    """With weights above 0 nothing cancels: every input pixel that is looked at has a gradient."""
    for name, one in network.named_parameters():
        nn.init.constant_(one, 0 if name.endswith("bias") else 1 / max(one[0].numel(), 1))
    multiple, halo = network.multiple, network.halo
    side = 2 * halo + 3 * multiple
    stack = torch.ones(1, 20, side, multiple, requires_grad=True)
    middle = slice(halo + multiple, halo + 2 * multiple)
    (network.eval()(stack)[:, :, middle].sum() * 1e20).backward()
    assert stack.grad is not None
    rows = stack.grad.abs().sum(dim=(0, 1, 3)).nonzero()[:, 0]
    reach = max(middle.start - int(rows[0]), int(rows[-1]) - middle.stop + 1)
    assert 0 < reach <= halo == most_above
    assert halo - reach < multiple, f"it looks {reach} px far, so the halo may be less"

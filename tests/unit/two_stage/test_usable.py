"""A network is tried before its weights count as usable."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from lacuna_models.errors import WeightsError
from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.two_stage.usable import check
from lacuna_models.weights import Loaded


class Half(nn.Module):
    """Makes a picture of half the height."""

    multiple = 16

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        return (image * (1 - hole))[..., ::2, :]


class Torn(nn.Module):
    """Two layers that do not fit together."""

    multiple = 16

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(20, 4, 3), nn.Conv2d(5, 3, 3))

    def forward(self, stack: Tensor) -> Tensor:
        made: Tensor = self.layers(stack)
        return made


class Greedy(nn.Module):
    """Asks for more memory than there is."""

    multiple = 16

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        return image + hole + torch.ones(1 << 60)


@pytest.mark.parametrize(
    ("network", "role", "reason"),
    [
        (Half(), "light-coarse", "mine.safetensors is for a network that does not make a picture of the size that it is given."),
        (Torn(), "light-refinement", "mine.safetensors is for a network that does not work"),
    ],
)
def test_a_network_that_cannot_work_is_refused(network: nn.Module, role: str, reason: str) -> None:
    with pytest.raises(WeightsError) as caught:
        check("mine.safetensors", role, Loaded(network, {}, {}))
    assert str(caught.value).startswith(reason)


def test_a_network_for_color_is_none_for_luma() -> None:
    network = LightCoarse(widths=(8, 8))
    check("mine.safetensors", "light-coarse", Loaded(network, {}, {}))
    with pytest.raises(WeightsError, match=r"^mine.safetensors is for a network that fills color, so it is none for luma alone"):
        check("mine.safetensors", "light-coarse", Loaded(network, {}, {}), luma=True)


def test_running_out_of_memory_is_not_held_against_the_weights() -> None:
    with pytest.raises(RuntimeError, match="DefaultCPUAllocator"):
        check("mine.safetensors", "light-coarse", Loaded(Greedy(), {}, {}))

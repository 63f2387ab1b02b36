"""Every network by name. Standard library only until a network is built: the registry reads it without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..factories import imported

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class Network:
    """
    Attributes:
        factory: 'module:Class', imported only when used.
        role: what it computes: stage 1's completion, stage 2's detail, or stage 3's color.
        source: paper, year and section.
    """

    name: str
    factory: str
    role: Literal["backbone", "refiner", "color"]
    source: str


NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            "light-coarse",
            "lacuna_models.networks.light_coarse:LightCoarse",
            "backbone",
            "Lacuna's own, after Hong et al. 2019; attention after Vaswani et al. 2017",
        ),
        Network(
            "light-refinement",
            "lacuna_models.networks.light_refinement:LightRefinement",
            "refiner",
            "Lacuna's own, after Moskalenko, Erofeev and Vatolin 2020, section 3",
        ),
        Network(
            "dfnet",
            "lacuna_models.networks.dfnet:DFNet",
            "backbone",
            "Hong, Xiong, Li and Gong 2019, Deep Fusion Network for Image Completion, section 3",
        ),
        Network(
            "refinement",
            "lacuna_models.networks.refinement:Refinement",
            "refiner",
            "Moskalenko, Erofeev and Vatolin 2020, Deep Two-Stage High-Resolution Image Inpainting, section 3",
        ),
        Network(
            "zhang",
            "lacuna_models.networks.zhang:Zhang",
            "color",
            "Zhang et al. 2017, Real-Time User-Guided Image Colorization with Learned Deep Priors, section 3.2",
        ),
    )
}


def network_class(name: str) -> type[nn.Module]:
    """The network's class, imported now. Raises KeyError, ImportError."""
    found: type[nn.Module] = imported(NETWORKS[name].factory)
    return found


def build(name: str, config: Mapping[str, Any]) -> nn.Module:
    """A new network with random weights.

    Args:
        config: the keyword arguments of its constructor; lists, as JSON has them, stand for tuples.

    Raises KeyError for a name that is not in NETWORKS, and what the constructor raises for a config that it refuses.
    """
    arguments = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    return network_class(name)(**arguments)

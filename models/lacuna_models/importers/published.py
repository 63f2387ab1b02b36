"""The published checkpoints that can be imported, and how each differs from Lacuna's network of the same layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from ..networks.dfnet import FUSED

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Published:
    """
    Attributes:
        network: its name in networks.catalog; the weights file is NETWORK.safetensors.
        sign: a tensor's name that only this checkpoint has.
        about: whose it is, in one line.
        converted: from the checkpoint's tensors to those of Lacuna's network; the same names.
    """

    network: str
    sign: str
    about: str
    converted: Callable[[Tensors], dict[str, Tensor]]


def dfnet_in_rgb(tensors: Tensors) -> dict[str, Tensor]:
    """DFNet was trained on B'G'R'. Turned round: every input channel that is a color, every output channel that is one.

    The result is the same function with R'G'B' on both sides.
    """
    turned = dict(tensors)
    turn = [2, 1, 0]
    first = turned["en_0.encode.0.conv.1.weight"]
    turned["en_0.encode.0.conv.1.weight"] = first[:, [*turn, 3]]
    last = turned["de_0.decode.0.conv.weight"]
    below = last.shape[1] - 4  # the input comes after them, as the finest skip
    turned["de_0.decode.0.conv.weight"] = last[:, [*range(below), *(below + channel for channel in (*turn, 3))]]
    for level in range(FUSED):
        for layer in ("map2img.0", "blend.blend.6"):
            for kind in ("weight", "bias"):
                name = f"fuse_{level}.{layer}.conv.{kind}"
                turned[name] = turned[name][turn]
        # the alpha of a color comes from 3 channels that were mixed from both pictures: only those two are turned
        name = f"fuse_{level}.blend.blend.0.conv.weight"
        turned[name] = turned[name][:, [*turn, *(3 + channel for channel in turn)]]
    return turned


PUBLISHED = (
    Published(
        "dfnet",
        "fuse_0.map2img.0.conv.weight",
        "DFNet by Hong, Xiong, Li and Gong 2019 (model_places2.pth or model_celeba.pth; CC BY-NC 4.0)",
        dfnet_in_rgb,
    ),
    Published(
        "refinement",
        "last_conv.0.conv.weight",
        "the refinement U-Net by Moskalenko, Erofeev and Vatolin 2020 (refinement.pth; CC BY-NC 4.0)",
        dict,
    ),
)

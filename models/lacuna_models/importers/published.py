"""The published checkpoints that can be imported, and how each differs from Lacuna's network of the same layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        config: the network's arguments, as far as they are not the usual ones, by the file's path.
        notes: what the weights file says of itself besides.
    """

    network: str
    sign: str
    about: str
    converted: Callable[[Tensors], dict[str, Tensor]]
    config: Callable[[Path], dict[str, Any]] = lambda _: {}
    notes: Mapping[str, str] = field(default_factory=dict)


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


def zhang_mask_center(path: Path) -> dict[str, Any]:
    """Which of the two kinds of published weights it is, which their tensors do not tell: see networks/zhang.py.

    Those converted from Caffe are published as caffemodel.pth, as siggraph_caffemodel/latest_net_G.pth and as
    siggraph17-*.pth; the others as pytorch.pth and as siggraph_retrained/latest_net_G.pth.
    """
    name = f"{path.absolute().parent.name}/{path.name}".lower()
    return {"mask_center": 0.0 if "caffe" in name or "siggraph17" in name else 0.5}


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
    Published(
        "zhang",
        "model3short8.0.weight",
        "user-guided colorization by Zhang et al. 2017 (caffemodel.pth, siggraph17-*.pth or pytorch.pth; MIT)",
        dict,
        zhang_mask_center,
        {"size": "256"},
    ),
)

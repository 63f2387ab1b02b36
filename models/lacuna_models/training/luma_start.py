"""A coarse network for color as the start of one for luma: what it knows of structure is not learned twice."""

from __future__ import annotations

import torch
from torch import Tensor

from ..bt709 import LUMA

AREA = 4  # pixel-unshuffled values of a channel


def luma_start(color: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights of LightCoarse(mono=True) that give exactly the luma of what LightCoarse() gives with `color`.

    The luma that it sees besides is unheard at first, and its last layer is the luma of the three channels there were.
    """
    made = dict(color)
    seen = color["first.weight"]
    made["first.weight"] = torch.cat([seen[:, : 3 * AREA], torch.zeros_like(seen[:, :AREA]), seen[:, 3 * AREA :]], dim=1)
    for name in ("last.weight", "last.bias"):
        channels = torch.split(color[name], AREA)
        made[name] = torch.stack([weight * channel for weight, channel in zip(LUMA, channels, strict=True)]).sum(dim=0)
    return made

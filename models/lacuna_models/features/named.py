"""From what the user calls a feature network to the network."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from .squeezenet import SqueezeNet
from .vgg import Vgg16


def features_of(name: str) -> nn.Module:
    """'vgg16', or the path of a SqueezeNet weights file. Raises ImportError, OSError, KeyError."""
    return Vgg16() if name == "vgg16" else SqueezeNet(Path(name))

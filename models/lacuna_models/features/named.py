"""From what the user calls a feature network to the network, and what is said of a file that is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError
from torch import nn

from .squeezenet import SqueezeNet
from .vgg import Vgg16


def features_of(name: str) -> nn.Module:
    """'vgg16', or the path of a SqueezeNet weights file. Raises ImportError, OSError, KeyError."""
    return Vgg16() if name == "vgg16" else SqueezeNet(Path(name))


@contextmanager
def wrong_file_told(name: object) -> Iterator[None]:
    """Turn what reading that file as a feature network raises into ValueError with one sentence."""
    try:
        yield
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"{name} does not hold SqueezeNet's weights: {error}") from error

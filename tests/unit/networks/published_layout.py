"""The published checkpoints' tensors by name and shape, written out from the papers' tables, independently of our networks."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

Layout = dict[str, tuple[int, ...]]

KERNELS = (7, 5, 5, 3, 3, 3, 3, 3)
# out channels; the encoder's first level has no normalization
DFNET_ENCODER = (64, 128, 256, 512, 512, 512, 512, 512)
DFNET_DECODER = {  # below + skip -> out
    "de_7": (512 + 512, 512),
    "de_6": (512 + 512, 512),
    "de_5": (512 + 512, 512),
    "de_4": (512 + 512, 512),
    "de_3": (512 + 256, 256),
    "de_2": (256 + 128, 128),
    "de_1": (128 + 64, 64),
    "de_0": (64 + 4, 4),
}
REFINEMENT_ENCODER = (96, 192, 384, 512, 512, 512, 512, 512)
REFINEMENT_DECODER = {
    "de1": (512 + 512, 512),
    "de2": (512 + 512, 512),
    "de3": (512 + 512, 512),
    "de4": (512 + 512, 512),
    "de5": (512 + 384, 384),
    "de6": (384 + 192, 192),
    "de7": (192 + 96, 96),
    "de8": (96 + 20, 20),
}


def _convolution(name: str, inside: int, outside: int, kernel: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outside, inside, kernel, kernel)
    yield f"{name}.bias", (outside,)


def _normalization(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (width,)
    yield f"{name}.num_batches_tracked", ()


def _unet(
    names: list[str], encoder: tuple[int, ...], seen: int, decoder: dict[str, tuple[int, int]]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    for level, (name, inside, outside, kernel) in enumerate(zip(names, (seen, *encoder), encoder, KERNELS, strict=False)):
        yield from _convolution(f"{name}.encode.0.conv.1", inside, outside, kernel)
        if level:
            yield from _normalization(f"{name}.encode.1", outside)
    for name, (inside, outside) in decoder.items():
        yield from _convolution(f"{name}.decode.0.conv", inside, outside, 3)
        yield from _normalization(f"{name}.decode.1", outside)


def _fusion(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _convolution(f"{name}.map2img.0.conv", width, 3, 1)
    yield from _convolution(f"{name}.blend.blend.0.conv", 6, 32, 1)
    yield from _normalization(f"{name}.blend.blend.1", 32)
    yield from _convolution(f"{name}.blend.blend.3.conv", 32, 3, 3)
    yield from _normalization(f"{name}.blend.blend.4", 3)
    yield from _convolution(f"{name}.blend.blend.6.conv", 3, 3, 1)


def dfnet() -> Layout:
    layout = dict(_unet([f"en_{level}" for level in range(8)], DFNET_ENCODER, 4, DFNET_DECODER))
    for level, width in enumerate((4, 64, 128, 256, 512, 512)):
        layout.update(_fusion(f"fuse_{level}", width))
    return layout


def refinement() -> Layout:
    layout = dict(_unet([f"en{level}" for level in range(1, 9)], REFINEMENT_ENCODER, 20, REFINEMENT_DECODER))
    layout.update(_convolution("last_conv.0.conv", 20, 3, 1))
    return layout


ZHANG_BLOCKS = {  # of 3 x 3 convolutions: number of the first in the block, channels in -> out, how many
    "model1": (0, 4, 64, 2),
    "model2": (0, 64, 128, 2),
    "model3": (0, 128, 256, 3),
    "model4": (0, 256, 512, 3),
    "model5": (0, 512, 512, 3),
    "model6": (0, 512, 512, 3),
    "model7": (0, 512, 512, 3),
    "model8": (1, 256, 256, 2),
    "model9": (1, 128, 128, 1),
}


def zhang() -> Layout:
    return dict(_zhang())


def _zhang() -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, (first, inside, outside, count) in ZHANG_BLOCKS.items():
        for number in range(count):
            yield from _convolution(f"{name}.{first + 2 * number}", outside if number else inside, outside, 3)
        yield from _normalization(f"{name}.{first + 2 * count}", outside)
    yield from _convolution("model10.1", 128, 128, 3)
    for name, inside, outside in (("model8up", 512, 256), ("model9up", 256, 128), ("model10up", 128, 128)):
        yield f"{name}.0.weight", (inside, outside, 4, 4)
        yield f"{name}.0.bias", (outside,)
    for name, inside, outside in (("model3short8", 256, 256), ("model2short9", 128, 128), ("model1short10", 64, 128)):
        yield from _convolution(f"{name}.0", inside, outside, 3)
    yield from _convolution("model_class.0", 256, 529, 1)
    yield from _convolution("model_out.0", 128, 2, 1)


LAYOUTS = {"dfnet": dfnet, "refinement": refinement, "zhang": zhang}


def deterministic(layout: Layout) -> dict[str, Tensor]:
    """Weights by a formula, the same on every machine and version: a hash of the index, as wide as keeps signals alive."""
    return {name: _values(name, shape, index) for index, (name, shape) in enumerate(layout.items())}


def _values(name: str, shape: tuple[int, ...], salt: int) -> Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.tensor(salt)
    spread = uniform(shape, salt) * 2 - 1  # -1 to 1
    if name.endswith("running_var"):
        return 1 + spread / 2
    if len(shape) < 2:  # biases, means, and what normalization multiplies with
        return (1.0 if ".weight" in name else 0.0) + spread / 8
    inputs = math.prod(shape[1:])
    return spread * math.sqrt(6 / inputs)  # He et al. 2015: keeps the variance through ReLU


def uniform(shape: tuple[int, ...], salt: int) -> Tensor:
    """Float32 in [0, 1) by integer arithmetic (Knuth's multiplicative hash, mixed twice), so exact everywhere."""
    index = torch.arange(torch.Size(shape).numel(), dtype=torch.int64) + salt * 7919
    for factor in (2654435761, 2246822519):
        index = (index * factor) % 2**32
        index = index ^ (index >> 15)
    values: Tensor = index.double() / 2**32
    return values.float().reshape(shape)

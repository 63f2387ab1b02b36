"""SqueezeNet's tensors with random values, for what compares features."""

from __future__ import annotations

import torch

# fire: channels in, after the squeeze, of each expansion (Iandola et al. 2016, table 1)
FIRES = {2: (96, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128), 6: (256, 48, 192), 7: (384, 48, 192)}
FIRES |= {8: (384, 64, 256), 9: (512, 64, 256)}


def random_squeezenet() -> dict[str, torch.Tensor]:
    """The same every time."""
    shapes = {"conv1": (96, 3, 7, 7)}
    for number, (given, squeezed, wide) in FIRES.items():
        shapes[f"fire{number}.squeeze"] = (squeezed, given, 1, 1)
        shapes[f"fire{number}.expand1x1"] = (wide, squeezed, 1, 1)
        shapes[f"fire{number}.expand3x3"] = (wide, squeezed, 3, 3)
    draw = torch.Generator().manual_seed(0)
    tensors = {}
    for name, shape in shapes.items():
        fan_in = shape[1] * shape[2] * shape[3]
        tensors[f"{name}.weight"] = (torch.randn(shape, generator=draw) * (2 / fan_in) ** 0.5).half()
        tensors[f"{name}.bias"] = torch.zeros(shape[0]).half()
    return tensors

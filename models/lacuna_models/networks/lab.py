"""CIE L*a*b* of pictures as the networks have them, and the way back."""

from __future__ import annotations

import torch
from torch import Tensor

from ..metrics.cielab import LINEAR_BELOW, TO_XYZ, WHITE

SMALL = 6 / 29  # the cube root of LINEAR_BELOW


def lab_of(rgb: Tensor) -> Tensor:
    """N x 3 x H x W sRGB R'G'B' in [0, 1] -> L* in [0, 100], a*, b*. What is beyond [0, 1] is clipped."""
    stored = rgb.clamp(0, 1)
    linear = torch.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    xyz = _mixed(linear, torch.tensor(TO_XYZ / WHITE[:, None]))
    root = torch.where(xyz > LINEAR_BELOW, xyz.clamp(min=LINEAR_BELOW) ** (1 / 3), xyz / (3 * SMALL**2) + 4 / 29)
    x, y, z = root.unbind(dim=1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def rgb_of(lab: Tensor) -> Tensor:
    """N x 3 x H x W L*, a*, b* -> sRGB R'G'B', clipped to [0, 1]."""
    lightness, a, b = lab.unbind(dim=1)
    y = (lightness + 16) / 116
    root = torch.stack([y + a / 500, y, y - b / 200], dim=1)
    xyz = torch.where(root > SMALL, root**3, (root - 4 / 29) * 3 * SMALL**2)
    linear = _mixed(xyz, torch.linalg.inv(torch.tensor(TO_XYZ / WHITE[:, None]))).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055)


def _mixed(planes: Tensor, matrix: Tensor) -> Tensor:
    return torch.einsum("ij,njhw->nihw", matrix.to(planes), planes)

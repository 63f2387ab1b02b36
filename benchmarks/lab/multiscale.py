"""MS-SSIM and VIF, from torchmetrics."""

from __future__ import annotations

import torch
from torchmetrics.functional.image import (
    multiscale_structural_similarity_index_measure,
    visual_information_fidelity,
)

from lacuna_models.metrics.planes import luma
from lacuna_models.region import Pixels

LEAST_SIDE = 176  # px, for which the fifth scale still holds a window of 11 px


def ms_ssim(picture: Pixels, truth: Pixels) -> float:
    """Wang, Simoncelli and Bovik 2003, five scales, lumas; 1 for equal pictures, nan for a side under LEAST_SIDE."""
    if min(truth.shape[:2]) < LEAST_SIDE:
        return float("nan")
    return float(multiscale_structural_similarity_index_measure(_plane(picture), _plane(truth), data_range=255.0))


def vif(picture: Pixels, truth: Pixels) -> float:
    """Sheikh and Bovik 2006 in the pixel domain, lumas; 1 for equal pictures, nan for a side under 41 px or a flat truth."""
    if min(truth.shape[:2]) < 41:
        return float("nan")
    return float(visual_information_fidelity(_plane(picture), _plane(truth)))


def _plane(picture: Pixels) -> torch.Tensor:
    """1 x 1 x H x W float32, 0 to 255: in float64 the same to 1e-6, but ten times slower."""
    return torch.from_numpy(luma(picture)).float()[None, None]

"""The lab's own files are scripts, not an installed package: put their folder on the path, behind everything else."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
sys.path.append(str(BENCHMARKS))

HEIGHT, WIDTH = 180, 200  # px; MS-SSIM needs 176


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two rendered pictures, 'flat' and 'grass', each with a square mask; grass with an object and strokes too."""
    folder = tmp_path_factory.mktemp("photographs")
    flat = np.full((HEIGHT, WIDTH, 3), (120, 140, 160), np.uint8)
    noise = cv2.GaussianBlur(np.random.default_rng(0).random((HEIGHT, WIDTH)), (0, 0), 1.2)
    shade = 0.5 + 0.15 * (noise - noise.mean()) / noise.std()
    grass = np.clip(shade[..., None] * (140, 255, 90), 0, 255).astype(np.uint8)
    square, disc, stroke = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    square[60:120, 70:130] = 255
    stroke[20:30, 20:180] = 255
    cv2.circle(disc, (100, 90), 20, 255, -1)
    for name, picture, masks in (
        ("flat", flat, {"square": square}),
        ("grass", grass, {"square": square, "object": disc, "strokes": stroke}),
    ):
        Image.fromarray(picture).save(folder / f"{name}.png")
        for kind, mask in masks.items():
            Image.fromarray(mask).save(folder / f"{name}.mask-{kind}.png")
    return folder

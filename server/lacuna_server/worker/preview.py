"""The small picture that a progress window shows while a fill is computed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lacuna_client.buffers import Buffer, BufferSpec

MAX_SIDE = 256  # px


def small(picture: NDArray[np.float32]) -> Buffer:
    """An H x W x C float32 picture as at most MAX_SIDE px of 8-bit color; opacity is left out, values are clipped."""
    height, width = picture.shape[:2]
    scale = min(1.0, MAX_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    three = picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    color = cv2.resize(np.ascontiguousarray(three), size, interpolation=cv2.INTER_AREA)
    pixels = np.rint(np.clip(np.nan_to_num(color), 0, 1) * 255).astype(np.uint8)
    return Buffer(BufferSpec("preview", "u8", pixels.shape, "preview"), pixels.tobytes())

"""Pictures side by side, for the pages in docs/."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
DOCS = Path(__file__).parent
GAP = 8  # px
TINT = np.array([230, 40, 60])


def selected(photograph: Bytes, selection: NDArray[np.uint8]) -> Bytes:
    """The photograph with the selection tinted."""
    tinted = (0.45 * photograph + 0.55 * TINT).astype(np.uint8)
    return np.where((selection > 0)[..., None], tinted, photograph)


def row(panels: Sequence[Bytes]) -> Bytes:
    """Panels of one height from left to right."""
    gap = np.full((len(panels[0]), GAP, 3), 255, np.uint8)
    return np.hstack([part for panel in panels for part in (gap, panel)][1:])


def save(rows: Sequence[Bytes], name: str) -> None:
    """Rows of one width, one below the other, as docs/pictures/NAME."""
    gap = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    picture = np.vstack([part for one in rows for part in (gap, one)][1:])
    options = [cv2.IMWRITE_PNG_COMPRESSION, 9] if name.endswith(".png") else [cv2.IMWRITE_JPEG_QUALITY, 92]
    cv2.imwrite(str(DOCS / "pictures" / name), picture[..., ::-1], options)

"""The two classical methods that OpenCV has: for scratches and thin lines, instant and repeatable."""

from __future__ import annotations

import cv2
import numpy as np

from .errors import NothingToSample
from .region import Mask, Pixels, Region
from .run import Run
from .scaling import largest, power_of_two

RADIUS = 3  # px, how far from a pixel the values come that it is made of
MARGIN = 8  # px of surroundings handed over round the hole; more than OpenCV looks at
LARGEST = 2.0**24  # what the brightest value becomes: OpenCV's fast marching adds up to 2 to a value, whatever its range


class _Classical:
    """One of OpenCV's inpainters, channel by channel in float32, so that no precision and no value beyond [0, 1] is lost."""

    flag: int

    def complete(self, region: Region, run: Run) -> Pixels:
        """Return H x W x C float32, outside the hole the bits of region.image. Raises Cancelled, NothingToSample."""
        result = region.image.copy()
        known = region.known & np.isfinite(region.image).all(axis=2)
        if not region.hole.any():
            return result
        if not known.any():
            raise NothingToSample
        box = _box_to_known(region.hole, known)
        hole, unknown = region.hole[box], (~known[box]).astype(np.uint8)
        factor = np.float32(LARGEST) / power_of_two(largest(region.image[box], known[box]))
        channels = result.shape[2]
        for channel in range(channels):
            run.progress(channel / channels)
            plane = np.where(unknown, np.float32(0), region.image[(*box, channel)] * factor)
            result[(*box, channel)][hole] = cv2.inpaint(plane, unknown, RADIUS, self.flag)[hole] / factor
        run.progress(1.0)
        return result


class Telea(_Classical):
    """Fast marching (Telea 2004)."""

    flag = cv2.INPAINT_TELEA


class NavierStokes(_Classical):
    """Continues the lines of equal brightness (Bertalmio, Bertozzi and Sapiro 2001)."""

    flag = cv2.INPAINT_NS


def _box_to_known(hole: Mask, known: Mask) -> tuple[slice, slice]:
    """The hole's bounding box and MARGIN round it, made larger until there is something known inside."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    margin = MARGIN
    while True:
        box = (
            slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin),
            slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin),
        )
        if known[box].any():
            return box
        margin *= 2

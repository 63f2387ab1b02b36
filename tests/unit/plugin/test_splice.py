"""A patch's bytes get into a layer only inside its spans."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.islands import Rect
from lacuna_client.result import Patch
from lacuna_plugin.splice import splice

SPANS = [(0, 1, 4), (0, 6, 7), (2, 0, 7)]


def patch(width: int, height: int) -> Patch:
    spans = np.array(SPANS, np.int32)
    pixels = Buffer(BufferSpec("pixels/0", "u8", (height, width, 4), "R'G'B'A"), bytes(width * height * 4))
    return Patch(Rect(5, 9, width, height), pixels, Buffer(BufferSpec("spans/0", "i32", spans.shape, "spans"), spans.tobytes()))


@pytest.mark.parametrize("pixel_bytes", [1, 2, 3, 4, 6, 8, 12, 16, 32])
def test_new_bytes_inside_the_spans_and_old_ones_outside(pixel_bytes: int) -> None:
    before, after = np.random.default_rng(0).integers(0, 256, (2, 3, 7, pixel_bytes), np.uint8)
    mixed = before.copy()
    for row, start, end in SPANS:
        mixed[row, start:end] = after[row, start:end]
    assert splice(before.tobytes(), after.tobytes(), patch(7, 3)) == mixed.tobytes()


def test_bytes_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="bytes for one rectangle"):
        splice(bytes(84), bytes(80), patch(7, 3))

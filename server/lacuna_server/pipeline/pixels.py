"""Wire pixels <-> arrays, and integers <-> [0, 1], so that a value that is not changed comes back with the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client.buffers import Buffer, BufferSpec

WIRE: dict[str, np.dtype[Any]] = {"u8": np.dtype("<u1"), "u16": np.dtype("<u2"), "f32": np.dtype("<f4"), "i32": np.dtype("<i4")}
NAMES = {dtype: name for name, dtype in WIRE.items()}


def array_of(buffer: Buffer) -> NDArray[Any]:
    """The buffer's pixels, not copied, read-only where its bytes are."""
    return np.frombuffer(buffer.data, WIRE[buffer.spec.dtype]).reshape(buffer.spec.shape)


def buffer_of(name: str, pixels: NDArray[Any], space: str) -> Buffer:
    """The wire's form of a u8, u16, f32 or i32 array; copied only when its rows are not packed."""
    packed = np.ascontiguousarray(pixels)
    dtype = NAMES[packed.dtype.newbyteorder("<")]
    return Buffer(BufferSpec(name, dtype, packed.shape, space), packed.reshape(-1).view(np.uint8).data)


def full_scale(dtype: np.dtype[Any]) -> int:
    """What stands for 1.0: the largest integer, or 1 for a float."""
    return int(np.iinfo(dtype).max) if dtype.kind == "u" else 1


def to_float(values: NDArray[Any]) -> NDArray[np.float32]:
    """u8, u16 -> [0, 1]; floats as they are. Always a new float32 array."""
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    return values.astype(np.float32) / np.float32(full_scale(values.dtype))


def from_float(values: NDArray[np.floating[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """[0, 1] -> u8, u16, rounded to nearest and clipped; floats are only cast. Inverts to_float exactly."""
    if dtype.kind == "f":
        return values.astype(dtype)
    scale = full_scale(dtype)
    rounded: NDArray[Any] = np.rint(np.clip(values, 0.0, 1.0) * np.float64(scale)).astype(dtype)
    return rounded


def wire_values(values: NDArray[Any]) -> NDArray[Any]:
    """u8 and u16 as they are, any float as f32."""
    return values.astype(np.float32) if values.dtype.kind == "f" else values

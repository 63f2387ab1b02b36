"""Raw pixels as they cross the wire: what they are, and the bytes themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import LacunaError

ITEM_BYTES = {"u8": 1, "u16": 2, "u32": 4, "i32": 4, "f16": 2, "f32": 4, "f64": 8}
SPACES = ("R'G'B'A", "Y", "spans", "preview")
MAX_NAME = 64
MAX_SIDE = 1 << 20


@dataclass(frozen=True, slots=True)
class BufferSpec:
    """What a buffer holds, declared before its bytes travel.

    Attributes:
        name: unique in its message, at most MAX_NAME characters.
        dtype: a key of ITEM_BYTES; little-endian.
        shape: rows, columns[, channels]; each 0 to MAX_SIDE; C order.
        space: one of SPACES: "R'G'B'A" perceptual color in the layer's own space with straight (not premultiplied)
            alpha, "Y" a linear mask (selection), "spans" rows of (row, start, end), "preview" 8-bit sRGB.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    space: str

    @property
    def nbytes(self) -> int:
        return ITEM_BYTES[self.dtype] * math.prod(self.shape)

    def to_wire(self) -> dict[str, Any]:
        return {"name": self.name, "dtype": self.dtype, "shape": list(self.shape), "space": self.space}

    @classmethod
    def from_wire(cls, value: Any) -> BufferSpec:
        """Check a declaration that a peer sent. Raises LacunaError 'bad_request'."""
        if not isinstance(value, Mapping):
            raise LacunaError("bad_request", detail="a buffer declaration is not a map")
        name, dtype, shape, space = (value.get(key) for key in ("name", "dtype", "shape", "space"))
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
            raise LacunaError("bad_request", detail="bad buffer name")
        if not isinstance(dtype, str) or dtype not in ITEM_BYTES or space not in SPACES:
            raise LacunaError("bad_request", detail=f"bad dtype or space of buffer {name!r}")
        if not isinstance(shape, list) or not 1 <= len(shape) <= 3:
            raise LacunaError("bad_request", detail=f"bad shape of buffer {name!r}")
        if not all(type(side) is int and 0 <= side <= MAX_SIDE for side in shape):
            raise LacunaError("bad_request", detail=f"bad shape of buffer {name!r}")
        return cls(name, dtype, tuple(shape), str(space))


@dataclass(frozen=True, slots=True)
class Buffer:
    """A declared buffer with its bytes (len(data) == spec.nbytes; any contiguous bytes-like object)."""

    spec: BufferSpec
    data: bytes | bytearray | memoryview

    def __post_init__(self) -> None:
        given = memoryview(self.data).nbytes
        if given != self.spec.nbytes:
            raise LacunaError(
                "bad_request", detail=f"buffer {self.spec.name!r}: {given} bytes given, {self.spec.nbytes} declared"
            )

"""Buffers in chunks under credit, the same for both ends. See docs/wire.md, 'A job'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .buffers import Buffer, BufferSpec
from .errors import LacunaError
from .wire import MAX_CHUNK, Frame

CREDIT = 4  # chunks that may be under way


class Sending:
    """Cuts buffers into chunks and hands out as many as there is credit for."""

    def __init__(self, buffers: Sequence[Buffer]) -> None:
        self.credit = 0
        self._chunks = _cut(buffers)
        self._next = next(self._chunks, None)

    @property
    def done(self) -> bool:
        return self._next is None

    def take(self) -> tuple[int, int, memoryview] | None:
        """(buffer index, offset, bytes) of the next chunk, or None without credit or when all is sent."""
        if self.credit < 1 or self._next is None:
            return None
        chunk, self._next = self._next, next(self._chunks, None)
        self.credit -= 1
        return chunk


def _cut(buffers: Sequence[Buffer]) -> Iterator[tuple[int, int, memoryview]]:
    for index, buffer in enumerate(buffers):
        view = memoryview(buffer.data).cast("B") if buffer.spec.nbytes else memoryview(b"")
        for offset in range(0, view.nbytes, MAX_CHUNK):
            yield index, offset, view[offset : offset + MAX_CHUNK]


class Receiving:
    """Takes chunks in order into declared buffers; allocates what was declared (the caller has checked the sum)."""

    def __init__(self, specs: Sequence[BufferSpec]) -> None:
        self._specs = list(specs)
        self._data = [bytearray(spec.nbytes) for spec in specs]
        self._index = self._offset = 0
        self._skip_full()

    @property
    def done(self) -> bool:
        return self._index == len(self._specs)

    def put(self, index: int, offset: int, chunk: Frame) -> None:
        """Store one chunk. Raises LacunaError 'bad_request' for one that is not the next, too long or empty."""
        size = memoryview(chunk).nbytes
        if self.done or (index, offset) != (self._index, self._offset):
            raise LacunaError("bad_request", detail=f"chunk {index}+{offset} is not the next one")
        if not 0 < size <= self._specs[index].nbytes - offset:
            raise LacunaError("bad_request", detail=f"chunk {index}+{offset} has {size} bytes")
        self._data[index][offset : offset + size] = chunk
        self._offset += size
        self._skip_full()

    def buffers(self) -> list[Buffer]:
        """The whole buffers; only when done."""
        if not self.done:
            raise ValueError("not all chunks have arrived")
        return [Buffer(spec, data) for spec, data in zip(self._specs, self._data, strict=True)]

    def _skip_full(self) -> None:
        while self._index < len(self._specs) and self._offset == self._specs[self._index].nbytes:
            self._index, self._offset = self._index + 1, 0

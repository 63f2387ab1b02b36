"""Chunks under credit: everything arrives, in order, and nothing beyond what was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna_client import chunks
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.chunks import Receiving, Sending
from lacuna_client.errors import LacunaError


def buffer(name: str, size: int) -> Buffer:
    return Buffer(BufferSpec(name, "u8", (size,), "Y"), bytes(i % 251 for i in range(size)))


@given(st.lists(st.integers(0, 300), max_size=6), st.integers(1, 100))
def test_what_is_sent_arrives_whatever_the_sizes(sizes: list[int], chunk: int) -> None:
    buffers = [buffer(str(number), size) for number, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "MAX_CHUNK", chunk)
        sending, receiving = Sending(buffers), Receiving([one.spec for one in buffers])
        while not sending.done:
            sending.credit = 1
            taken = sending.take()
            assert taken is not None
            assert sending.take() is None, "without credit nothing is sent"
            receiving.put(*taken)
    assert receiving.done
    assert [bytes(one.data) for one in receiving.buffers()] == [bytes(one.data) for one in buffers]


def test_an_unfinished_transfer_gives_no_buffers() -> None:
    with pytest.raises(ValueError, match="arrived"):
        Receiving([buffer("a", 4).spec]).buffers()


@pytest.mark.parametrize(("index", "offset", "data"), [(0, 0, bytes(5)), (0, 0, b""), (0, 1, b"x"), (1, 0, b"x"), (9, 0, b"x")])
def test_a_chunk_that_is_not_the_next_one_or_too_long_is_refused(index: int, offset: int, data: bytes) -> None:
    receiving = Receiving([buffer("a", 4).spec, buffer("b", 4).spec])
    with pytest.raises(LacunaError) as caught:
        receiving.put(index, offset, data)
    assert caught.value.code == "bad_request"

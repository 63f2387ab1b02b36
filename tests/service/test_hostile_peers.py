"""Peers that are wrong, foreign or malicious: dropped without an answer, and the artist's work goes on."""

from __future__ import annotations

import collections
import itertools
import math
import os
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import pytest
import zmq

from lacuna_client import admin, wire
from lacuna_client.buffers import ITEM_BYTES
from lacuna_client.wire import Channel, Message
from service.conftest import Server, until
from service.peer import Peer

JOB = "ab" * 16
KEY_OF_NOBODY = bytes(32)
TINY_BOX: list[dict[str, Any]] = [
    {"name": "image", "dtype": "u8", "shape": [4, 4, 4], "space": "R'G'B'A"},
    {"name": "selection", "dtype": "u8", "shape": [4, 4], "space": "Y"},
]


@pytest.fixture
def peer_of(server: Server) -> Iterator[Callable[..., Peer]]:
    """Peers of a running server."""
    admin.start(server.launcher)
    made: list[Peer] = []

    def make(channel: Channel = "control", key: bytes | None = None) -> Peer:
        made.append(Peer(server, channel, key))
        return made[-1]

    yield make
    for peer in made:
        peer.socket.close()


MakePeer = Callable[..., Peer]


def dropped(server: Server) -> int:
    return int(server.status()["dropped"])


def greeted_client(peer_of: MakePeer) -> Peer:
    """A well-behaved client's work channel, its control channel open beside it."""
    control, work = peer_of("control"), peer_of("work")
    control.hello()
    work.hello()
    return work


def submit(peer: Peer, buffers: list[Any], **fields: Any) -> None:
    params = {"method": "telea", "boxes": [[0, 0, 4, 4]]}
    peer.say("submit", {"job": JOB, "operation": "inpaint", "params": params, "buffers": buffers, "credit": 4, **fields})


def test_a_wrong_key_gets_no_answer_and_is_counted(server: Server, peer_of: MakePeer) -> None:
    peer = peer_of(key=KEY_OF_NOBODY)
    peer.say("hello", {"client": "cd" * 16, "client_nonce": wire.new_nonce(), "name": "", "wire": [1, 0], "version": ""})
    assert peer.hears_nothing()
    assert dropped(server) == 1


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"LACUNA/1"],
        [b"LACUNA/1", bytes(31), b"\x80"],
        [b"LACUNA/1", bytes(32), b"\x80"],
        [b"LACUNA/1", bytes(32), b"\x80" * (wire.MAX_HEADER + 1)],
        [b"x" * 1000, bytes(32), b"\x80"],
        [b"LACUNA/1", bytes(32), *[b""] * 200],
        [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
    ],
)
def test_frames_that_are_no_message_get_no_answer(server: Server, peer_of: MakePeer, frames: list[bytes]) -> None:
    peer = peer_of()
    peer.send(*frames)
    assert peer.hears_nothing()
    assert dropped(server) == 1
    server.fill()


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xc1",
        msgpack.packb([1, 2]),
        msgpack.packb({"type": "hello"}),
        msgpack.packb({"type": 7, "seq": 1}),
        msgpack.packb({"type": "hello", "seq": "1"}),
        msgpack.packb({"type": "hello", "seq": 1, "x": msgpack.ExtType(4, b"pickle")}),
        msgpack.packb({"type": "hello", "seq": 1, "x": [{"deep": msgpack.Timestamp(0)}]}),
        msgpack.packb({1: 2}),
        b"\x91" * 5000 + b"\xc0",
        b"\xdf\xff\xff\xff\xff",
    ],
)
def test_a_sealed_header_that_is_no_map_of_ours_is_dropped(server: Server, peer_of: MakePeer, header: bytes) -> None:
    peer = peer_of()
    mac = peer.seal._mac(wire.TAG, b">", header, ())
    peer.send(wire.TAG, mac, header)
    assert peer.hears_nothing()
    assert dropped(server) == 1


def test_nothing_is_answered_before_hello(server: Server, peer_of: MakePeer) -> None:
    peer = peer_of()
    peer.say("shutdown", {})
    assert peer.hears_nothing()
    assert admin.status(server.launcher) is not None


def test_a_recorded_message_is_worth_nothing_a_second_time(peer_of: MakePeer) -> None:
    peer = peer_of()
    peer.hello()
    frames = peer.say("ping", {"at": 1.0})
    assert peer.answer().type == "pong"
    peer.send(*frames)
    assert peer.hears_nothing()
    stranger = peer_of()
    stranger.send(*frames)
    assert stranger.hears_nothing()


def test_a_message_of_one_channel_is_worth_nothing_on_the_other(peer_of: MakePeer) -> None:
    peer = peer_of("work", None)
    peer.seal.channel = "control"
    peer.say("hello", {"client": "cd" * 16, "client_nonce": wire.new_nonce(), "name": "", "wire": [1, 0], "version": ""})
    assert peer.hears_nothing()


def test_a_changed_pixel_breaks_the_seal(server: Server, peer_of: MakePeer) -> None:
    work = greeted_client(peer_of)
    submit(work, [{"name": "a", "dtype": "u8", "shape": [4, 4], "space": "Y"}])
    assert work.answer().type == "accepted"
    *head, pixels = work.seal.seal("data", {"job": JOB, "buffer": 0, "offset": 0}, [bytes(16)])
    work.send(*head, b"\x01" + bytes(pixels)[1:])
    assert work.hears_nothing()
    assert dropped(server) == 1


def test_a_foreign_major_version_is_told_the_servers(peer_of: MakePeer, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = peer_of()
    monkeypatch.setattr(wire, "TAG", b"LACUNA/2")
    peer.say("hello", {"client": "cd" * 16, "client_nonce": wire.new_nonce(), "name": "", "wire": [2, 0], "version": "9"})
    monkeypatch.undo()
    answer = peer.answer()
    assert answer.type == "error"
    assert answer.fields["code"] == "version"
    assert answer.fields["values"] == {"ours": 1, "theirs": 2, "older": "plug-in"}


def test_an_unknown_type_is_answered_unsupported_and_unknown_fields_are_ignored(peer_of: MakePeer) -> None:
    peer = peer_of()
    peer.hello()
    peer.say("dance", {"tempo": 120})
    assert peer.answer().fields["code"] == "unsupported"
    peer.say("ping", {"at": 1.0, "a later version's field": [1, 2, 3]})
    assert peer.answer().type == "pong"


@pytest.mark.parametrize(
    "fields",
    [
        {"job": "../../etc/passwd"},
        {"job": 5},
        {"operation": "format the disk"},
        {"params": []},
        {"credit": -1},
        {"credit": 10**9},
        {"buffers": [{"name": "a", "dtype": "object", "shape": [4, 4], "space": "Y"}]},
        {"buffers": [{"name": "a", "dtype": "u8", "shape": [-4, 4], "space": "Y"}]},
        {"buffers": [{"name": "a", "dtype": "u8", "shape": [4, 4, 4, 4], "space": "Y"}]},
        {"buffers": [{"name": "a", "dtype": "u8", "shape": [1 << 30], "space": "Y"}]},
        {"buffers": [{"name": "a", "dtype": "f64", "shape": [1 << 20, 1 << 20], "space": "Y"}]},
        {"buffers": ["a"]},
        {"buffers": [{"name": "a", "dtype": "u8", "shape": [True, 4], "space": "Y"}]},
    ],
)
def test_a_job_with_a_wrong_field_is_refused(server: Server, peer_of: MakePeer, fields: dict[str, Any]) -> None:
    work = greeted_client(peer_of)
    submit(work, fields.pop("buffers", []), **fields)
    answer = work.answer()
    assert answer.type == "error"
    assert answer.fields["code"] in ("bad_request", "unsupported", "too_large")
    assert server.states() == []


def test_a_client_without_a_heartbeat_gets_no_job(peer_of: MakePeer) -> None:
    work = peer_of("work")
    work.hello()
    submit(work, [])
    assert work.answer().fields["code"] == "bad_request"


@pytest.mark.parametrize(
    ("buffer", "offset", "data"),
    [(0, 0, bytes(17)), (0, 0, b""), (0, 1, bytes(4)), (1, 0, bytes(16)), (7, 0, bytes(16))],
    ids=["too long", "empty", "a gap", "out of order", "no such buffer"],
)
def test_a_wrong_chunk_ends_the_job(server: Server, peer_of: MakePeer, buffer: int, offset: int, data: bytes) -> None:
    work = greeted_client(peer_of)
    declared = [{"name": name, "dtype": "u8", "shape": [4, 4], "space": "Y"} for name in "ab"]
    submit(work, declared)
    assert work.answer().type == "accepted"
    work.say("data", {"job": JOB, "buffer": buffer, "offset": offset}, [data])
    assert work.answer().fields["code"] == "bad_request"
    assert server.states() == ["ended"]


def test_pixels_that_do_not_fit_their_box_are_refused(peer_of: MakePeer) -> None:
    work = greeted_client(peer_of)
    submit(work, [{"name": name, "dtype": "u8", "shape": [2, 2], "space": "Y"} for name in "ab"])
    for index in range(2):
        work.say("data", {"job": JOB, "buffer": index, "offset": 0}, [bytes(4)])
    answers = [work.answer()]
    while answers[-1].type != "error":
        answers.append(work.answer())
    assert answers[-1].fields["code"] == "bad_request"


def test_an_oversized_frame_is_refused_by_the_socket_itself(server: Server, peer_of: MakePeer) -> None:
    work = greeted_client(peer_of)
    submit(work, [{"name": "a", "dtype": "u8", "shape": [4096, 4096], "space": "Y"}])
    assert work.answer().type == "accepted"
    work.say("data", {"job": JOB, "buffer": 0, "offset": 0}, [bytes(wire.MAX_CHUNK + 1)])
    assert work.hears_nothing()
    server.fill()


def test_a_flood_of_junk_does_not_stop_a_fill(server: Server, peer_of: MakePeer) -> None:
    peers = [peer_of(channel, KEY_OF_NOBODY) for channel in ("work", "control") for _ in range(4)]
    for peer in peers:
        for _ in range(500):
            peer.send(b"LACUNA/1", os.urandom(32), os.urandom(100))
    server.fill()
    until(lambda: dropped(server) >= 4000, f"all of it is dropped, not only {dropped(server)}")


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + b"\x00" + bytes(31)
READY_BODY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
READY = b"\x04" + bytes([len(READY_BODY)]) + READY_BODY
MORE_LONG = b"\x03"


def test_a_flood_of_large_frames_does_not_stop_a_fill(server: Server, peer_of: MakePeer) -> None:
    """Frames of strangers are dropped unread, and no round of the server is theirs alone."""
    peers = [peer_of(channel, KEY_OF_NOBODY) for channel in ("work", "control")]
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            for peer in peers:
                if peer.socket.poll(0, zmq.POLLOUT):
                    peer.send(b"LACUNA/1", bytes(32), b"\x80", *[bytes(wire.MAX_CHUNK)] * 4)

    for peer in peers:
        peer.socket.set(zmq.SNDHWM, 2)
    flooder = threading.Thread(target=flood)
    flooder.start()
    try:
        server.fill()
        assert flooder.is_alive()
    finally:
        stop.set()
        flooder.join()


def test_connections_that_say_hello_and_leave_are_forgotten(server: Server, peer_of: MakePeer) -> None:
    for _ in range(300):  # more than the server holds at once
        peer = peer_of("work")
        peer.hello()
        peer.socket.close()
    server.fill()


def test_a_client_that_loses_its_work_connection_loses_its_jobs(server: Server, peer_of: MakePeer) -> None:
    control, work = peer_of("control"), peer_of("work")
    control.hello()
    work.hello()
    submit(work, [{"name": "a", "dtype": "u8", "shape": [4, 4], "space": "Y"}])
    assert work.answer().type == "accepted"
    work.socket.close()
    until(lambda: server.states() == ["ended"], "the job is given up")


def answer_to(work: Peer, buffers: list[dict[str, Any]], operation: str = "inpaint", **params: Any) -> Message:
    """The error that ends a job of one tiny box with these params, its buffers sent whole."""
    wanted = {"method": "telea", "boxes": [[0, 0, 4, 4]], **params}
    submit(work, buffers, operation=operation, params=wanted)
    for index, declared in enumerate(buffers):
        size = ITEM_BYTES[declared["dtype"]] * math.prod(declared["shape"])
        work.say("data", {"job": JOB, "buffer": index, "offset": 0}, [bytes(size)])
    while (answer := work.answer()).type != "error":
        pass
    return answer


def test_a_value_as_long_as_a_header_is_answered_in_few_words(peer_of: MakePeer, server: Server) -> None:
    work = greeted_client(peer_of)
    answer = answer_to(work, TINY_BOX, grow="x" * 60_000)
    assert answer.fields["code"] == "bad_value"
    assert len(answer.fields["sentence"]) <= 1000
    server.fill()


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"variants": 10**12}, "bad_value"),
        ({"variants": "many"}, "bad_value"),
        ({"variants": {"count": 2}}, "bad_value"),
        ({"variants": 8, "boxes": [[4 * x, 0, 4, 4] for x in range(9)]}, "bad_request"),
        ({"mirror": 2}, "bad_value"),
        ({"rotate": math.nan}, "bad_value"),
        ({"scale": -(2**60)}, "bad_value"),
        ({"search": ["randomized"]}, "bad_value"),
        ({"search": "y" * 60_000}, "bad_value"),
        ({"sources": True}, "bad_request"),
        ({"sources": "left"}, "bad_request"),
        ({"sources": 1}, "bad_request"),
    ],
)
def test_nonsense_about_variants_and_sampling_is_refused(
    peer_of: MakePeer, server: Server, params: dict[str, Any], code: str
) -> None:
    assert answer_to(greeted_client(peer_of), TINY_BOX, **params).fields["code"] == code
    server.fill()


@pytest.mark.parametrize(
    "change", [{"dtype": "f32"}, {"dtype": "i32"}, {"shape": [4, 5]}, {"shape": [16]}, {"shape": [4, 4, 4]}, {"space": "spans"}]
)
def test_sources_that_do_not_fit_their_box_are_refused(peer_of: MakePeer, change: dict[str, Any]) -> None:
    sources = {"name": "sources", "dtype": "u8", "shape": [4, 4], "space": "Y", **change}
    assert answer_to(greeted_client(peer_of), [*TINY_BOX, sources], sources=True).fields["code"] == "bad_request"


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("recolor", {"color": "blue"}, "bad_request"),
        ("recolor", {"color": [2**63, 0, 0], "strength": 10**12}, "bad_value"),
        ("recolor", {"color": [1, 0, 0], "reference": True}, "bad_request"),
        ("colorize", {"color_solver": {"name": "fast"}}, "bad_request"),
        ("colorize", {"color_solver": "y" * 60_000}, "unknown_part"),
        ("inpaint", {"hints": "all"}, "bad_request"),
        ("repaint", {}, "unsupported"),
    ],
)
def test_nonsense_about_colors_is_refused(
    peer_of: MakePeer, server: Server, operation: str, params: dict[str, Any], code: str
) -> None:
    assert answer_to(greeted_client(peer_of), TINY_BOX, operation, **params).fields["code"] == code
    server.fill()


@pytest.mark.parametrize("name", ["hints", "reference"])
def test_hints_and_a_reference_that_are_no_pictures_are_refused(peer_of: MakePeer, name: str) -> None:
    strange = {"name": name, "dtype": "f32", "shape": [4, 4, 3], "space": "R'G'B'A"}
    answer = answer_to(greeted_client(peer_of), [*TINY_BOX, strange], "recolor", **{name: True})
    assert answer.fields["code"] == "bad_request"


def test_a_message_without_an_end_is_cut_off_at_the_memory_cap(make_server: Callable[..., Server]) -> None:
    """libzmq keeps the frames of an unfinished message, however many; at the front's cap it hangs up instead."""
    server = make_server("--max-job", "8")
    server.fill()
    frame = MORE_LONG + wire.MAX_CHUNK.to_bytes(8, "big") + bytes(wire.MAX_CHUNK)
    with socket.create_connection(("127.0.0.1", server.connection.work)) as raw:
        raw.sendall(GREETING + READY)
        flood = itertools.repeat(frame, 200)  # 1.6 GiB, three times the cap
        with pytest.raises(ConnectionError):
            collections.deque(map(raw.sendall, flood), maxlen=0)
    server.fill()


def test_the_key_is_in_no_log(server: Server, peer_of: MakePeer) -> None:
    peer_of(key=KEY_OF_NOBODY).send(b"junk")
    server.fill()
    key = server.connection.key
    logs = [path.read_text(errors="replace") for path in server.launcher.log_dir.iterdir()]
    assert any("job" in text for text in logs)
    assert not any(key in text for text in logs)

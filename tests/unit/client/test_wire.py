"""The frames: golden bytes for every message, and what the seal lets through."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna_client import messages, wire
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.errors import LacunaError
from lacuna_client.requests import REQUESTS
from lacuna_client.result import Result
from lacuna_client.wire import Channel, Dropped, Role, Seal

GOLDEN = Path(__file__).parent / "golden" / "messages.json"
KEY = bytes(range(32))
NONCE = bytes(range(16))
JOB = "0123456789abcdef" * 2
SPEC = {"name": "image/0", "dtype": "u8", "shape": [2, 3, 4], "space": "R'G'B'A"}
MASK = {"name": "selection/0", "dtype": "u8", "shape": [2, 3], "space": "Y"}
PARAMS = {
    "method": "patchmatch",
    "backbone": "light",
    "refiner": "unet+exemplar",
    "color_solver": "levin",
    "grow": 4,
    "feather": 4,
    "seed": 7,
    "variants": 3,
    "mirror": True,
    "rotate": 30,
    "scale": 20,
    "search": "tree",
    "tile": 512,
    "sources": True,
    "hints": True,
    "output": "layer",
    "keep_alpha": False,
    "device": "auto",
    "boxes": [[10, 20, 3, 2]],
}
COLORS = {
    "feather": 2,
    "output": "layer",
    "device": "auto",
    "sources": True,
    "hints": True,
    "reference": True,
    "boxes": [[10, 20, 3, 2]],
}
RECOLOR = {**COLORS, "color": [0.25, 0.5, 0.75], "strength": 80, "tone": 30}
COLORIZE = {**COLORS, "color_solver": "pyramid", "seed": 7}
PIXELS = [SPEC, MASK, {**MASK, "name": "sources/0"}, {**SPEC, "name": "hints/0"}]
COLOR_PIXELS = [*PIXELS, {**SPEC, "name": "reference", "shape": [1, 2, 4]}]
COLOR_JOB = {"buffers": COLOR_PIXELS, "credit": 4}
RESULT = {"patches": [[11, 20, 2, 2]] * 3, "variants": [0, 1, 2], "provenance": {"seed": 7, "variants": 3}}
ERROR = messages.error_fields(LacunaError("too_large", size=2048, limit=1024), JOB)
WORK: Channel = "work"

# (type, the sender's role, channel, fields, buffers)
EXAMPLES: list[tuple[str, Role, Channel, dict[str, Any], list[bytes]]] = [
    (
        "hello",
        "client",
        "control",
        {"client": JOB, "client_nonce": NONCE, "name": "GIMP", "wire": [1, 3], "version": "0.1.0"},
        [],
    ),
    (
        "capabilities",
        "server",
        "control",
        {
            "server_nonce": NONCE,
            "session": JOB,
            "wire": [1, 3],
            "version": "0.1.0",
            "operations": ["inpaint", "recolor", "colorize"],
            "methods": ["auto", "telea"],
            "devices": ["cpu"],
            "limits": {"job_bytes": 1 << 30},
        },
        [],
    ),
    ("submit", "client", WORK, {"job": JOB, "operation": "inpaint", "params": PARAMS, "buffers": PIXELS, "credit": 4}, []),
    ("submit", "client", WORK, {"job": JOB, "operation": "recolor", "params": RECOLOR, **COLOR_JOB}, []),
    (
        "submit",
        "client",
        WORK,
        {"job": JOB, "operation": "colorize", "params": COLORIZE, **COLOR_JOB},
        [],
    ),
    ("accepted", "server", WORK, {"job": JOB, "state": "queued", "place": 1, "credit": 4}, []),
    ("data", "client", WORK, {"job": JOB, "buffer": 0, "offset": 0}, [bytes(range(24))]),
    ("data", "server", WORK, {"job": JOB, "buffer": 1, "offset": 8}, [b"pixels"]),
    ("credit", "client", WORK, {"job": JOB, "chunks": 1}, []),
    ("credit", "server", WORK, {"job": JOB, "chunks": 2}, []),
    ("progress", "server", WORK, {"job": JOB, "text": "Filling", "fraction": 0.25, "eta": 1.5}, []),
    ("preview", "server", WORK, {"job": JOB, "buffers": [{**SPEC, "space": "preview"}]}, [bytes(24)]),
    ("result", "server", WORK, {"job": JOB, "fields": RESULT, "buffers": [SPEC]}, []),
    ("error", "server", WORK, ERROR, []),
    ("cancel", "client", "control", {"job": JOB}, []),
    ("ping", "client", "control", {"at": 12.5}, []),
    ("pong", "server", "control", {"at": 12.5, "busy": True}, []),
    ("status", "client", "control", {}, []),
    ("status", "server", "control", {"status": {"version": "0.1.0"}}, []),
    ("models", "client", "control", {}, []),
    ("models", "server", "control", {"methods": [{"name": "telea"}], "color_solvers": [{"name": "levin"}]}, []),
    ("shutdown", "client", "control", {}, []),
    ("shutdown", "server", "control", {}, []),
    ("ready", "client", "worker", {"devices": ["cpu"], "pid": 4711}, []),
    ("run", "server", "worker", {"job": JOB, "operation": "inpaint", "params": {}, "buffers": [SPEC]}, [bytes(24)]),
    ("cancel", "server", "worker", {"job": JOB}, []),
    ("progress", "client", "worker", {"job": JOB, "text": "Filling", "fraction": 0.25, "eta": None}, []),
    ("preview", "client", "worker", {"job": JOB, "buffers": [{**SPEC, "space": "preview"}]}, [bytes(24)]),
    ("result", "client", "worker", {"job": JOB, "fields": {}, "buffers": [SPEC]}, [bytes(24)]),
    ("error", "client", "worker", ERROR, []),
]
NAMES = [
    f"{channel} {role} {type_} {fields['operation']}" if type_ == "submit" else f"{channel} {role} {type_}"
    for type_, role, channel, fields, _ in EXAMPLES
]


def end(role: Role, channel: Channel) -> Seal:
    return Seal(KEY, channel, role, NONCE)


def other(role: Role) -> Role:
    return "server" if role == "client" else "client"


@pytest.mark.parametrize(("name", "example"), list(zip(NAMES, EXAMPLES, strict=True)), ids=NAMES)
def test_every_message_has_its_golden_bytes(name: str, example: tuple[str, Role, Channel, dict[str, Any], list[bytes]]) -> None:
    """A difference here is a change of the wire: docs/wire.md and its version change with it."""
    type_, role, channel, fields, buffers = example
    frames = end(role, channel).seal(type_, fields, buffers)
    golden = json.loads(GOLDEN.read_text())[name]
    assert [bytes(frame).hex() for frame in frames] == golden


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_every_message_is_opened_as_it_was_sealed(example: tuple[str, Role, Channel, dict[str, Any], list[bytes]]) -> None:
    type_, role, channel, fields, buffers = example
    message = end(other(role), channel).open(end(role, channel).seal(type_, fields, buffers))
    messages.check(message, role, whole_buffers=channel == "worker")
    assert (message.type, message.fields, list(message.buffers)) == (type_, fields, buffers)


@pytest.mark.parametrize(
    ("operation", "params", "specs"),
    [("inpaint", PARAMS, PIXELS), ("recolor", RECOLOR, COLOR_PIXELS), ("colorize", COLORIZE, COLOR_PIXELS)],
)
def test_the_examples_of_a_job_are_whole(operation: str, params: dict[str, Any], specs: list[dict[str, Any]]) -> None:
    """The golden bytes hold every field that a request and a result may have."""
    buffers = [Buffer(BufferSpec.from_wire(spec), bytes(BufferSpec.from_wire(spec).nbytes)) for spec in specs]
    assert REQUESTS[operation].parse(params, buffers).fields() == params
    assert Result([], {}).fields().keys() == RESULT.keys()


def test_every_message_of_the_table_has_an_example() -> None:
    assert {(type_, role) for type_, role, *_ in EXAMPLES} == set(messages.FIELDS)


def test_the_page_names_every_message() -> None:
    page = (Path(__file__).parents[3] / "docs" / "wire.md").read_text(encoding="utf-8")
    assert all(f"`{type_}`" in page for type_, _ in messages.FIELDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_missing_field_is_a_bad_request(example: tuple[str, Role, Channel, dict[str, Any], list[bytes]]) -> None:
    type_, role, channel, fields, buffers = example
    for name in fields.keys() & messages.FIELDS[type_, role].keys():
        less = {key: value for key, value in fields.items() if key != name}
        message = end(other(role), channel).open(end(role, channel).seal(type_, less, buffers))
        with pytest.raises(LacunaError) as caught:
            messages.check(message, role, whole_buffers=channel == "worker")
        assert caught.value.code == "bad_request"


def test_one_changed_bit_anywhere_breaks_the_seal() -> None:
    frames = [bytes(frame) for frame in end("client", WORK).seal("data", {"job": JOB, "buffer": 0, "offset": 0}, [b"pixels"])]
    for number, frame in enumerate(frames):
        for position in range(len(frame)):
            changed = bytearray(frame)
            changed[position] ^= 1
            with pytest.raises((Dropped, LacunaError)):
                end("server", WORK).open([*frames[:number], bytes(changed), *frames[number + 1 :]])


def test_bytes_cannot_move_from_one_frame_to_the_next() -> None:
    tag, mac, header, *_ = end("client", WORK).seal("data", {}, [b"ab", b"cd"])
    with pytest.raises(Dropped):
        end("server", WORK).open([tag, mac, header, b"abc", b"d"])


@pytest.mark.parametrize("role", ["client", "server"])
def test_a_message_does_not_work_in_the_other_direction(role: Role) -> None:
    frames = end(role, WORK).seal("credit", {"job": JOB, "chunks": 1})
    with pytest.raises(Dropped):
        end(role, WORK).open(frames)


def test_a_message_is_opened_once_and_never_after_a_later_one() -> None:
    sender, receiver = end("client", WORK), end("server", WORK)
    first, second = sender.seal("credit", {}), sender.seal("credit", {})
    receiver.open(second)
    for late in (first, second):
        with pytest.raises(Dropped):
            receiver.open(late)


def test_another_nonce_or_channel_or_key_does_not_open() -> None:
    frames = end("client", WORK).seal("credit", {})
    strangers = (
        Seal(KEY, WORK, "server", bytes(16)),
        Seal(KEY, "control", "server", NONCE),
        Seal(bytes(32), WORK, "server", NONCE),
    )
    for receiver in strangers:
        with pytest.raises(Dropped):
            receiver.open(frames)


@pytest.mark.parametrize(("theirs", "older"), [(b"LACUNA/0", "server"), (b"LACUNA/2", "plug-in")])
def test_a_client_says_which_side_to_update(theirs: bytes, older: str) -> None:
    with pytest.raises(LacunaError, match=f"Update the {older}"):
        end("client", WORK).open([theirs, bytes(32), b"\x80"])


def test_a_header_beyond_the_limit_is_not_sent() -> None:
    with pytest.raises(ValueError, match="header"):
        end("client", WORK).seal("submit", {"text": "x" * wire.MAX_HEADER})


@given(st.lists(st.binary(max_size=64), max_size=8))
def test_no_frames_whatever_open_without_the_key(frames: list[bytes]) -> None:
    with pytest.raises(Dropped):
        end("server", WORK).open(frames)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.binary(), st.lists, max_leaves=20))
def test_any_sealed_fields_are_checked_without_a_crash(value: object) -> None:
    for type_, sender in messages.FIELDS:
        if sender == "client":
            fields = dict.fromkeys(messages.FIELDS[type_, sender], value)
            header = {"type": type_, "seq": 1, **fields}
            message = wire.Message(type_, {key: one for key, one in header.items() if key not in ("type", "seq")})
            with contextlib.suppress(LacunaError):
                messages.check(message, "client")

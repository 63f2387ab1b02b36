"""The wire's frames: sealing and opening one message. See docs/wire.md, 'Frames'."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import LacunaError

MAJOR, MINOR = 1, 3
TAG_PREFIX = b"LACUNA/"
TAG = TAG_PREFIX + str(MAJOR).encode()
NONCE_BYTES = 16
KEY_BYTES = 32
MAC_BYTES = 32
MAX_HEADER = 64 * 1024
MAX_CHUNK = 8 * 1024 * 1024
MAX_BUFFERS = 128  # that a job may declare
FIRST_NONCE = bytes(NONCE_BYTES)

Channel = Literal["work", "control", "worker"]
Role = Literal["client", "server"]
Frame = bytes | bytearray | memoryview


class Dropped(Exception):
    """A message that gets no answer: not whole, too large, wrongly sealed or replayed."""


@dataclass(frozen=True, slots=True)
class Message:
    """An opened message: its type, its fields (without type and seq) and its raw buffers."""

    type: str
    fields: Mapping[str, Any]
    buffers: Sequence[Frame] = ()


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(slots=True)
class Seal:
    """One end of one connection: seals what leaves, opens what arrives.

    Attributes:
        key: KEY_BYTES secret bytes.
        role: which end this is; decides the direction byte.
        nonce: what both directions are sealed with at present.
        sent, seen: the last sequence numbers out and in.
        max_buffers: how many raw buffers a message may carry: one on the public channels, a whole job's on the worker link.
    """

    key: bytes
    channel: Channel
    role: Role
    nonce: bytes = FIRST_NONCE
    sent: int = 0
    seen: int = 0
    max_buffers: int = 1
    _directions: tuple[bytes, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._directions = (b">", b"<") if self.role == "client" else (b"<", b">")

    def seal(self, type_: str, fields: Mapping[str, Any], buffers: Sequence[Frame] = ()) -> list[Frame]:
        """The frames of one message; the sequence number rises. Raises ValueError if the header is too long."""
        header = _pack({"type": type_, "seq": self.sent + 1, **fields})
        if len(header) > MAX_HEADER:
            raise ValueError(f"the header of a {type_} message has {len(header)} bytes, more than {MAX_HEADER}")
        self.sent += 1
        return [TAG, self._mac(TAG, self._directions[0], header, buffers), header, *buffers]

    def open(self, frames: Sequence[Frame]) -> Message:
        """The message in the frames.

        Raises Dropped, or LacunaError 'version' for another major version: a server says so only to a rightly sealed
        message, a client at once (the foreign server's seal may be made otherwise).
        """
        if not 3 <= len(frames) <= 3 + self.max_buffers:
            raise Dropped(f"{len(frames)} frames")
        tag, mac, header, *buffers = frames
        if len(tag) > 16 or len(mac) != MAC_BYTES or len(header) > MAX_HEADER:
            raise Dropped("bad frame lengths")
        foreign = bytes(tag) != TAG
        if foreign and (self.role == "client" or not bytes(tag).startswith(TAG_PREFIX)):
            raise version_error(bytes(tag)) if bytes(tag).startswith(TAG_PREFIX) else Dropped("no Lacuna message")
        if not hmac.compare_digest(bytes(mac), self._mac(bytes(tag), self._directions[1], header, buffers)):
            raise Dropped("wrongly sealed")
        if foreign:
            raise version_error(bytes(tag))
        fields = _unpack(header)
        type_, sequence = fields.pop("type", None), fields.pop("seq", None)
        if not isinstance(type_, str) or type(sequence) is not int or sequence <= self.seen:
            raise Dropped("no type, or a sequence number that does not rise")
        self.seen = sequence
        return Message(type_, fields, buffers)

    def _mac(self, tag: bytes, direction: bytes, header: Frame, buffers: Sequence[Frame]) -> bytes:
        mac = hmac.new(self.key, tag + self.channel.encode() + b"\0" + direction + self.nonce, "sha256")
        for frame in (header, *buffers):
            mac.update(memoryview(frame).nbytes.to_bytes(8, "big"))
            mac.update(frame)
        return mac.digest()


def version_error(tag: bytes) -> LacunaError:
    """The error for a peer whose first frame is not TAG: says which side is older."""
    number = tag.removeprefix(TAG_PREFIX).decode("ascii", "replace")
    theirs = int(number) if number.isdecimal() else 0
    return version_mismatch(theirs)


def version_mismatch(theirs: int) -> LacunaError:
    return LacunaError("version", ours=MAJOR, theirs=theirs, older="server" if theirs < MAJOR else "plug-in")


def _pack(value: Mapping[str, Any]) -> bytes:
    packed: bytes = _msgpack().packb(value, use_bin_type=True)
    return packed


def _unpack(header: Frame) -> dict[str, Any]:
    try:
        value = _msgpack().unpackb(header, raw=False, strict_map_key=True, ext_hook=_no_extension)
    except (ValueError, RecursionError, TypeError) as error:
        raise Dropped(f"the header is no msgpack map: {error}") from error
    if not isinstance(value, dict) or not _is_plain(value):
        raise Dropped("the header is no map of plain values")
    return value


def _is_plain(value: object) -> bool:
    """Whether there are only plain values in it: msgpack makes an object of its own extension, the timestamp."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(_is_plain(one) for one in value)
    return value is None or isinstance(value, bool | int | float | str | bytes)


def _no_extension(code: int, _data: bytes) -> Any:
    raise ValueError(f"extension type {code}")


def _msgpack() -> Any:
    """msgpack, imported late: GIMP's Python has it only in the plug-in's vendor folder."""
    try:
        import msgpack
    except ImportError as error:
        raise LacunaError("modules_missing", module="msgpack", detail=str(error)) from error
    return msgpack

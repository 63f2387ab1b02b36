"""Every message type with its fields: one declarative table, checked on arrival. See docs/wire.md, 'Messages'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .buffers import BufferSpec
from .errors import LacunaError
from .wire import MAX_BUFFERS, NONCE_BYTES, Message, Role

JOB_NAME = re.compile(r"[0-9a-f]{32}\Z")
MAX_TEXT = 4096
MAX_SENTENCE = 1000
MAX_VALUE = 200
MAX_CREDIT = 64


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _name(value: Any) -> bool:
    return isinstance(value, str) and JOB_NAME.match(value) is not None


def _nonce(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == NONCE_BYTES


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _credit(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_CREDIT


def _fraction(value: Any) -> bool:
    return isinstance(value, float) and 0.0 <= value <= 1.0


def _number_or_nil(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _map(value: Any) -> bool:
    return isinstance(value, dict)


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _bool(value: Any) -> bool:
    return isinstance(value, bool)


def _wire(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_count(number) for number in value)


def _declarations(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_BUFFERS


def _name_or_nil(value: Any) -> bool:
    return value is None or _name(value)


_ERROR: dict[str, Any] = {
    "job": _name_or_nil,
    "code": _text,
    "values": _map,
    "sentence": _text,
    "hint": _text,
    "retryable": _bool,
    "detail": _text,
}
# (type, the sender's role) -> field -> what it must be. On the worker channel the front has the role 'server'.
FIELDS: dict[tuple[str, Role], dict[str, Any]] = {
    ("hello", "client"): {"client": _name, "client_nonce": _nonce, "name": _text, "wire": _wire, "version": _text},
    ("capabilities", "server"): {
        "server_nonce": _nonce,
        "session": _name,
        "wire": _wire,
        "version": _text,
        "operations": _list,
        "methods": _list,
        "devices": _list,
        "limits": _map,
    },
    ("submit", "client"): {"job": _name, "operation": _text, "params": _map, "buffers": _declarations, "credit": _credit},
    ("accepted", "server"): {"job": _name, "state": _text, "place": _count, "credit": _credit},
    ("data", "client"): {"job": _name, "buffer": _count, "offset": _count},
    ("data", "server"): {"job": _name, "buffer": _count, "offset": _count},
    ("credit", "client"): {"job": _name, "chunks": _credit},
    ("credit", "server"): {"job": _name, "chunks": _credit},
    ("progress", "server"): {"job": _name, "text": _text, "fraction": _fraction, "eta": _number_or_nil},
    ("preview", "server"): {"job": _name, "buffers": _declarations},
    ("result", "server"): {"job": _name, "fields": _map, "buffers": _declarations},
    ("error", "server"): _ERROR,
    ("cancel", "client"): {"job": _name},
    ("ping", "client"): {"at": _number_or_nil},
    ("pong", "server"): {"at": _number_or_nil, "busy": _bool},
    ("status", "client"): {},
    ("status", "server"): {"status": _map},
    ("models", "client"): {},
    ("models", "server"): {"methods": _list},
    ("shutdown", "client"): {},
    ("shutdown", "server"): {},
    # front <-> worker
    ("ready", "client"): {"devices": _list, "pid": _count},
    ("run", "server"): {"job": _name, "operation": _text, "params": _map, "buffers": _declarations},
    ("cancel", "server"): {"job": _name},
    ("progress", "client"): {"job": _name, "text": _text, "fraction": _fraction, "eta": _number_or_nil},
    ("preview", "client"): {"job": _name, "buffers": _declarations},
    ("result", "client"): {"job": _name, "fields": _map, "buffers": _declarations},
    ("error", "client"): _ERROR,
}
_BUFFERS = {"data": 1, "preview": 1}  # how many raw buffers a type carries on work and control; others none


def check(message: Message, sender: Role, *, whole_buffers: bool = False) -> None:
    """Raise LacunaError 'unsupported' for an unknown type, 'bad_request' for a field that is missing or wrong.

    Args:
        whole_buffers: the worker link, where 'run' and 'result' carry every declared buffer.
    """
    rules = FIELDS.get((message.type, sender))
    if rules is None:
        raise LacunaError("unsupported", what=message.type[:64])
    for name, is_right in rules.items():
        if name not in message.fields or not is_right(message.fields[name]):
            raise LacunaError("bad_request", detail=f"field {name!r} of {message.type!r} is missing or wrong")
    declared = len(message.fields.get("buffers", ())) if whole_buffers else 0
    expected = declared if whole_buffers and message.type in ("run", "result") else _BUFFERS.get(message.type, 0)
    if len(message.buffers) != expected:
        raise LacunaError("bad_request", detail=f"{message.type!r} carries {len(message.buffers)} buffers")


def declarations(fields: Mapping[str, Any]) -> list[BufferSpec]:
    """The declared buffers of a checked message. Raises LacunaError 'bad_request'."""
    return [BufferSpec.from_wire(value) for value in fields["buffers"]]


def error_fields(error: LacunaError, job: str | None) -> dict[str, Any]:
    """An 'error' message's fields."""
    plain = {name: _short(value) for name, value in error.values.items() if isinstance(value, str | int | float)}
    return {
        "job": job,
        "code": error.code,
        "values": plain,
        "sentence": error.sentence[:MAX_SENTENCE],
        "hint": error.hint[:MAX_SENTENCE],
        "retryable": error.retryable,
        "detail": error.detail[-MAX_TEXT:],
    }


def _short(value: Any) -> Any:
    return value[:MAX_VALUE] if isinstance(value, str) else value


def job_of(fields: Mapping[str, Any]) -> str | None:
    """The job's name in fields that may not have been checked, or None when there is no right one."""
    job = fields.get("job")
    return job if isinstance(job, str) and JOB_NAME.match(job) else None


def error_from(fields: Mapping[str, Any]) -> LacunaError:
    """The error behind a checked 'error' message; a code that this side does not know keeps the server's sentence."""
    values = {key: value for key, value in fields["values"].items() if key not in ("self", "code", "detail")}
    error = LacunaError(fields["code"], detail=fields["detail"], **values)
    error.sentence, error.hint, error.retryable = fields["sentence"], fields["hint"], fields["retryable"]
    error.args = (f"{error.sentence} {error.hint}".strip(),)
    return error

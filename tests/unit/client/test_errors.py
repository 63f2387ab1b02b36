"""Every failure is a sentence and what to do; it crosses the wire and stays one."""

import pytest

from lacuna_client import messages
from lacuna_client.errors import ERRORS, LacunaError


@pytest.mark.parametrize("code", ERRORS)
def test_every_code_has_a_sentence_and_all_but_cancelled_a_hint(code: str) -> None:
    error = LacunaError(code)
    assert error.sentence.endswith(".")
    assert error.hint or code == "cancelled"


def test_values_fill_the_sentence_and_a_missing_one_stays_readable() -> None:
    assert "2048 MiB" in LacunaError("too_large", size=2048, limit=1024).sentence
    assert "<limit>" in LacunaError("too_large", size=2048).sentence


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_crosses_the_wire_whole(code: str) -> None:
    sent = LacunaError(code, detail="why", name="x", value=3)
    found = messages.error_from(messages.error_fields(sent, None))
    assert (str(found), found.code, found.detail, found.retryable) == (str(sent), code, "why", sent.retryable)


def test_a_newer_servers_error_keeps_its_own_sentence() -> None:
    fields = {
        **messages.error_fields(LacunaError("internal"), None),
        "code": "from_the_future",
        "sentence": "New.",
        "hint": "Do.",
    }
    assert str(messages.error_from(fields)) == "New. Do."


def test_values_that_are_not_plain_stay_at_home() -> None:
    assert messages.error_fields(LacunaError("bad_value", name=object()), None)["values"] == {}

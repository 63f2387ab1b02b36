"""The declarative settings: defaults, and what they refuse."""

from typing import Any

import pytest

from lacuna_client import settings
from lacuna_client.errors import LacunaError
from lacuna_models import registry


def test_every_default_is_allowed() -> None:
    assert settings.checked({}) == settings.defaults()


def test_the_dialog_offers_every_method_of_the_registry() -> None:
    assert {name for name, _ in settings.METHOD.choices} == {"auto", *registry.METHODS}


def test_the_default_grow_is_automatic_and_can_be_asked_for() -> None:
    assert settings.defaults()["grow"] == settings.AUTOMATIC
    assert settings.checked({"grow": settings.AUTOMATIC})["grow"] == settings.AUTOMATIC


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grow", -2),
        ("grow", 201),
        ("grow", 1.5),
        ("grow", True),
        ("grow", "4"),
        ("method", "x"),
        ("method", 3),
        ("sample-merged", 1),
        ("variants", 0),
        ("variants", 9),
        ("mirror", 1),
        ("rotate", -1),
        ("rotate", 90.0),
        ("scale", 51),
        ("search", "by eye"),
    ],
)
def test_a_value_out_of_range_or_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    with pytest.raises(LacunaError, match=name) as caught:
        settings.checked({name: value})
    assert caught.value.code == "bad_value"

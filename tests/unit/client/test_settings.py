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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grow", -1),
        ("grow", 201),
        ("grow", 1.5),
        ("grow", True),
        ("grow", "4"),
        ("method", "x"),
        ("method", 3),
        ("sample-merged", 1),
    ],
)
def test_a_value_out_of_range_or_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    with pytest.raises(LacunaError, match=name) as caught:
        settings.checked({name: value})
    assert caught.value.code == "bad_value"

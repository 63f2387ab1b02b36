"""What GIMP's procedure browser and menus know of Lacuna."""

from __future__ import annotations

import pytest

from lacuna_client import settings

from .driver import Gimp

PROCEDURES = {
    "lacuna-inpaint": "_Inpaint Selection...",
    "lacuna-inpaint-again": "Inpaint with _Last Values",
    "lacuna-inpaint-another": "Inpaint with _Another Seed",
}


@pytest.mark.parametrize("name", PROCEDURES)
def test_procedure_is_in_the_filters_menu_with_its_texts(gimp: Gimp, name: str) -> None:
    described = gimp.ask("described", name=name)
    assert described["menus"] == ["<Image>/Filters/Lacuna"]
    assert described["label"] == PROCEDURES[name]
    assert len(described["blurb"]) > 20
    assert "undo" in described["help"]


def test_every_setting_is_an_argument_with_a_label_and_a_help_text(gimp: Gimp) -> None:
    arguments = gimp.ask("described", name="lacuna-inpaint")["arguments"]
    for setting in settings.INPAINT:
        label, help_text = arguments[setting.name]
        assert label.startswith(setting.label)
        assert help_text == setting.help


@pytest.mark.parametrize("name", ["lacuna-inpaint-again", "lacuna-inpaint-another"])
def test_procedures_with_the_last_values_ask_for_no_settings(gimp: Gimp, name: str) -> None:
    assert set(gimp.ask("described", name=name)["arguments"]) == {"run-mode", "image", "drawables"}

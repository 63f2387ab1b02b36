"""What GIMP's procedure browser and menus know of Lacuna."""

from __future__ import annotations

import pytest

from lacuna_client import settings

from .driver import Gimp

PROCEDURES = {
    "lacuna-inpaint": "_Inpaint Selection...",
    "lacuna-inpaint-again": "Inpaint with _Last Values",
    "lacuna-inpaint-another": "Inpaint with _Another Seed",
    "lacuna-recolor": "_Recolor Selection...",
    "lacuna-recolor-again": "Recolor with Last _Values",
    "lacuna-colorize": "_Colorize Selection / Layer...",
}
ARGUMENTS = {
    "lacuna-inpaint": {setting.name for setting in settings.INPAINT} | {"hints"},
    "lacuna-recolor": {setting.name for setting in settings.RECOLOR} | {"color", "sample-points", "hints"},
    "lacuna-colorize": {setting.name for setting in settings.COLORIZE} | {"reference", "sample-points", "hints"},
}


@pytest.mark.parametrize("name", PROCEDURES)
def test_procedure_is_in_the_filters_menu_with_its_texts(gimp: Gimp, name: str) -> None:
    described = gimp.ask("described", name=name)
    assert described["menus"] == ["<Image>/Filters/Lacuna"]
    assert described["label"] == PROCEDURES[name]
    assert len(described["blurb"]) > 20
    assert "undo" in described["help"]


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_argument_has_a_label_and_a_help_text(gimp: Gimp, name: str) -> None:
    arguments = gimp.ask("described", name=name)["arguments"]
    assert set(arguments) == ARGUMENTS[name] | {"run-mode", "image", "drawables"}
    assert all(label and help_text for label, help_text in arguments.values())


@pytest.mark.parametrize(
    ("name", "listed"),
    [("lacuna-inpaint", settings.INPAINT), ("lacuna-recolor", settings.RECOLOR), ("lacuna-colorize", settings.COLORIZE)],
)
def test_every_setting_is_an_argument_with_its_texts(gimp: Gimp, name: str, listed: tuple[settings.Setting, ...]) -> None:
    arguments = gimp.ask("described", name=name)["arguments"]
    for setting in listed:
        label, help_text = arguments[setting.name]
        assert label.startswith(setting.label)
        assert help_text == setting.help


@pytest.mark.parametrize("name", ["lacuna-inpaint-again", "lacuna-inpaint-another", "lacuna-recolor-again"])
def test_procedures_with_the_last_values_ask_for_no_settings(gimp: Gimp, name: str) -> None:
    assert set(gimp.ask("described", name=name)["arguments"]) == {"run-mode", "image", "drawables"}

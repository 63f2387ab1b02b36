"""What the procedures are given: the operations' settings, and what only GIMP has; as GIMP's arguments and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp, GObject

from lacuna_client.colors import Color, hints_of
from lacuna_client.errors import LacunaError
from lacuna_client.settings import Choice, Setting, Switch, Whole

from . import canvas


@dataclass(frozen=True, slots=True)
class Picked:
    """A color that the artist picks: R'G'B' of sRGB; None = GIMP's foreground color."""

    name: str
    label: str
    help: str
    default: Color | None = None

    def check(self, value: Any) -> Color | None:
        """Return value, or raise LacunaError 'bad_value'."""
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 3 or not all(isinstance(part, int | float) for part in value):
            raise LacunaError("bad_value", name=self.name, value=value, allowed="three numbers")
        red, green, blue = (float(part) for part in value)
        return red, green, blue


@dataclass(frozen=True, slots=True)
class Points:
    """Color hints in text, as the command line has them, ';' between."""

    name: str
    label: str
    help: str
    default: str = ""

    def check(self, value: Any) -> str:
        """Return value, or raise LacunaError 'bad_value'."""
        hints_of(value)
        return str(value)


@dataclass(frozen=True, slots=True)
class OtherLayer:
    """A drawable of any open image, or None."""

    name: str
    label: str
    help: str
    default: None = None

    def check(self, value: Any) -> Any:
        return value


Argument = Setting | Picked | Points | OtherLayer

BLACK = (0.0, 0.0, 0.0)
COLOR = Picked("color", "Ne_w color", "The new color; colors of hints or sample points rule over it")
HINTS = Points(
    "hints",
    "_Hints",
    "Colors pinned to places, in pixels of the layer: X,Y,#rrggbb or X,Y,#rrggbb,RADIUS, several with ';' between. "
    "Dots on a layer named 'Lacuna hints' do the same",
)
SAMPLE_POINTS = Switch(
    "sample-points",
    "Colors at the sample _points",
    False,
    "Take the layer's colors round the image's sample points (Ctrl+drag one from a ruler)",
)
REFERENCE = OtherLayer("reference", "Ta_ke colors from", "Another layer, of this or any other open image, whose colors are taken")


def add(procedure: Any, argument: Argument) -> None:
    """Give the procedure this argument."""
    flags = GObject.ParamFlags.READWRITE
    named = argument.name, argument.label, argument.help
    match argument:
        case Whole():
            label = f"{argument.label} ({argument.unit})" if argument.unit else argument.label
            procedure.add_int_argument(argument.name, label, argument.help, argument.low, argument.high, argument.default, flags)
        case Switch():
            procedure.add_boolean_argument(*named, argument.default, flags)
        case Choice():
            choice = Gimp.Choice.new()
            for number, (value, label) in enumerate(argument.choices):
                choice.add(value, number, label, "")
            procedure.add_choice_argument(*named, choice, argument.default, flags)
        case Picked():
            procedure.add_color_argument(*named, False, canvas.color_of(BLACK), flags)
        case Points():
            procedure.add_string_argument(*named, argument.default, flags)
        case OtherLayer():
            procedure.add_drawable_argument(*named, True, flags)


def read(config: Any, arguments: Sequence[Argument]) -> dict[str, Any]:
    """The plain values of a procedure's configuration. Raises LacunaError 'bad_value'."""
    values = {argument.name: config.get_property(argument.name) for argument in arguments}
    for argument in arguments:
        if isinstance(argument, Picked) and values[argument.name] is not None:
            values[argument.name] = canvas.srgb(values[argument.name])
    return checked(values, arguments)


def write(config: Any, arguments: Sequence[Argument], values: Mapping[str, Any]) -> None:
    """Put plain values into a procedure's configuration."""
    for argument in arguments:
        value = values[argument.name]
        if isinstance(argument, Picked) and value is not None:
            value = canvas.color_of(value)
        config.set_property(argument.name, value)


def checked(values: Mapping[str, Any], arguments: Sequence[Argument]) -> dict[str, Any]:
    """Every argument's value, checked; a missing one has its default. Raises LacunaError 'bad_value'."""
    return {argument.name: argument.check(values.get(argument.name, argument.default)) for argument in arguments}


def lasting(arguments: Sequence[Argument]) -> list[Argument]:
    """Those whose values mean the same in another picture."""
    return [argument for argument in arguments if not isinstance(argument, Points | OtherLayer)]

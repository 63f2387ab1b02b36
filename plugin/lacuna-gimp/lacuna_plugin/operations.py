"""The operations, in one declarative list: what each is given, and the functions that look first and then do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lacuna_client import settings

from . import coloring, inpaint
from .arguments import COLOR, HINTS, REFERENCE, SAMPLE_POINTS, Argument
from .edit import Made
from .waiting import Wait


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that Lacuna does with a layer.

    Attributes:
        name: as on the wire.
        arguments: what its procedure is given.
        help: for the procedure browser.
        look: a first look at image and drawables, before any dialog; raises LacunaError for what no setting can mend.
        run: image, drawables, values by the arguments' names (and 'to-rgb') -> what it made.
        colors: its image has to be an RGB one.
    """

    name: str
    arguments: tuple[Argument, ...]
    help: str
    look: Callable[[Any, Sequence[Any]], Any]
    run: Callable[[Any, Sequence[Any], Mapping[str, Any], Wait], Made]
    colors: bool = True


HINTED = (
    "Dots painted on a layer named 'Lacuna hints' pin their colors to their places; a hint spreads over the thing it sits on. "
)
UNDO = "Nothing outside the selection changes, soft selections blend softly, and one undo step takes everything back. "
SERVER = "A local server computes; it is started when none is running."

INPAINT = Operation(
    "inpaint",
    (*settings.INPAINT, HINTS),
    "What is selected in the active layer is filled so that it continues its surroundings; nothing outside changes. "
    "Soft selections blend softly, several islands are filled in one go, and one undo step takes everything back. "
    "The fill becomes a new layer above the active one (several variants: a group of layers), or changes the layer in place. "
    "A layer or channel named 'Lacuna sources' says what may be sampled: light = this, dark = not this. "
    f"{HINTED}In an indexed image the fill's colors are the palette's and its edge is hard. {SERVER}",
    inpaint.to_inpaint,
    inpaint.inpaint,
    colors=False,
)
RECOLOR = Operation(
    "recolor",
    (COLOR, *settings.RECOLOR, SAMPLE_POINTS, HINTS),
    "What is selected in the active layer gets another color: the one given, or those of hints or sample points. Its shading "
    f"(luma) is kept exactly, and its colors vary as they did, unless a tone shift is asked for. {HINTED}{UNDO}"
    f"A color-only layer has the mode 'LCh Color', which keeps lightness instead of luma. {SERVER}",
    coloring.to_recolor,
    coloring.recolor,
)
COLORIZE = Operation(
    "colorize",
    (*settings.COLORIZE, REFERENCE, SAMPLE_POINTS, HINTS),
    "What is selected in the active layer, or all of it where nothing is selected, gets its color from the colored rest of "
    f"the layer, from hints, from sample points or from another layer; its shading (luma) is kept. {HINTED}{UNDO}{SERVER}",
    coloring.to_colorize,
    coloring.colorize,
)

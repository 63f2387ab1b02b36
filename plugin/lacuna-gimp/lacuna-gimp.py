#!/usr/bin/env python3
"""Lacuna's entry into GIMP 3: registers the procedures, nothing else.

It registers whatever is missing beside it, so that the menu is always there; a click then says what is missing.
"""

import sys
import traceback
from pathlib import Path
from typing import Any

import gi

for namespace, version in (("Gimp", "3.0"), ("Gegl", "0.4"), ("Babl", "0.1")):
    gi.require_version(namespace, version)
from gi.repository import Gimp, GLib  # noqa: E402  (the versions come first)

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER / "vendor")]
LABELS = {
    "lacuna-inpaint": "_Inpaint Selection...",
    "lacuna-inpaint-again": "Inpaint with _Last Values",
    "lacuna-inpaint-another": "Inpaint with _Another Seed",
    "lacuna-recolor": "_Recolor Selection...",
    "lacuna-recolor-again": "Recolor with Last _Values",
    "lacuna-colorize": "_Colorize Selection / Layer...",
}

try:
    from lacuna_plugin import procedures
except Exception as problem:  # noqa: BLE001  (any failure at all is shown on click, with its traceback on stderr)
    procedures = None  # type: ignore[assignment]  # a module or nothing
    BROKEN = f"Lacuna's plug-in is incomplete ({problem}). Run the installer again: python3 installer/install.py"
    TRACEBACK = traceback.format_exc()


def explain(procedure: Any, *_arguments: Any) -> Any:
    """Stands in for every procedure of a plug-in whose files are damaged."""
    print(TRACEBACK, file=sys.stderr)
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), BROKEN, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)


class Lacuna(Gimp.PlugIn):  # type: ignore[misc]  # GIMP's classes carry no types
    """What GIMP asks: which procedures there are, and each of them."""

    def do_set_i18n(self, _name: str) -> bool:
        return False

    def do_query_procedures(self) -> list[str]:
        return list(LABELS)

    def do_create_procedure(self, name: str) -> Any:
        run = procedures.run if procedures else explain
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        mask = Gimp.ProcedureSensitivityMask
        procedure.set_sensitivity_mask(mask.DRAWABLE | mask.DRAWABLES | mask.NO_DRAWABLES)
        procedure.set_menu_label(LABELS[name])
        procedure.add_menu_path("<Image>/Filters/Lacuna")
        procedure.set_attribution("The Lacuna authors", "Apache-2.0", "2026")
        if procedures:
            procedures.describe(procedure)
        return procedure


Gimp.main(Lacuna.__gtype__, sys.argv)

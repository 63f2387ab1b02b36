#!/usr/bin/env python3
"""Install Lacuna: python3 installer/install.py [--help]. Standard library only; Python 3.11 or later."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (this file alone is also read by older ones)
    sys.exit("Lacuna needs Python 3.11 or later; this is {}.{}. Run it with a newer one.".format(*sys.version_info))

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True  # the clone stays as it is
sys.path[:0] = [str(ROOT / "installer"), str(ROOT / "plugin" / "lacuna-gimp")]

from lacuna_installer.main import main  # noqa: E402 - only the paths above make it importable

if __name__ == "__main__":
    sys.exit(main(ROOT))

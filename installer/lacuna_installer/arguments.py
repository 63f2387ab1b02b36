"""The installer's options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from lacuna_client import VERSION


def parse(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options as attributes; ends the program with status 2 when they are wrong."""
    about = "Install Lacuna's server and its GIMP 3 plug-in, for this user."
    parser = argparse.ArgumentParser(prog="install.py", description=about)
    _what(parser)
    _where_from(parser)
    _where_to(parser)
    parser.add_argument("--version", action="version", version=f"Lacuna {VERSION}")
    asked = parser.parse_args(given)
    if asked.demo and (asked.plugin_only or asked.uninstall):
        parser.error("--demo needs the server")
    return asked


def _what(parser: argparse.ArgumentParser) -> None:
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--plugin-only", action="store_true", help="install the plug-in, not the server")
    part.add_argument("--server-only", action="store_true", help="install the server, not the plug-in")
    part.add_argument("--uninstall", action="store_true", help="remove all that was installed")
    parser.add_argument("--demo", action="store_true", help="then fill an example photograph with the server")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="what torch is installed for (default: looks for a GPU)"
    )


def _where_from(parser: argparse.ArgumentParser) -> None:
    packages = parser.add_mutually_exclusive_group()
    packages.add_argument("--index-url", metavar="URL", help="take all packages from this index (default: as pip is configured)")
    packages.add_argument("--wheels", metavar="FOLDER", type=Path, help="take all packages from this folder, without a network")


def _where_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--gimp-folder",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="install only into this GIMP configuration folder, such as ~/.config/GIMP/3.0 (may be repeated)",
    )
    parser.add_argument("--gimp-python", metavar="X.Y", type=_version, help="version of GIMP's Python (default: asks it)")
    parser.add_argument(
        "--prefix", metavar="DIR", type=Path, help="put the server below this folder (default: the user's data folder)"
    )


def _version(text: str) -> str:
    if not re.fullmatch(r"3\.\d+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no Python version such as 3.13")
    return text

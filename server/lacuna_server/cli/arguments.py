"""The command line's grammar, made from the declarative settings. Imports nothing slow: --version must be instant."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lacuna_client import VERSION
from lacuna_client.colors import RADIUS
from lacuna_client.settings import (
    COLOR_SOLVER,
    CONTEXT,
    FEATHER,
    GROW,
    METHOD,
    MIRROR,
    ROTATE,
    SCALE,
    SEARCH,
    SEED,
    STRENGTH,
    TILE,
    TONE,
    VARIANTS,
    Whole,
)
from lacuna_models.networks.catalog import NETWORKS

from . import argument_types as types

NO_FEATHER = 0  # px, where a color is changed in place: the selection itself says where it ends


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for; wrong usage ends the process with status 2."""
    top = parser()
    given = top.parse_args(hints_together(sys.argv[1:] if arguments is None else arguments))
    if given.command == "recolor" and given.at and given.color is None:
        top.error("--at needs --color: it says where that color is a hint")
    return given


def hints_together(arguments: Sequence[str]) -> list[str]:
    """The same with all hints in one --hint: the time that argparse takes grows with the square of the number of options."""
    others: list[str] = []
    hints: list[str] = []
    first = 0
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument == "--":  # what follows is no option
            others += [argument, *rest]
        elif name != "--hint":
            others.append(argument)
        elif (not equals and (value := next(rest, "")).startswith("-")) or not value:
            others += [argument, value] if value else [argument]  # argparse says what is missing
        else:
            first = first if hints else len(others)
            hints.append(value)
    if hints:
        others.insert(first, f"--hint={';'.join(hints)}")
    return others


def parser() -> argparse.ArgumentParser:
    """Of the whole command; `command` and `action` of what it parses name the subcommand."""
    top = argparse.ArgumentParser(prog="lacuna", description="Fill, recolor and colorize parts of pictures.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"lacuna {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _inpaint(commands.add_parser("inpaint", help="fill what a mask selects", allow_abbrev=False))
    _recolor(commands.add_parser("recolor", help="give what a mask selects another color, in place", allow_abbrev=False))
    _colorize(commands.add_parser("colorize", help="give a gray picture, or a part of one, color", allow_abbrev=False))
    _server(commands.add_parser("server", help="start, stop or look at the server", allow_abbrev=False))
    _models(commands.add_parser("models", help="the methods that --method may name, and their weights", allow_abbrev=False))
    _json(commands.add_parser("doctor", help="check the installation", allow_abbrev=False))
    return top


def _inpaint(parser: argparse.ArgumentParser) -> None:
    _image(parser)
    _mask(parser, "white = fill, black = keep, gray = soft")
    _out(parser, "the filled picture", "; several variants get a number each: OUT-1.png, ...")
    parser.add_argument("--method", metavar="NAME", default=METHOD.default, help=f"{METHOD.help} (default: {METHOD.default})")
    _parts(parser)
    about = "px by which the mask is grown, so that no rim of the object stays; auto = in proportion to the mask (default: auto)"
    parser.add_argument("--grow", type=types.grow, default=GROW.default, metavar="auto|PX", help=about)
    for setting, metavar in ((FEATHER, "PX"), (CONTEXT, "PX"), (SEED, "N"), (VARIANTS, "N")):
        _number(parser, setting, metavar)
    _hints(parser)
    _sampling(parser)
    _number(parser, TILE, "PX")
    _where(parser)


def _recolor(parser: argparse.ArgumentParser) -> None:
    _image(parser)
    _mask(parser, "white = recolor, black = keep, gray = soft")
    _out(parser, "the recolored picture")
    about = "of the whole selection, or with --at of a hint"
    parser.add_argument("--color", type=types.color, metavar="#RRGGBB", help=about)
    about = "where --color is a hint instead; may be given several times"
    parser.add_argument("--at", type=types.point, action="append", default=[], metavar="X,Y", help=about)
    _hints(parser)
    _reference(parser)
    for setting, metavar in ((STRENGTH, "PERCENT"), (TONE, "PERCENT")):
        _number(parser, setting, metavar)
    _number(parser, FEATHER, "PX", NO_FEATHER)
    _where(parser)


def _colorize(parser: argparse.ArgumentParser) -> None:
    _image(parser)
    _mask(parser, "white = colorize, black = keep, gray = soft (default: the whole picture)", required=False)
    _out(parser, "the colorized picture")
    _hints(parser)
    _reference(parser)
    about = f"{COLOR_SOLVER.help}: {', '.join(name for name, _ in COLOR_SOLVER.choices)} (default: {COLOR_SOLVER.default})"
    parser.add_argument("--color-solver", metavar="NAME", default=COLOR_SOLVER.default, help=about)
    _sample_mask(parser)
    _number(parser, FEATHER, "PX", NO_FEATHER)
    for setting, metavar in ((CONTEXT, "PX"), (SEED, "N")):
        _number(parser, setting, metavar)
    _where(parser)


def _image(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", type=Path, metavar="IMAGE", help="PNG, JPEG, WebP or TIFF")


def _mask(parser: argparse.ArgumentParser, means: str, *, required: bool = True) -> None:
    parser.add_argument("--mask", type=Path, required=required, help=f"of the same size: {means}")


def _out(parser: argparse.ArgumentParser, what: str, more: str = "") -> None:
    about = f"where {what} goes; its name says the format{more}"
    parser.add_argument("-o", "--out", type=Path, required=True, help=about)


def _parts(parser: argparse.ArgumentParser) -> None:
    about = "what completes the structure instead of the method's own part, or 'none'"
    parser.add_argument("--backbone", metavar="NAME", default="", help=about)
    about = "what adds the detail instead of the method's own, or 'none'; NAME+NAME: one after the other"
    parser.add_argument("--refiner", metavar="NAME", default="", help=about)
    about = "what colors a fill that the other parts make in luma alone, or 'none': they make it in color"
    parser.add_argument("--color-solver", metavar="NAME", default="", help=about)


def _hints(parser: argparse.ArgumentParser) -> None:
    about = f"a color at a place (a disc of R px, by default {RADIUS}) that spreads over the thing there; may be repeated"
    parser.add_argument("--hint", type=types.hints, action="extend", default=[], metavar="X,Y,#RRGGBB[,R]", help=about)
    about = "painted hints: a picture of the same size, transparent where there is none"
    parser.add_argument("--hints", type=Path, metavar="FILE", help=about)


def _reference(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reference", type=Path, metavar="FILE", help="another picture, of any size, whose colors are taken")


def _sampling(parser: argparse.ArgumentParser) -> None:
    _sample_mask(parser)
    parser.add_argument("--mirror", action="store_true", help=MIRROR.help)
    _number(parser, ROTATE, "DEG")
    _number(parser, SCALE, "PERCENT")
    names = [name for name, _ in SEARCH.choices]
    about = f"{SEARCH.help}: {' or '.join(names)} (default: {SEARCH.default})"
    parser.add_argument("--search", choices=names, default=SEARCH.default, metavar="NAME", help=about)


def _sample_mask(parser: argparse.ArgumentParser) -> None:
    about = "of the same size: white = may be sampled, black = not (default: all may)"
    parser.add_argument("--sample-mask", type=Path, metavar="FILE", help=about)


def _where(parser: argparse.ArgumentParser) -> None:
    about = "auto, cpu or cuda[:N] (default: auto)"
    parser.add_argument("--device", type=types.device, default="auto", metavar="DEVICE", help=about)
    parser.add_argument("--no-server", action="store_true", help="compute in this process")
    parser.add_argument("--save-stages", type=Path, metavar="DIR", help="write each stage there too (implies --no-server)")
    _json(parser)


def _number(parser: argparse.ArgumentParser, setting: Whole, metavar: str, default: int | None = None) -> None:
    default = setting.default if default is None else default
    about = f"{setting.help} (default: {default})".replace("%", "%%")
    parser.add_argument(f"--{setting.name}", type=types.whole(setting), default=default, metavar=metavar, help=about)


def _server(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    start = actions.add_parser("start", help="start it; returns once it is ready", allow_abbrev=False)
    start.add_argument("--foreground", action="store_true", help="stay, until Ctrl-C or 'lacuna server stop'")
    start.add_argument(
        "--idle-minutes", type=types.positive(float), metavar="MINUTES", help="end after so long without a client (default: 15)"
    )
    start.add_argument(
        "--max-job", type=types.positive(int), metavar="MIB", help="the most one job may send, and its result be (default: 1024)"
    )
    start.add_argument(
        "--memory", type=types.positive(int), metavar="MIB", help="a worker's memory cap (default: 80 %% of the machine's)"
    )
    stop = actions.add_parser("stop", help="end it", allow_abbrev=False)
    stop.add_argument("--force", action="store_true", help="also when it does not answer")
    for action in (start, stop, actions.add_parser("status", help="what it is doing", allow_abbrev=False)):
        _json(action)


def _models(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    about = "list the methods and color solvers, and where missing weights are from"
    listed = actions.add_parser("list", help=about, allow_abbrev=False)
    verify = actions.add_parser("verify", help="check every weights file on this machine", allow_abbrev=False)
    imported = actions.add_parser("import", help="take over a published checkpoint or other weights", allow_abbrev=False)
    imported.add_argument("file", type=Path, metavar="FILE", help="a checkpoint of PyTorch, or a safetensors file")
    about = f"which network it is for: {', '.join(NETWORKS)} (default: recognized)"
    imported.add_argument("--as", dest="network", choices=tuple(NETWORKS), default="", metavar="NAME", help=about)
    for action in (listed, verify, imported):
        _json(action)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")

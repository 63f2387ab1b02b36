"""The command line's grammar, made from the declarative settings. Imports nothing slow: --version must be instant."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from lacuna_client import VERSION
from lacuna_client.errors import LacunaError
from lacuna_client.settings import (
    AUTOMATIC,
    CONTEXT,
    FEATHER,
    GROW,
    METHOD,
    MIRROR,
    ROTATE,
    SCALE,
    SEARCH,
    SEED,
    TILE,
    VARIANTS,
    Whole,
)
from lacuna_models.networks.catalog import NETWORKS
from lacuna_server.pipeline.device import PATTERN


def parser() -> argparse.ArgumentParser:
    """Of the whole command; `command` and `action` of what it parses name the subcommand."""
    top = argparse.ArgumentParser(
        prog="lacuna", description="Fill parts of pictures from their surroundings.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"lacuna {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _inpaint(commands.add_parser("inpaint", help="fill what a mask selects", allow_abbrev=False))
    _server(commands.add_parser("server", help="start, stop or look at the server", allow_abbrev=False))
    _models(commands.add_parser("models", help="the methods that --method may name, and their weights", allow_abbrev=False))
    _json(commands.add_parser("doctor", help="check the installation", allow_abbrev=False))
    return top


def _inpaint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", type=Path, metavar="IMAGE", help="PNG, JPEG, WebP or TIFF")
    parser.add_argument("--mask", type=Path, required=True, help="of the same size: white = fill, black = keep, gray = soft")
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        help="where the filled picture goes; its name says the format; several variants get a number each: OUT-1.png, ...",
    )
    parser.add_argument("--method", metavar="NAME", default=METHOD.default, help=f"{METHOD.help} (default: {METHOD.default})")
    _parts(parser)
    about = "px by which the mask is grown, so that no rim of the object stays; auto = in proportion to the mask (default: auto)"
    parser.add_argument("--grow", type=_grow, default=GROW.default, metavar="auto|PX", help=about)
    for setting, metavar in ((FEATHER, "PX"), (CONTEXT, "PX"), (SEED, "N"), (VARIANTS, "N")):
        _number(parser, setting, metavar)
    _sampling(parser)
    _number(parser, TILE, "PX")
    parser.add_argument("--device", type=_device, default="auto", metavar="DEVICE", help="auto, cpu or cuda[:N] (default: auto)")
    parser.add_argument("--no-server", action="store_true", help="compute in this process")
    parser.add_argument("--save-stages", type=Path, metavar="DIR", help="write each stage there too (implies --no-server)")
    _json(parser)


def _parts(parser: argparse.ArgumentParser) -> None:
    about = "what completes the structure instead of the method's own part, or 'none'"
    parser.add_argument("--backbone", metavar="NAME", default="", help=about)
    about = "what adds the detail instead of the method's own, or 'none'; NAME+NAME: one after the other"
    parser.add_argument("--refiner", metavar="NAME", default="", help=about)


def _sampling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sample-mask",
        type=Path,
        metavar="FILE",
        help="of the same size: white = may be sampled, black = not (default: all may)",
    )
    parser.add_argument("--mirror", action="store_true", help=MIRROR.help)
    _number(parser, ROTATE, "DEG")
    _number(parser, SCALE, "PERCENT")
    names = [name for name, _ in SEARCH.choices]
    about = f"{SEARCH.help}: {' or '.join(names)} (default: {SEARCH.default})"
    parser.add_argument("--search", choices=names, default=SEARCH.default, metavar="NAME", help=about)


def _number(parser: argparse.ArgumentParser, setting: Whole, metavar: str) -> None:
    about = f"{setting.help} (default: {setting.default})"
    parser.add_argument(f"--{setting.name}", type=_whole(setting), default=setting.default, metavar=metavar, help=about)


def _server(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    start = actions.add_parser("start", help="start it; returns once it is ready", allow_abbrev=False)
    start.add_argument("--foreground", action="store_true", help="stay, until Ctrl-C or 'lacuna server stop'")
    start.add_argument(
        "--idle-minutes", type=_positive(float), metavar="MINUTES", help="end after so long without a client (default: 15)"
    )
    start.add_argument(
        "--max-job", type=_positive(int), metavar="MIB", help="the most one job may send, and its result be (default: 1024)"
    )
    start.add_argument(
        "--memory", type=_positive(int), metavar="MIB", help="a worker's memory cap (default: 80 %% of the machine's)"
    )
    stop = actions.add_parser("stop", help="end it", allow_abbrev=False)
    stop.add_argument("--force", action="store_true", help="also when it does not answer")
    for action in (start, stop, actions.add_parser("status", help="what it is doing", allow_abbrev=False)):
        _json(action)


def _models(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list the methods, and where missing weights are from", allow_abbrev=False)
    verify = actions.add_parser("verify", help="check every weights file on this machine", allow_abbrev=False)
    imported = actions.add_parser("import", help="take over a published checkpoint or other weights", allow_abbrev=False)
    imported.add_argument("file", type=Path, metavar="FILE", help="a checkpoint of PyTorch, or a safetensors file")
    about = f"which network it is for: {', '.join(NETWORKS)} (default: recognized)"
    imported.add_argument("--as", dest="network", choices=tuple(NETWORKS), default="", metavar="NAME", help=about)
    for action in (listed, verify, imported):
        _json(action)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def _whole(setting: Whole) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            return setting.check(int(text))
        except LacunaError as error:
            raise argparse.ArgumentTypeError(error.sentence) from error

    parse.__name__ = "whole number"  # what argparse calls it in its message
    return parse


def _grow(text: str) -> int:
    if text == "auto":
        return AUTOMATIC
    if not text.isdecimal() or int(text) > GROW.high:
        raise argparse.ArgumentTypeError(f"'{text}' is neither auto nor a whole number from 0 to {GROW.high}")
    return int(text)


def _positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    parse.__name__ = "number"  # what argparse calls it in its message
    return parse


def _device(text: str) -> str:
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"'{text}' is none of auto, cpu, cuda and cuda:N")
    return text

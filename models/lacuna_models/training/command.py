"""What the training commands have in common: arguments, the start of a run, the weights and their card at its end."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import nn

from ..errors import WeightsError
from ..features.named import features_of, wrong_file_told
from ..networks.catalog import build
from ..weights import load, save
from . import card
from .budget import Budget
from .descent import Diverged
from .loop import Loop, Options
from .luma_start import luma_start
from .processes import Place, place


def parser(name: str, text: str, profiles: Iterable[str]) -> argparse.ArgumentParser:
    """The arguments of every stage."""
    made = argparse.ArgumentParser(
        prog=f"python -m lacuna_models.training.{name}", description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("pictures", nargs="+", type=Path, metavar="DIR", help="what to learn from")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything goes, and what is resumed")
    made.add_argument("--minutes", type=float, help="the schedule ends after so long, all runs together")
    made.add_argument("--steps", type=int, help="the schedule ends after so many steps, instead of minutes")
    made.add_argument("--run-minutes", type=float, help="this run ends after so long; the same command goes on")
    made.add_argument("--profile", choices=list(profiles), default="gpu" if torch.cuda.is_available() else "cpu")
    about = "weights to begin with (default: none, from nothing); the coarse network with --mono also from those for color"
    made.add_argument("--start", type=Path, metavar="FILE", help=about)
    made.add_argument("--mono", action="store_true", help="luma instead of color: the monochromic bottleneck's external stage")
    made.add_argument(
        "--features", metavar="FILE|vgg16", help="a network for the perceptual and style terms; else there are none"
    )
    made.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    made.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    made.add_argument("--compile", action="store_true", help="let torch.compile make the network faster")
    made.add_argument("--every", type=float, default=120.0, metavar="SECONDS", help="between measurements and saved states")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--cache", type=Path, metavar="DIR", help="for decoded pictures (default: OUT/cache)")
    return made


@dataclass(frozen=True, slots=True)
class Given:
    """The parsed arguments, by the parser's names."""

    pictures: list[Path]
    out: Path
    minutes: float | None
    steps: int | None
    run_minutes: float | None
    profile: str
    start: Path | None
    mono: bool
    features: str | None
    device: str
    precision: str
    compile: bool
    every: float
    seed: int
    cache: Path
    command: str

    @classmethod
    def parse(cls, arguments: argparse.ArgumentParser, words: list[str] | None = None) -> Self:
        values = vars(arguments.parse_args(words))
        values["cache"] = values["cache"] or values["out"] / "cache"
        said = sys.argv[1:] if words is None else words
        return cls(**values, command=f"{arguments.prog} {shlex.join(map(_plain, said))}")

    def options(self, network: str) -> Options:
        """Of the loop that trains that network."""
        label = f"{network} for {'luma' if self.mono else 'color'} with profile {self.profile}"
        return Options(self.out, label, self.seed, self.every, self.precision == "bf16", self.compile)


def _plain(word: str) -> str:
    """The word, or option=word, with nothing of a path but its last part: the rest is somebody's machine."""
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    return option + equals + re.split(r"[/\\]", value.rstrip("/\\"))[-1]


def finish(train: Callable[[Given], Path], arguments: argparse.ArgumentParser, words: list[str] | None = None) -> None:
    """Parse, train, print where the weights are; ends the program with one sentence when it cannot be done."""
    try:
        print(train(Given.parse(arguments, words)))
    except (ValueError, OSError, ImportError, KeyError, Diverged, WeightsError) as error:
        raise SystemExit(f"{arguments.prog}: {error}") from error


def begin(given: Given) -> tuple[Place, Budget, nn.Module | None]:
    """(where to compute, how long, the feature network if one is named). Raises ValueError, ImportError, OSError."""
    budget = Budget(minutes=given.minutes, steps=given.steps, run_minutes=given.run_minutes)
    with wrong_file_told(given.features):
        features = features_of(given.features) if given.features else None
    return place(given.device), budget, features


def beginning(given: Given, network: str, config: dict[str, Any]) -> tuple[nn.Module, dict[str, Any]]:
    """(the network to train, what it was made with): new, or with the weights that it is to start from.

    A coarse network for luma may start from one for color.

    Raises WeightsError; ValueError when those are of the other kind of luma and color otherwise.
    """
    torch.manual_seed(given.seed)
    if given.start is None:
        return build(network, config), config
    loaded = load(given.start, network)
    if loaded.config.get("mono", False) == given.mono:
        return loaded.network.train(), loaded.config
    if not given.mono or network != "light-coarse":
        raise ValueError(f"{given.start} is for {'color' if given.mono else 'luma'}")
    config = {**loaded.config, "mono": True}
    started = build(network, config)
    started.load_state_dict(luma_start(loaded.network.state_dict()))
    return started, config


def export(given: Given, network: str, config: Mapping[str, Any], loop: Loop, notes: Mapping[str, str]) -> Path:
    """Write the average's weights in fp16 and their card, in the first process; returns where the weights are. Raises OSError."""
    name = f"{network}-mono" if given.mono else network
    path = given.out / f"{name}.safetensors"
    if loop.place.is_first:
        save(path, network, dict(config), loop.average.network.state_dict(), notes=dict(notes))
        path.with_suffix(".md").write_text(card.text(name, given.command, loop.place, loop.budget, loop.curves, notes))
    loop.place.agreed(0.0)  # the others return when it is there
    return path

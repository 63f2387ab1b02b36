"""Train the colorization network of Zhang et al. 2017 (networks/zhang.py), without its side branch.

    python -m lacuna_models.training.zhang PICTURES [PICTURES ...] --out DIR --minutes 25 [--profile gpu|cpu]
        [--run-minutes 8] [--device auto|cpu|cuda] [--start FILE]

PICTURES are folders of photographs; one in ten is kept for measuring. DIR gets curves.csv, sheets of samples, state.pt (run
the same command again: it goes on where it stopped) and zhang.safetensors. See docs/training.md.

As published: squares of 256 px cut to 176, 25 in a batch, Adam at 1e-4; hints as simulated_hints() has them; smooth L1 on a*
and b*. Not as published: the rate rises and falls with the budget as in the other trainings, weights decay, and what is
written is the average of the last steps' weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from ..networks.lab import lab_of, rgb_of
from ..networks.zhang import AB_SCALE, WIDTH
from . import sheets
from .adversarial import Discriminator
from .batches import Batches, integers, on_the_cpu
from .command import Given, begin, beginning, export, finish, parser
from .loop import Loop, Loss, Task
from .measure import figures
from .pictures import Squares, paths_of, split, squares_of
from .schedule import Phase, Terms

RATE = 1e-4
MORE_HINTS = 7 / 8  # the chance that another one follows: how many there are is geometric, p = 1 / 8
LARGEST_HINT = 9  # px of a side; the smallest has 1
ALL_GIVEN = 0.01  # of the pictures
MEASURED = 64  # held-out squares
SHOWN = 8  # of them on the sheet


@dataclass(frozen=True, slots=True)
class Profile:
    """
    Attributes:
        side: px, of the squares that the photographs become.
        width: of the network.
    """

    side: int
    width: int
    phase: Phase


PROFILES = {
    "cpu": Profile(128, WIDTH // 4, Phase(1.0, 96, 8)),
    "gpu": Profile(256, WIDTH, Phase(1.0, 176, 25)),
    "smoke": Profile(48, 4, Phase(1.0, 32, 2)),
}


class Colors(Task):
    """Lightness and a few colors -> all colors."""

    channels = 2
    rate = RATE

    def __init__(self, squares: Squares, kept: Squares, phase: Phase, device: torch.device) -> None:
        self.phases = (phase,)
        nothing = np.zeros((1, phase.side, phase.side), np.uint8)  # no hole: the whole picture is gray
        self._batches = Batches(squares, nothing, device)
        source = torch.from_numpy(kept[:MEASURED]).permute(0, 3, 1, 2).float() / 255
        self._kept = source.to(device)
        color = lab_of(source)[:, 1:]
        self._hints = [one.to(device) for one in simulated_hints(color, Generator().manual_seed(1), all_given=0.0)]

    def enter(self, phase: Phase) -> None:
        """There is one phase alone."""

    def sample(self, count: int, random: Generator) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        picture, _ = self._batches.next(count, random)
        lab = lab_of(picture)
        given, mask = simulated_hints(lab[:, 1:], on_the_cpu(random))
        return (lab[:, :1], given, mask), lab[:, 1:], 1 - mask

    def objective(self, features: nn.Module | None) -> Loss:  # noqa: ARG002 - it has no terms of features
        return color_loss

    @torch.inference_mode()
    def measure(self, network: nn.Module, sheet: Path) -> dict[str, float]:
        lab, whole = lab_of(self._kept), torch.ones_like(self._kept[:, :1])
        gray = rgb_of(torch.cat([lab[:, :1], torch.zeros_like(lab[:, 1:])], dim=1))
        given, mask = self._hints
        alone = _colored(network, lab[:, :1], torch.zeros_like(given), torch.zeros_like(mask))
        guided = _colored(network, lab[:, :1], given, mask)
        shown = torch.where(mask > 0, rgb_of(torch.cat([lab[:, :1], given], dim=1)), gray)
        sheets.write(sheet, [one[:SHOWN] for one in (shown, alone, guided, self._kept)])
        named = {"gray": gray, "unguided": alone, "guided": guided}
        return {f"{name}_psnr": figures(one, self._kept, whole)["hole_psnr"] for name, one in named.items()}


def _colored(network: nn.Module, *inputs: Tensor) -> Tensor:
    """R'G'B' of all pictures, computed eight at a time."""
    parts = zip(*(torch.split(one, 8) for one in inputs), strict=True)
    return torch.cat([rgb_of(torch.cat([part[0], network(*part)], dim=1)) for part in parts])


def simulated_hints(color: Tensor, random: Generator, *, all_given: float = ALL_GIVEN) -> tuple[Tensor, Tensor]:
    """What a user would give, drawn as published (section 3.3 and the authors' code).

    Squares of 1 to 9 px, as many as a geometric distribution gives (7 on average, or none), about the picture's middle
    (normal, a quarter of the room as deviation), each of its mean color; a picture in a hundred has all of its colors given.

    Args:
        color: N x 2 x H x W, a* and b*.
        random: on the CPU.
        all_given: the share of the pictures whose colors are all given.

    Returns (N x 2 x H x W, 0 where nothing is given; N x 1 x H x W, 1 = given).
    """
    given, mask = torch.zeros_like(color), torch.zeros_like(color[:, :1])
    for number, picture in enumerate(color):
        if _chance(random) < all_given:
            given[number], mask[number] = picture, 1
            continue
        while _chance(random) < MORE_HINTS:
            side = min(int(integers(LARGEST_HINT, (1,), random)) + 1, *picture.shape[1:])
            top, left = (_about_the_middle(length - side, random) for length in picture.shape[1:])
            here = np.s_[:, top : top + side, left : left + side]
            given[number][here] = picture[here].mean(dim=(1, 2), keepdim=True)
            mask[number][here] = 1
    return given, mask


def _chance(random: Generator) -> float:
    return float(torch.rand(1, generator=random))


def _about_the_middle(room: int, random: Generator) -> int:
    """From 0 to room."""
    drawn = (room + 1) / 2 + (room + 1) / 4 * float(torch.randn(1, generator=random))
    return math.floor(min(max(drawn, 0), room))


def color_loss(
    result: Tensor, truth: Tensor, _: Tensor, __: Terms, ___: Discriminator | None
) -> tuple[Tensor, dict[str, Tensor]]:
    """Smooth L1 of a* and b* over the whole picture, square below a difference of 1 (section 3.1, the Huber loss)."""
    loss = functional.smooth_l1_loss(result.float() / AB_SCALE, truth / AB_SCALE, beta=1 / AB_SCALE)
    return loss, {"l1": loss}


def train(given: Given) -> Path:
    """The whole training; returns where the weights are. Raises ValueError, OSError, Diverged."""
    if given.mono or given.features:
        raise ValueError("this network is for color, and its loss has no perceptual terms: leave out --mono and --features")
    place, budget, _ = begin(given)
    profile = PROFILES[given.profile]
    training, kept = (squares_of(paths, profile.side, given.cache) for paths in split(paths_of(given.pictures)))
    config: dict[str, Any] = {"width": profile.width, "classes": False}
    network, config = beginning(given, "zhang", config)
    if config.get("classes", True):  # published weights: what is not asked is not trained
        network.get_submodule("model_class").requires_grad_(False)
    loop = Loop(Colors(training, kept, profile.phase, place.device), network, budget, place, given.options("zhang"), None)
    loop.run()
    return export(given, "zhang", config, loop, {"size": str(profile.side)})


def main(words: list[str] | None = None) -> None:
    finish(train, parser("zhang", __doc__ or "", PROFILES), words)


if __name__ == "__main__":
    main()

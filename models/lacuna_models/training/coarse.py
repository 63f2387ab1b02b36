"""Train the light coarse network.

    python -m lacuna_models.training.coarse PICTURES [PICTURES ...] --out DIR --minutes 24 [--profile gpu|cpu] [--mono]
        [--features FILE|vgg16] [--run-minutes 8] [--device auto|cpu|cuda]
        [--start FILE]

PICTURES are folders of photographs; one in ten is kept for measuring. DIR gets curves.csv, sheets of samples, state.pt (run
the same command again: it goes on where it stopped) and light-coarse.safetensors. See docs/training.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn

from ..networks.luma import luma
from ..networks.prefill import push_pull
from . import masks, sheets
from .batches import Batches
from .command import Given, begin, beginning, export, finish, parser
from .loop import Loop, Task
from .measure import figures
from .pictures import Squares, paths_of, split, squares_of
from .schedule import Phase, Terms

BANK = 4096  # masks a phase
MEASURED = 64  # held-out squares
SHOWN = 8  # of them on the sheet
PLAIN = Terms()
SHARPER = Terms(perceptual=0.3, style=0.1, border=0.3)  # about as much for what is seen as for each pixel's value
JUDGED = replace(SHARPER, adversarial=0.003, matching=0.05)


@dataclass(frozen=True, slots=True)
class Profile:
    """
    Attributes:
        side: px, of the squares that the photographs become.
        widths: of the network.
    """

    side: int
    widths: tuple[int, ...]
    phases: tuple[Phase, ...]


CPU = Profile(
    288,
    (32, 64, 96, 128),
    (Phase(0.25, 64, 32, terms=PLAIN), Phase(0.5, 128, 16, terms=PLAIN), Phase(1.0, 128, 12, terms=SHARPER)),
)
PROFILES = {
    "cpu": CPU,
    "cpu-finish": replace(CPU, phases=CPU.phases[-1:]),  # for weights that have had the other phases
    "gpu": Profile(
        512,
        (48, 96, 160, 192),
        (
            Phase(0.15, 128, 192, high=0.3, terms=PLAIN),
            Phase(0.5, 256, 96, terms=SHARPER),
            Phase(0.85, 256, 64, terms=JUDGED),
            Phase(1.0, 384, 32, terms=JUDGED),
        ),
    ),
    "smoke": Profile(48, (16, 32, 64), (Phase(0.5, 32, 4, terms=PLAIN), Phase(1.0, 32, 4, terms=JUDGED))),
}


class Coarse(Task):
    """Pictures with holes -> whole pictures."""

    def __init__(
        self, squares: Squares, kept: Squares, phases: Sequence[Phase], device: torch.device, *, mono: bool, seed: int
    ) -> None:
        self.phases, self.channels = phases, 1 if mono else 3
        self._squares, self._device, self._mono, self._seed = squares, device, mono, seed
        self._kept = self._measured(kept)
        self._batches: Batches | None = None

    def enter(self, phase: Phase) -> None:
        drawn = masks.bank(phase.side, BANK, self._seed + phase.side, phase.low, phase.high)
        self._batches = Batches(self._squares, drawn, self._device)

    def sample(self, count: int, random: Generator) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        assert self._batches is not None
        picture, hole = self._batches.next(count, random)
        return (picture, hole), self._wanted(picture), hole

    @torch.inference_mode()
    def measure(self, network: nn.Module, sheet: Path) -> dict[str, float]:
        pictures, holes = self._kept
        parts = [network(*pair) for pair in zip(torch.split(pictures, 8), torch.split(holes, 8), strict=True)]
        result, truth, guess = torch.cat(parts), self._wanted(pictures), self._wanted(push_pull(pictures, holes))
        own = figures(result, truth, holes)
        smooth = figures(guess, truth, holes)
        composite = holes * result + (1 - holes) * truth
        sheets.write(sheet, [one[:SHOWN] for one in ((1 - holes) * pictures, guess, composite, truth)])
        return {**own, "smooth_l1": smooth["hole_l1"], "smooth_psnr": smooth["hole_psnr"]}

    def _wanted(self, picture: Tensor) -> Tensor:
        return luma(picture) if self._mono else picture

    def _measured(self, kept: Squares) -> tuple[Tensor, Tensor]:
        """The same pictures and holes in every run, at the last phase's side."""
        side = self.phases[-1].side
        drawn = masks.bank(side, min(MEASURED, len(kept)), 1, 0.05, 0.3)
        source = torch.from_numpy(kept[:MEASURED]).permute(0, 3, 1, 2).float() / 255
        small = nn.functional.interpolate(source, (side, side), mode="bilinear", antialias=True, align_corners=False)
        holes = torch.from_numpy(drawn)[:, None].float() / 255
        return small.clamp(0, 1).to(self._device), holes.to(self._device)


def train(given: Given) -> Path:
    """The whole training; returns where the weights are. Raises ValueError, OSError, Diverged."""
    place, budget, features = begin(given)
    profile = PROFILES[given.profile]
    training, kept = (squares_of(paths, profile.side, given.cache) for paths in split(paths_of(given.pictures)))
    config: dict[str, Any] = {"mono": given.mono, "widths": list(profile.widths)}
    network, config = beginning(given, "light-coarse", config)
    task = Coarse(training, kept, profile.phases, place.device, mono=given.mono, seed=given.seed)
    loop = Loop(task, network, budget, place, given.options("light-coarse"), features)
    loop.run()
    return export(given, "light-coarse", config, loop, {"size": str(profile.phases[-1].side)})


def main(words: list[str] | None = None) -> None:
    finish(train, parser("coarse", __doc__ or "", PROFILES), words)


if __name__ == "__main__":
    main()

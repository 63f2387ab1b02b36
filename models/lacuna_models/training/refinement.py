"""Train the light refinement network.

    python -m lacuna_models.training.refinement PACK [PACK ...] --out DIR --minutes 20 [--profile gpu|cpu] [--mono]
        [--features FILE|vgg16] [--run-minutes 8] [--device auto|cpu|cuda]
        [--start FILE]

PACKs are folders that lacuna_models.training.prefill has made. DIR gets curves.csv, sheets of samples, state.pt (run the same
command again: it goes on where it stopped) and light-refinement.safetensors. See docs/training.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import Path

import torch
from torch import Generator, Tensor

from ..networks.light_refinement import LightRefinement
from ..networks.luma import luma
from ..networks.shifts import OUTSIDE, Place, Shifts, moves, stacked
from ..two_stage.shifting import SHARES
from . import sheets
from .batches import cut, integers, on_the_cpu
from .command import Given, begin, beginning, export, finish, parser
from .loop import Loop, Task
from .measure import figures
from .pack import Pack
from .schedule import Phase, Terms

MEASURED, SHOWN = 48, 8
LEAST_HOLE, MOST_HOLE = 0.1, 0.9  # shares of a patch (Moskalenko, Erofeev and Vatolin 2020, section 3.3)
CANDIDATES = 8  # places tried for a patch
TEXTURED = Terms(perceptual=0.3, style=0.2, border=0.3)  # about as much for what is seen as for each pixel's value
JUDGED = replace(TEXTURED, adversarial=0.01, matching=0.1)
PROFILES: dict[str, tuple[Phase, ...]] = {
    "cpu": (Phase(1.0, 96, 8, terms=TEXTURED),),
    "gpu": (Phase(0.4, 256, 48, terms=TEXTURED), Phase(1.0, 256, 48, terms=JUDGED)),
    "smoke": (Phase(0.5, 32, 2, terms=TEXTURED), Phase(1.0, 32, 2, terms=JUDGED)),
}


class Refinement(Task):
    """Patches of the shifted stack -> patches of the picture."""

    def __init__(self, training: Pack, kept: Pack, phases: Sequence[Phase], device: torch.device, *, mono: bool) -> None:
        """Raises ValueError for packs whose pictures are no multiple of the network's own, or smaller than the patches."""
        multiple = LightRefinement.multiple
        for side in {pack.pictures.shape[1] for pack in (training, kept)}:
            least = max(phase.side for phase in phases)
            if side < least or side % multiple:
                raise ValueError(f"the pack's pictures are {side} px; they must be {least} px or more, a multiple of {multiple}")
        self.phases, self.channels = phases, 1 if mono else 3
        self._mono = mono
        self._pictures, self._holes, self._fills = (
            torch.from_numpy(part).to(device) for part in (training.pictures, training.holes[..., None], training.fills)
        )
        self._kept = tuple(
            torch.from_numpy(part[:MEASURED]).to(device) for part in (kept.pictures, kept.holes[..., None], kept.fills)
        )
        self._side = 0

    def enter(self, phase: Phase) -> None:
        self._side = phase.side

    def sample(self, count: int, random: Generator) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        chosen = integers(len(self._pictures), (count,), random)
        mirror = torch.rand(count, generator=random, device=random.device) < 0.5
        places = self._places(chosen, mirror, random)

        def patch(source: Tensor, move: Place = (0, 0), outside: int = 0) -> Tensor:
            offsets = torch.stack([places[:, axis] - move[axis] for axis in (0, 1)], dim=1)
            return cut(source, chosen, offsets, self._side, mirror=mirror, outside=outside).permute(0, 3, 1, 2)

        parts = [patch(self._holes), patch(self._fills)]
        for move in moves(self._shifts(random)):
            parts += [patch(self._fills, move, round(255 * OUTSIDE)), patch(self._holes, move, 255)]
        stack = torch.cat([self._gray_or_color(part.float() / 255) for part in parts], dim=1)
        return (stack,), self._gray_or_color(patch(self._pictures).float() / 255), stack[:, :1]

    @torch.inference_mode()
    def measure(self, network: torch.nn.Module, sheet: Path) -> dict[str, float]:
        floats = (part.permute(0, 3, 1, 2).float() / 255 for part in self._kept)
        picture, hole, fill = (self._gray_or_color(part) for part in floats)
        step = round(SHARES[0] * picture.shape[-1])
        stack = stacked(fill, hole, Shifts(step, step, step, step))
        result = torch.cat([network(part) for part in torch.split(stack, 4)])
        own, before = figures(result, picture, hole), figures(fill, picture, hole)
        composite = hole * result + (1 - hole) * picture
        sheets.write(sheet, [one[:SHOWN] for one in ((1 - hole) * picture, fill, composite, picture)])
        return {**own, "stage1_l1": before["hole_l1"], "stage1_psnr": before["hole_psnr"]}

    def _gray_or_color(self, part: Tensor) -> Tensor:
        """N x C x H x W: pictures as luma when that is trained; holes as they are."""
        return luma(part) if self._mono and part.shape[1] == 3 else part

    def _shifts(self, random: Generator) -> Shifts:
        """Each copy moved by one of SHARES, as the product chooses them hole by hole."""
        whole = self._pictures.shape[1]
        drawn = integers(len(SHARES), (4,), on_the_cpu(random))
        return Shifts(*(round(SHARES[int(one)] * whole) for one in drawn))

    def _places(self, chosen: Tensor, mirror: Tensor, random: Generator) -> Tensor:
        """B x 2: top and left of a patch a picture, the first of CANDIDATES that is neither almost all nor hardly any hole.

        Where there is none, the one with the most hole that is not above MOST_HOLE.
        """
        hole = self._holes[chosen, ..., 0].float() / 255
        hole = torch.where(mirror[:, None, None], hole.flip(2), hole)
        room = hole.shape[-1] - self._side
        places = integers(room + 1, (len(hole), CANDIDATES, 2), random)
        sums = torch.nn.functional.pad(hole, (1, 0, 1, 0)).cumsum(1).cumsum(2)
        top, left = places.unbind(-1)
        rows = torch.arange(len(hole), device=hole.device)[:, None]
        bottom, right = top + self._side, left + self._side
        area = sums[rows, bottom, right] - sums[rows, top, right] - sums[rows, bottom, left] + sums[rows, top, left]
        share = area / self._side**2
        share = torch.where(share > MOST_HOLE, torch.zeros_like(share), share)
        best = torch.where((share >= LEAST_HOLE).any(1), (share >= LEAST_HOLE).float().argmax(1), share.argmax(1))
        return places[torch.arange(len(hole), device=hole.device), best]


def train(given: Given) -> Path:
    """The whole training; returns where the weights are. Raises ValueError, OSError, Diverged."""
    place, budget, features = begin(given)
    training, kept = (reduce(add, (Pack.load(folder, name) for folder in given.pictures)) for name in ("train", "kept"))
    network, config = beginning(given, "light-refinement", {"mono": given.mono})
    task = Refinement(training, kept, PROFILES[given.profile], place.device, mono=given.mono)
    loop = Loop(task, network, budget, place, given.options("light-refinement"), features)
    loop.run()
    return export(given, "light-refinement", config, loop, {})


def main(words: list[str] | None = None) -> None:
    finish(train, parser("refinement", __doc__ or "", PROFILES), words)


if __name__ == "__main__":
    main()

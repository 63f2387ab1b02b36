"""How fast a training goes, and how much of a step the device waits for its data.

    python benchmarks/training_speed.py --pictures DIR [--profile gpu|cpu] [--steps 20] [--precision bf16|fp32]
                                        [--features FILE|vgg16] [--write]

Times whole steps of the coarse network's training (forward, all terms of the loss, backward, optimizer, average, and the
discriminator where a phase has one), phase by phase: with batches cut, scaled and mirrored as in training, and with one
batch used again and again. What the first takes longer is what the data cost.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from lacuna_models.features.named import features_of
from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.training.budget import Budget
from lacuna_models.training.card import hardware
from lacuna_models.training.coarse import PROFILES, Coarse, Profile
from lacuna_models.training.loop import Loop, Options, Task
from lacuna_models.training.pictures import paths_of, split, squares_of
from lacuna_models.training.processes import Place
from lacuna_models.training.schedule import Phase
from report import command_line, keep

Sample = tuple[tuple[Tensor, ...], Tensor, Tensor]


def seconds_a_step(loop: Loop, progress: float, steps: int) -> float:
    """Mean at that place of the schedule, after three steps that are not counted."""
    for _ in range(3):
        loop.step(progress)
    _wait(loop.place.device)
    started = time.perf_counter()
    for _ in range(steps):
        loop.step(progress)
    _wait(loop.place.device)
    return (time.perf_counter() - started) / steps


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class OneBatch(Task):
    """The first batch of the other task's phase, again and again."""

    def __init__(self, task: Task) -> None:
        self.phases, self.channels, self._task = task.phases, task.channels, task
        self._kept: Sample | None = None

    def enter(self, phase: Phase) -> None:
        self._task.enter(phase)
        self._kept = None

    def sample(self, count: int, random: Generator) -> Sample:
        self._kept = self._kept or self._task.sample(count, random)
        return self._kept

    def measure(self, network: nn.Module, sheet: Path) -> dict[str, float]:
        return self._task.measure(network, sheet)


def rows(task: Coarse, profile: Profile, features: nn.Module | None, steps: int, place: Place, *, half: bool) -> list[str]:
    """A table's row for every phase."""
    starts = [0.0, *(phase.until for phase in profile.phases[:-1])]
    lines = []
    for start, phase in zip(starts, profile.phases, strict=True):
        loops = (loop_of(one, profile, features, place, half=half) for one in (task, OneBatch(task)))
        fresh, same = (seconds_a_step(loop, start, steps) for loop in loops)
        judged = "yes" if phase.terms.has_discriminator else "no"
        share = max(1 - same / fresh, 0)
        lines.append(f"| {phase.side} | {phase.batch} | {judged} | {phase.batch / fresh:.0f} | {share:.0%} |")
    return lines


def loop_of(task: Task, profile: Profile, features: nn.Module | None, place: Place, *, half: bool) -> Loop:
    """A training that writes nothing: only its steps are called."""
    network = LightCoarse(widths=profile.widths)
    return Loop(task, network, Budget(steps=1), place, Options(Path(), half=half), features)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", type=Path, required=True, metavar="DIR")
    parser.add_argument("--profile", choices=list(PROFILES), default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--features", metavar="FILE|vgg16", help="a network for the perceptual and style terms")
    parser.add_argument("--cache", type=Path, default=Path("out/training"), metavar="DIR")
    parser.add_argument("--write", action="store_true", help="write the table to results/training-speed.md")
    given = parser.parse_args()
    features = features_of(given.features) if given.features else None
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    profile = PROFILES[given.profile]
    training, kept = (squares_of(paths, profile.side, given.cache) for paths in split(paths_of(given.pictures)))
    task = Coarse(training, kept, profile.phases, device, mono=False, seed=0)
    lines = rows(task, profile, features, given.steps, Place(device), half=given.precision == "bf16")
    head = "| px | batch | discriminator | pictures / s | share of a step spent on data |"
    table = "\n".join([head, "| --- | --- | --- | --- | --- |", *lines])
    terms = f"with {Path(given.features).name}" if given.features else "without a feature network"
    text = f"Light coarse network, whole steps {terms}, {hardware(device)}.\n\n{table}"
    if given.write:
        keep("training-speed", "Training speed", command_line(), text, "pictures / s = with a batch of its own each step")
    print(text)


if __name__ == "__main__":
    main()

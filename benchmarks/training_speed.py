"""How fast a training goes, and how much of a step the device waits for its data.

    python benchmarks/training_speed.py --pictures DIR [--profile gpu|cpu] [--steps 20] [--precision bf16|fp32] [--write]

Times steps of the coarse network's training, phase by phase: with batches cut, scaled and mirrored as in training, and with
one batch used again and again. What the first takes longer is what the data cost.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Generator, Tensor

from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.training.card import hardware
from lacuna_models.training.coarse import PROFILES, Coarse, Profile
from lacuna_models.training.objective import Objective
from lacuna_models.training.pictures import paths_of, split, squares_of
from lacuna_models.training.schedule import Phase
from report import command_line, keep

Sample = tuple[tuple[Tensor, ...], Tensor, Tensor]


def seconds_a_step(step: Callable[[int], None], steps: int, device: torch.device) -> float:
    """Mean, after three steps that are not counted."""
    for number in range(3):
        step(number)
    _wait(device)
    started = time.perf_counter()
    for number in range(steps):
        step(number)
    _wait(device)
    return (time.perf_counter() - started) / steps


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Timed:
    """One phase's steps: forward, loss, backward, without the optimizer."""

    def __init__(self, task: Coarse, network: LightCoarse, phase: Phase, device: torch.device, *, half: bool) -> None:
        self._task, self._network, self._phase, self._device, self._half = task, network, phase, device, half
        self._objective, self._random = Objective(None), Generator(device)
        self._first = self._sampled(0)

    def fresh(self, number: int) -> None:
        """A step with a batch of its own."""
        self._step(self._sampled(number))

    def same(self, _: int) -> None:
        """A step with the first batch."""
        self._step(self._first)

    def _sampled(self, number: int) -> Sample:
        return self._task.sample(self._phase.batch, self._random.manual_seed(number))

    def _step(self, sample: Sample) -> None:
        inputs, truth, hole = sample
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            total, _ = self._objective(self._network(*inputs), truth, hole, self._phase.terms, None)
        torch.autograd.backward(total)


def rows(profile: Profile, pictures: list[Path], cache: Path, steps: int, device: torch.device, *, half: bool) -> list[str]:
    """A table's row for every phase of another size."""
    training, kept = (squares_of(paths, profile.side, cache) for paths in split(paths_of(pictures)))
    network = LightCoarse(widths=profile.widths).to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    task = Coarse(training, kept, profile.phases, device, mono=False, seed=0)
    lines = []
    for phase in {(phase.side, phase.batch): phase for phase in profile.phases}.values():
        task.enter(phase)
        timed = Timed(task, network, phase, device, half=half)
        fresh, same = (seconds_a_step(step, steps, device) for step in (timed.fresh, timed.same))
        lines.append(f"| {phase.side} | {phase.batch} | {phase.batch / fresh:.0f} | {max(1 - same / fresh, 0):.0%} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", type=Path, required=True, metavar="DIR")
    parser.add_argument("--profile", choices=list(PROFILES), default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--cache", type=Path, default=Path("out/training"), metavar="DIR")
    parser.add_argument("--write", action="store_true", help="write the table to results/training-speed.md")
    given = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    half = given.precision == "bf16"
    lines = rows(PROFILES[given.profile], given.pictures, given.cache, given.steps, device, half=half)
    table = "\n".join(["| px | batch | pictures / s | share of a step spent on data |", "| --- | --- | --- | --- |", *lines])
    text = f"Light coarse network, forward and backward, {hardware(device)}.\n\n{table}"
    if given.write:
        keep("training-speed", "Training speed", command_line(), text, "pictures / s = with a batch of its own each step")
    print(text)


if __name__ == "__main__":
    main()

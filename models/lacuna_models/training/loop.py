"""The training loop that both stages share: phases, precision, average, curves, sheets, exact resume."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn
from tqdm import tqdm

from . import schedule, state
from .adversarial import Discriminator, discriminator_loss
from .average import Average
from .budget import Budget, rate_at
from .curves import Curves
from .descent import Descent
from .objective import Objective
from .processes import Place
from .schedule import Phase, Terms

RATE, DISCRIMINATOR_RATE = 5e-4, 2e-4
STATE = "state.pt"
Loss = Callable[[Tensor, Tensor, Tensor, Terms, Discriminator | None], tuple[Tensor, dict[str, Tensor]]]


class Task(ABC):
    """What differs between the stages.

    Attributes:
        channels: of what the network makes.
        rate: of learning, at its highest.
    """

    phases: Sequence[Phase]
    channels: int
    rate = RATE

    @abstractmethod
    def enter(self, phase: Phase) -> None:
        """Make ready for a phase, also the first."""

    @abstractmethod
    def sample(self, count: int, random: Generator) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """(the network's inputs, truth: N x C x H x W, hole: N x 1 x H x W)."""

    def objective(self, features: nn.Module | None) -> Loss:
        """(result, truth, hole, the phase's terms, discriminator) -> (the loss, its parts by name, one of them 'l1')."""
        return Objective(features)

    @abstractmethod
    def measure(self, network: nn.Module, sheet: Path) -> dict[str, float]:
        """Figures on held-out pictures, and a sheet of some of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """
    Attributes:
        out: a folder for state.pt, curves.csv and sheet-*.png.
        every: seconds between two measurements and saved states.
        half: compute in bfloat16 where torch's autocast says so.
        compile: let torch.compile make the network faster.
        label: what is trained; a folder with the state of something else is refused.
    """

    out: Path
    label: str = ""
    seed: int = 0
    every: float = 120.0
    half: bool = True
    compile: bool = False


class Loop:
    """One training. run() may be called in another process again and goes on where it stopped.

    Attributes:
        average: what is measured and shipped.
    """

    def __init__(
        self, task: Task, network: nn.Module, budget: Budget, place: Place, options: Options, features: nn.Module | None
    ) -> None:
        self._task, self._options = task, options
        self.budget, self.place = budget, place
        self._network = network.to(place.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's types leave the format out
        self.average = Average(self._network)
        self._discriminator = Discriminator(task.channels).to(place.device)
        self._descent = Descent(self._network, task.rate, (0.9, 0.99))
        self._second = Descent(self._discriminator, DISCRIMINATOR_RATE, (0.5, 0.99))
        self._trained = place.distributed(self._network)
        self._judged = place.distributed(self._discriminator)
        if options.compile:
            self._trained = torch.compile(self._trained)  # type: ignore[assignment]  # it is a module, which torch's types do not say
        self._objective = task.objective(features.to(place.device) if features is not None else None)
        self._random = Generator(place.device)
        self.curves = Curves(options.out / "curves.csv")
        self._phase: Phase | None = None
        self._sums: dict[str, Tensor] = {}  # on the device: reading them each step would make it wait
        self._summed = 0  # steps

    def run(self) -> None:
        """Train until the budget is spent or this run's share of it, one step at least.

        Raises Diverged, OSError, ValueError.
        """
        self._options.out.mkdir(parents=True, exist_ok=True)
        if (self._options.out / STATE).exists():
            self._resume()
        self.budget.start()
        first, last = self.budget.step, self.budget.seconds
        with tqdm(total=100, unit="%", disable=not self.place.is_first) as bar:
            while True:  # clocks differ: the first process's decides for all, or their collectives would not meet
                progress, paused = self.place.agreed(self.budget.progress, float(self.budget.is_paused))
                if progress >= 1 or (paused and self.budget.step > first):
                    break
                self.step(progress)
                bar.update(round(100 * self.budget.progress, 1) - bar.n)
                if self.budget.seconds - last >= self._options.every:
                    last = self.budget.seconds
                    self._keep()
        self._keep()

    def step(self, progress: float) -> None:
        """One step of the network and, while the phase has one, of the discriminator. Raises Diverged.

        Args:
            progress: the share of the schedule that is done, in [0, 1]: decides phase and learning rate.
        """
        phase, rate = schedule.at(self._task.phases, progress), rate_at(progress)
        if phase is not self._phase:
            self._phase = phase
            self._task.enter(phase)
        self._random.manual_seed(hash((self._options.seed, self.place.rank, self.budget.step)) & (2**63 - 1))
        inputs, truth, hole = self._task.sample(phase.batch, self._random)
        discriminator = self._discriminator if phase.terms.has_discriminator else None
        with torch.autocast(self.place.device.type, torch.bfloat16, enabled=self._options.half):
            result = self._trained(*inputs)
            total, parts = self._objective(result, truth, hole, phase.terms, discriminator)
        self._descent.step(total, rate)
        self.average.update(self._network, self.budget.step)
        if discriminator:
            composite = (hole * result + (1 - hole) * truth).detach()
            with torch.autocast(self.place.device.type, torch.bfloat16, enabled=self._options.half):
                loss = discriminator_loss(self._judged, composite, truth, hole)
            self._second.step(loss, rate)
            parts["discriminator"] = loss
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, 0) + value.detach()
        self._summed += 1
        self.budget.step += 1

    def _keep(self) -> None:
        """Measure, write a row and a sheet, save the state."""
        if not self.place.is_first or self._phase is None:
            return
        minutes = self.budget.seconds / 60
        figures = self._task.measure(self.average.network, self._options.out / f"sheet-{minutes:06.1f}.png")
        terms = {f"loss_{name}": float(value) / self._summed for name, value in self._sums.items()}
        row = {"minutes": minutes, "step": float(self.budget.step), "side": float(self._phase.side), **figures}
        self.curves.add({**row, "loss": terms.get("loss_l1", math.nan)})
        tqdm.write("  ".join(f"{name} {value:.4g}" for name, value in {**row, **terms}.items()))
        self._sums.clear()
        self._summed = 0
        state.save(self._options.out / STATE, self._state())

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self._network,
            "average": self.average.network,
            "optimizer": self._descent.optimizer,
            "discriminator": self._discriminator,
            "second": self._second.optimizer,
        }

    def _state(self) -> dict[str, Any]:
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        return {**parts, "label": self._options.label, "step": self.budget.step, "seconds": self.budget.seconds}

    def _resume(self) -> None:
        loaded = state.load(self._options.out / STATE, self.place.device)
        if loaded["label"] != self._options.label:
            raise ValueError(f"{self._options.out} holds the training of {loaded['label']}; name another folder for this one")
        try:
            for name, part in self._parts().items():
                part.load_state_dict(loaded[name])
        except (RuntimeError, ValueError, KeyError) as error:
            raise ValueError(f"{self._options.out} holds the training of a network of another layout: {error}") from error
        self.budget.resume(loaded["step"], loaded["seconds"])

"""Can each network learn at all? It memorizes four pictures; more than 35 dB in the hole says that nothing in it is broken.

    python benchmarks/overfit.py [--networks NAME ...] [--steps 1500] [--write]

The pictures are the project's own photographs, 256 px, the hole 32 x 32 px in the middle. Refinement networks get the hole filled
smoothly as stage 1's result. The loss is the root mean square in the hole (DFNet: at all six scales). A network is done once it
is above the target.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.cases import square_hole, third_case
from lab.tables import markdown
from lacuna_models.networks import catalog
from lacuna_models.networks.dfnet import DFNet
from lacuna_models.networks.prefill import push_pull
from lacuna_models.networks.shifts import Shifts, stacked
from report import command_line, keep

HERE = Path(__file__).parent
PICTURES = (*sorted((HERE / "pictures").glob("*.jpg")), HERE.parent / "docs" / "examples" / "rocket.jpg")
NAMES = tuple(network.name for network in catalog.NETWORKS.values() if network.role != "color")  # a color network fills no hole
SIDE = 256  # px, the least that both published networks take
HOLE_SHARE = 1 / 8  # of the side
TARGET = 36.0  # dB in the hole; 35 is asked for
RATE, NORMALIZED_RATE = 1e-3, 3e-3  # of learning; networks with normalization layers bear more
NORMALIZED = ("dfnet", "refinement")
LOOK = 25  # steps between two measurements


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    Attributes:
        before, after: dB in the hole, in evaluation mode and float32.
    """

    network: str
    parameters: int
    before: float
    after: float
    steps: int
    seconds: float


def pictures(side: int) -> tuple[Tensor, Tensor]:
    """(4 x 3 x side x side in [0, 1], its hole 4 x 1 x side x side)."""
    cases = [third_case(path, side) for path in PICTURES]
    truth = np.stack([case.picture for case in cases]).transpose(0, 3, 1, 2)
    hole = square_hole(side, side, round(HOLE_SHARE * side))
    holes = torch.from_numpy(hole.astype(np.float32)).expand(len(cases), 1, side, side)
    return torch.from_numpy(truth / np.float32(255)), holes


def memorize(
    name: str, config: dict[str, Any], truth: Tensor, hole: Tensor, steps: int, say: Callable[[int, float], None]
) -> Outcome:
    """Train the network from nothing on these pictures, until it is above TARGET or so many steps are done."""
    torch.manual_seed(0)
    started = time.perf_counter()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = catalog.build(name, config).to(device)
    truth, hole = truth.to(device), hole.to(device)
    inputs = inputs_of(name, truth, hole)
    rate = NORMALIZED_RATE if name in NORMALIZED else RATE
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    before = after = decibels(network, inputs, truth, hole)
    done = 0
    for done in range(1, steps + 1):
        with torch.autocast(device, torch.bfloat16):
            results = list(results_of(network.train(), inputs))
        loss = torch.stack([loss_in_hole(result.float(), truth, hole) for result in results]).mean()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        if done % LOOK == 0 or done == steps:
            after = decibels(network, inputs, truth, hole)
            say(done, after)
            if after > TARGET:
                break
    parameters = sum(one.numel() for one in network.parameters())
    return Outcome(name, parameters, before, after, done, time.perf_counter() - started)


def inputs_of(name: str, truth: Tensor, hole: Tensor) -> tuple[Tensor, ...]:
    """What the network sees: nothing of what is in the hole."""
    image = truth * (1 - hole)
    if catalog.NETWORKS[name].role == "backbone":
        return image, hole
    fifth = round(0.2 * truth.shape[-1])
    return (stacked(push_pull(image, hole), hole, Shifts(fifth, fifth, fifth, fifth)),)


def results_of(network: nn.Module, inputs: tuple[Tensor, ...]) -> Iterator[Tensor]:
    """The picture, the finest first where there are several."""
    if isinstance(network, DFNet):
        yield from (scale.result for scale in network.at_all_scales(*inputs))
    else:
        yield network(*inputs)


def loss_in_hole(result: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """Root mean square of the difference over the hole, at the result's size: what PSNR is measured by."""
    small_truth, small_hole = (functional.interpolate(one, size=result.shape[-2:], mode="area") for one in (truth, hole))
    return (((result - small_truth).square() * small_hole).sum() / (small_hole.sum() * truth.shape[1])).sqrt()


def decibels(network: nn.Module, inputs: tuple[Tensor, ...], truth: Tensor, hole: Tensor) -> float:
    """PSNR over the holes of all pictures together."""
    with torch.inference_mode():
        result = network.eval()(*inputs)
    error = ((result.clamp(0, 1) - truth).square() * hole).sum() / (hole.sum() * truth.shape[1])
    return float(-10 * torch.log10(error))


def told(name: str, step: int, reached: float) -> None:
    print(f"{name}: step {step}, {reached:.1f} dB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME")
    parser.add_argument("--steps", type=int, default=1500, help="at most (default: 1500)")
    parser.add_argument("--write", action="store_true", help="write results/overfit.md")
    given = parser.parse_args()
    truth, hole = pictures(SIDE)
    outcomes = [memorize(name, {}, truth, hole, given.steps, partial(told, name)) for name in given.networks]
    rows = [
        [
            one.network,
            f"{one.parameters / 1e6:.2f} M",
            f"{one.before:.1f}",
            f"**{one.after:.1f}**",
            str(one.steps),
            f"{one.seconds / 60:.1f}",
        ]
        for one in outcomes
    ]
    text = markdown(["network", "parameters", "dB in the hole before", "after", "steps", "minutes"], rows)
    print(text)
    if given.write:
        keep("overfit", "Each network memorizes four pictures", command_line(), text, "four pictures of 256 px, hole 32 x 32 px")


if __name__ == "__main__":
    main()

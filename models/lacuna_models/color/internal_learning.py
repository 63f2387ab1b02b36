"""Learning a generator from one picture: masked regression on its known pixels, heard by a cancel between any two layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..errors import NotFinite
from ..run import Run

RESTARTS = 3  # with half the rate each, before it is given up


@dataclass(frozen=True, slots=True)
class Example:
    """What a generator is given and should answer.

    Attributes:
        given: 1 x C x h x w.
        color: 1 x 3 x h x w.
        weight: 1 x 1 x h x w; the answer counts only where it is not 0.
    """

    given: Tensor
    color: Tensor
    weight: Tensor


def learned(make: Callable[[], nn.Module], examples: Sequence[Example], rate: float, iterations: int, run: Run) -> nn.Module:
    """A generator after that many steps of Adam over all examples together, nothing else stopping it.

    A loss that is no number starts it over from `make`, at half the rate.

    Args:
        make: a new generator on the examples' device, always the same.
        rate: of Adam's steps.

    Raises Cancelled, at most one layer later; NotFinite after RESTARTS.
    """
    for attempt in range(RESTARTS + 1):
        generator = make()
        if _descended(generator, examples, rate / 2**attempt, iterations, run):
            return generator
    raise NotFinite


def _descended(generator: nn.Module, examples: Sequence[Example], rate: float, iterations: int, run: Run) -> bool:
    """Whether the loss was a number all the way."""
    adam = torch.optim.Adam(generator.parameters(), lr=rate)
    with _repeatable(), _cancellable(generator, run):
        for step in range(iterations):
            run.progress(step / iterations)
            adam.zero_grad()
            total = torch.stack([loss(generator(one.given), one) for one in examples]).sum()
            if not bool(torch.isfinite(total)):
                return False
            torch.autograd.backward(total)
            adam.step()
    return True


def loss(answer: Tensor, example: Example) -> Tensor:
    """The mean squared error of what is known, over all pixels: sum of weight * (answer - color)^2 / (3 h w)."""
    return (example.weight * (answer - example.color) ** 2).mean()


def answered(generator: nn.Module, given: Tensor, run: Run) -> Tensor:
    """1 x 3 x h x w, finite. Raises Cancelled, NotFinite."""
    with torch.no_grad(), _repeatable(), _cancellable(generator, run):
        answer: Tensor = generator(given)
    if not bool(torch.isfinite(answer).all()):
        raise NotFinite
    return answer


@contextmanager
def _repeatable() -> Iterator[None]:
    """The same numbers from the same input on a GPU: float32 throughout, and no convolution chosen by its speed."""
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False):
        yield


@contextmanager
def _cancellable(network: nn.Module, run: Run) -> Iterator[None]:
    """Look for a cancel after every layer, forward and backward: one step over a large picture takes seconds."""

    def hear(_module: nn.Module, _given: object, result: Tensor) -> None:
        run.check()
        if result.requires_grad:
            result.register_hook(lambda _: run.check())  # type: ignore[no-untyped-call]  # torch leaves it untyped

    handles = [layer.register_forward_hook(hear) for layer in network.modules() if not any(layer.children())]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()

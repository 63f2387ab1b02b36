"""Running a network: in half precision on a GPU, in full where the numbers run over, cancelled between layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock

import torch
from torch import Tensor, nn

from ..errors import NotFinite
from ..run import Run

POLL = 0.02  # seconds between two looks for a cancel while another run computes
IN_FULL = "The network's numbers ran over in half precision, so it was run once more in full precision."


_computing = Lock()  # networks are shared, and with them their hooks; cuDNN's settings are the whole process's


def infer(network: nn.Module, inputs: Sequence[Tensor], device: str, run: Run) -> Tensor:
    """The network's result in float32 on the CPU, finite.

    The same input gives the same result on the same device, as far as its convolutions do.

    Args:
        network: on the device, in float32.
        inputs: N x C x H x W float32 on the CPU.
        device: 'cpu' or 'cuda:N'.

    Raises Cancelled, at most one layer later; NotFinite; out of memory (memory.is_out_of_memory).
    """
    half = half_precision(device)
    result = _run(network, inputs, device, half, run)
    if half is not None and not bool(torch.isfinite(result).all()):
        run.warn(IN_FULL)
        result = _run(network, inputs, device, None, run)
    if not bool(torch.isfinite(result).all()):
        raise NotFinite
    return result


def half_precision(device: str) -> torch.dtype | None:
    """What a GPU computes fastest in: bfloat16 from Ampere on, float16 before. None on a CPU: few gain from it."""
    if not device.startswith("cuda"):
        return None
    return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else torch.float16


def _run(network: nn.Module, inputs: Sequence[Tensor], device: str, half: torch.dtype | None, run: Run) -> Tensor:
    with ExitStack() as stack:
        stack.enter_context(_alone(run))
        stack.enter_context(torch.inference_mode())
        stack.enter_context(torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False))
        if half is not None:
            stack.enter_context(torch.autocast(device.partition(":")[0], half))
        stack.enter_context(_cancellable(network, run))
        moved = [one.to(device, memory_format=torch.channels_last) for one in inputs]
        result: Tensor = network(*moved)
        return result.float().cpu()


@contextmanager
def _alone(run: Run) -> Iterator[None]:
    """One run at a time; the others wait for it, and hear their own cancel meanwhile."""
    while not _computing.acquire(timeout=POLL):
        run.check()
    try:
        yield
    finally:
        _computing.release()


@contextmanager
def _cancellable(network: nn.Module, run: Run) -> Iterator[None]:
    """Look for a cancel before every layer."""

    def check(*_: object) -> None:
        run.check()

    layers = [module for module in network.modules() if not any(module.children())]
    handles = [layer.register_forward_pre_hook(check) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()

"""One process a GPU, started by torchrun; alone without it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True, slots=True)
class Place:
    """This process among its peers.

    Attributes:
        rank: 0 writes files and prints.
        count: of processes.
    """

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def distributed(self, network: nn.Module) -> nn.Module:
        """The network, with gradients averaged over all processes."""
        if self.count == 1:
            return network
        ids = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=ids)

    def agreed(self, *values: float) -> list[float]:
        """What the first process says: clocks differ, and all must do the same at the same step. Waits for all processes."""
        if self.count == 1:
            return list(values)
        said = torch.tensor(values, dtype=torch.float64, device=self.device)
        distributed.broadcast(said, 0)
        return [float(value) for value in said.tolist()]


def place(device: str) -> Place:
    """'auto', 'cpu' or 'cuda' -> this process's place; under torchrun each gets its own GPU."""
    wanted = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    if "RANK" not in os.environ:
        return Place(torch.device("cuda:0" if wanted == "cuda" else wanted))
    local = int(os.environ["LOCAL_RANK"])
    own = torch.device(f"cuda:{local}" if wanted == "cuda" else wanted)
    if own.type == "cuda":
        torch.cuda.set_device(own)
    distributed.init_process_group("nccl" if own.type == "cuda" else "gloo")
    return Place(own, distributed.get_rank(), distributed.get_world_size())

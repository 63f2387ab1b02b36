"""Fixed weights and inputs for every network, and what is kept of the output. Run it to write golden.json anew:

python -m unit.networks.golden_networks (with tests/ in PYTHONPATH; only when a network is meant to change)
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from lacuna_models.networks import catalog
from unit.networks.published_layout import deterministic, uniform

GOLDEN = Path(__file__).parent / "golden.json"
KEPT = 24  # values of the output, spread over it


def network(name: str) -> nn.Module:
    """As published (or as shipped), on the CPU, with weights by a formula."""
    with torch.device("meta"):
        built = catalog.build(name, {})
    state = deterministic({key: tuple(one.shape) for key, one in built.state_dict().items()})
    built.load_state_dict(state, assign=True)
    return built.eval()


def inputs(name: str) -> list[Tensor]:
    """Not square, with a hole that touches the border."""
    hole = torch.zeros(1, 1, 256, 512)
    hole[..., 96:160, 400:] = 1
    if name in ("refinement", "light-refinement"):
        return [torch.cat([hole, uniform((1, 19, 256, 512), 5)], dim=1)]
    if name == "zhang":  # as it is given: lightness, a* and b*, and where those are known
        small = hole[..., ::4, ::4]
        return [100 * uniform(small.shape, 4), 80 * uniform((1, 2, *small.shape[2:]), 5) - 40, 1 - small]
    return [uniform((1, 3, 256, 512), 4), hole]


def kept(output: Tensor) -> list[float]:
    """Values from all over the output: its corners first."""
    flat = output.detach().float().cpu().flatten()
    corners = output[0, :, [0, 0, -1, -1], [0, -1, 0, -1]].detach().float().cpu().flatten()
    places = torch.arange(KEPT) * 7919 * 13 % flat.numel()
    return [round(float(value), 6) for value in torch.cat([corners, flat[places]])]


def main() -> None:
    with torch.inference_mode():
        rows = {name: kept(network(name)(*inputs(name))) for name in catalog.NETWORKS}
    GOLDEN.write_text(json.dumps(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

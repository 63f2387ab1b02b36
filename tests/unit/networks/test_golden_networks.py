"""Every network computes what it computed when it was written, on every device and at every precision that is there."""

from __future__ import annotations

import json

import pytest
import torch

from lacuna_models.networks import catalog
from unit.networks.golden_networks import GOLDEN, inputs, kept, network

# of the spread of the values; CUDA's float32 convolutions round to TensorFloat-32
TOLERANCES = {
    ("cpu", torch.float32): 1e-4,
    ("cpu", torch.bfloat16): 8e-2,
    ("cuda", torch.float32): 1e-2,
    ("cuda", torch.float16): 1e-2,
    ("cuda", torch.bfloat16): 8e-2,
}
HERE = [case for case in TOLERANCES if case[0] == "cpu" or torch.cuda.is_available()]


@pytest.mark.parametrize(("device", "dtype"), HERE, ids=str)
@pytest.mark.parametrize("name", catalog.NETWORKS)
def test_a_network_gives_the_stored_values(name: str, device: str, dtype: torch.dtype) -> None:
    expected = torch.tensor(json.loads(GOLDEN.read_text(encoding="utf-8"))[name])
    on_device = network(name).to(device)
    given = [one.to(device) for one in inputs(name)]
    with torch.inference_mode(), torch.autocast(device, dtype, enabled=dtype != torch.float32):
        found = torch.tensor(kept(on_device(*given)))
    tolerance = TOLERANCES[device, dtype] * float(expected.std())
    torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["dfnet", "refinement"])
def test_symmetric_padding_would_be_noticed(name: str) -> None:
    """The tolerance of the lowest precision still tells half a pixel's shift."""
    shifted = network(name)
    for module in shifted.modules():
        if isinstance(module, torch.nn.ZeroPad2d):
            left, right, top, bottom = module.padding
            module.padding = (right, left, bottom, top)
    expected = torch.tensor(json.loads(GOLDEN.read_text(encoding="utf-8"))[name])
    with torch.inference_mode():
        found = torch.tensor(kept(shifted(*inputs(name))))
    assert float((found - expected).abs().max()) > max(TOLERANCES.values()) * float(expected.std())

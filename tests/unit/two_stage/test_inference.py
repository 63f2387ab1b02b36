"""Running a network: repeatable, cancelled between layers, in full precision where half is not enough."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import torch
from torch import Tensor, nn

from lacuna_models.errors import Cancelled, NotFinite
from lacuna_models.run import Run
from lacuna_models.two_stage import inference
from lacuna_models.two_stage.inference import IN_FULL, half_precision, infer
from unit.two_stage.regions import DEVICES


class Scaled(nn.Module):
    """A convolution by 1, times a factor: in half precision the numbers of a large one run over."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, 1, 1, bias=False)
        nn.init.constant_(self.convolution.weight, 1.0)
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.convolution(x)
        return made * self.factor


@pytest.mark.parametrize("device", DEVICES)
def test_the_result_is_float32_on_the_cpu_and_repeatable(device: str) -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1)).to(device)
    picture = torch.rand(1, 3, 40, 50)
    one, two = (infer(network, [picture], device, Run()) for _ in range(2))
    assert (one.dtype, one.device.type) == (torch.float32, "cpu")
    assert torch.equal(one, two)
    assert not one.requires_grad


def test_a_cpu_computes_in_full_precision() -> None:
    assert half_precision("cpu") is None


@pytest.mark.parametrize("device", DEVICES)
def test_what_runs_over_in_half_precision_is_computed_in_full(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a CPU too, when it is made to begin with half precision."""
    monkeypatch.setattr(inference, "half_precision", lambda _: torch.bfloat16)

    class RunsOver(Scaled):
        def forward(self, x: Tensor) -> Tensor:
            made = super().forward(x)
            return made * float("inf") if torch.is_autocast_enabled(device.partition(":")[0]) else made

    run = Run()
    result = infer(RunsOver(2.0).to(device), [torch.ones(1, 1, 4, 4)], device, run)
    assert torch.equal(result, torch.full((1, 1, 4, 4), 2.0))
    assert run.warnings == [IN_FULL]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
def test_what_is_no_number_in_full_precision_either_is_an_error(device: str, factor: float) -> None:
    with pytest.raises(NotFinite):
        infer(Scaled(factor).to(device), [torch.ones(1, 1, 4, 4)], device, Run())


def test_a_cancel_is_heard_before_the_next_layer() -> None:
    run = Run()
    entered: list[str] = []

    class Layer(nn.Module):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def forward(self, x: Tensor) -> Tensor:
            entered.append(self.name)
            if self.name == "second":
                run.cancel()
            return x

    network = nn.Sequential(Layer("first"), nn.Sequential(Layer("second"), Layer("third")))
    with pytest.raises(Cancelled):
        infer(network, [torch.ones(1, 1, 4, 4)], "cpu", run)
    assert entered == ["first", "second"]
    assert not any(layer._forward_pre_hooks for layer in network.modules())
    infer(network, [torch.ones(1, 1, 4, 4)], "cpu", Run())
    assert entered[2:] == ["first", "second", "third"]


class Gate(nn.Module):
    """Says that it was entered, then waits to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.open = Event(), Event()

    def forward(self, x: Tensor) -> Tensor:
        self.entered.set()
        assert self.open.wait(60)
        return x


def test_a_cancel_ends_its_own_run_and_none_beside_it() -> None:
    """Both use one network, the second while the first is inside it."""
    gate = Gate()
    network = nn.Sequential(gate, nn.Identity())
    picture, cancelled = torch.ones(1, 1, 4, 4), Run()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(infer, network, [picture], "cpu", Run())
        assert gate.entered.wait(60)
        second = threads.submit(infer, network, [picture], "cpu", cancelled)
        cancelled.cancel()
        with pytest.raises(Cancelled):
            second.result(60)
        gate.open.set()
        assert torch.equal(first.result(60), picture)


def test_a_run_beside_a_cancelled_one_is_computed() -> None:
    gate = Gate()
    network = nn.Sequential(gate, nn.Identity())
    picture, cancelled = torch.ones(1, 1, 4, 4), Run()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(infer, network, [picture], "cpu", cancelled)
        assert gate.entered.wait(60)
        second = threads.submit(infer, network, [picture], "cpu", Run())
        cancelled.cancel()
        gate.open.set()
        with pytest.raises(Cancelled):
            first.result(60)
        assert torch.equal(second.result(60), picture)

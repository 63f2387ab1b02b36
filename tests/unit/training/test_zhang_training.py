"""Training of the colorization network: the hints that are simulated, the loss, and the command."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Generator

from lacuna_models import weights
from lacuna_models.networks.zhang import Zhang
from lacuna_models.training import zhang
from lacuna_models.training.schedule import Terms
from lacuna_models.training.zhang import color_loss, simulated_hints


def trained(photographs: Path, out: Path, *more: str, steps: int = 2) -> Path:
    zhang.main([str(photographs), "--out", str(out), "--profile", "smoke", "--steps", str(steps), "--device", "cpu", *more])
    return out / "zhang.safetensors"


def test_photographs_become_weights_that_the_product_loads(photographs: Path, tmp_path: Path) -> None:
    path = trained(photographs, tmp_path)

    loaded = weights.load(path, "zhang")

    assert loaded.notes["size"] == "48"
    assert loaded.config == {"width": 4, "classes": False}
    color = loaded.network(torch.full((1, 1, 16, 16), 50.0), torch.zeros(1, 2, 16, 16), torch.zeros(1, 1, 16, 16))
    assert color.shape == (1, 2, 16, 16)
    assert "guided_psnr" in (tmp_path / "curves.csv").read_text()
    assert list(tmp_path.glob("sheet-*.png"))
    assert "--profile smoke" in path.with_suffix(".md").read_text()


def test_weights_with_the_published_side_branch_are_trained_without_it(photographs: Path, tmp_path: Path) -> None:
    start = tmp_path / "published.safetensors"
    weights.save(start, "zhang", {"width": 4}, Zhang(width=4).state_dict())

    path = trained(photographs, tmp_path / "out", "--start", str(start))

    before, after = (weights.load(one, "zhang").network.state_dict() for one in (start, path))
    assert torch.equal(before["model_class.0.weight"], after["model_class.0.weight"])
    assert not torch.equal(before["model_out.0.weight"], after["model_out.0.weight"])


def test_what_is_of_no_use_to_it_is_refused(photographs: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="leave out --mono and --features"):
        trained(photographs, tmp_path, "--mono")


def test_as_many_hints_are_simulated_as_published() -> None:
    """On the picture of every pixel its own color: how many squares, how large, where, and of which color."""
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    color = torch.stack([y, x]).expand(600, -1, -1, -1)

    given, mask = simulated_hints(color, Generator().manual_seed(4))

    whole = mask.flatten(1).mean(dim=1) == 1
    assert 0 < int(whole.sum()) <= 18, "one in a hundred"
    assert torch.equal(given[whole], color[whole])
    areas = mask[~whole].sum(dim=(1, 2, 3))
    assert 0.08 < float((areas == 0).float().mean()) < 0.17, "one in eight has none"
    squares = sum(float(k * k) for k in range(1, 10)) / 9
    assert 0.7 * 7 * squares < float(areas.mean()) < 7 * squares, "seven of 1 to 9 px, some of which overlap"
    assert not given[:, 0][mask[:, 0] == 0].any()
    rows = mask[~whole].sum(dim=(0, 1, 3))
    assert float(rows[24:40].sum()) > 1.3 * float(rows[:8].sum() + rows[-8:].sum()), "about the middle"


def test_a_hint_has_the_mean_color_of_its_square() -> None:
    torch.manual_seed(0)
    color = torch.randn(40, 2, 32, 32)

    given, mask = simulated_hints(color, Generator().manual_seed(6), all_given=0.0)

    alone = [number for number in range(40) if len(set(given[number, 0].flatten().tolist())) == 2]  # 0 and one color: one square
    assert alone
    for number in alone:
        here = mask[number, 0] > 0
        torch.testing.assert_close(given[number, :, here][:, 0], color[number, :, here].mean(dim=1))


@pytest.mark.parametrize(("difference", "loss"), [(0.5, 0.125), (1.0, 0.5), (5.0, 4.5)])
def test_the_loss_is_square_below_one_unit_and_linear_above(difference: float, loss: float) -> None:
    truth = torch.zeros(1, 2, 4, 4)

    total, parts = color_loss(truth + difference, truth, truth[:, :1], Terms(), None)

    assert float(total) * 110 == pytest.approx(loss, rel=1e-5)
    assert parts == {"l1": total}

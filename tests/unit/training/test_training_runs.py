"""The commands: from photographs to weights that the product loads; stopped, resumed, on several processes."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lacuna_models import weight_files, weights
from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.networks.shifts import Shifts, stacked
from lacuna_models.region import Mask
from lacuna_models.training import coarse, prefill, refinement
from lacuna_models.training.budget import Budget
from lacuna_models.training.command import Given, parser
from lacuna_models.training.descent import MOST_BAD_STEPS, Descent, Diverged
from lacuna_models.training.loop import Loop, Options, Task
from lacuna_models.training.pack import Bytes, Pack
from lacuna_models.training.pictures import paths_of, split, squares_of
from lacuna_models.training.processes import Place
from lacuna_models.training.schedule import Phase
from lacuna_models.two_stage.shifting import SHARES

CPU = torch.device("cpu")


def trained(photographs: Path, out: Path, *more: str, steps: int = 6) -> Path:
    coarse.main([str(photographs), "--out", str(out), "--profile", "smoke", "--steps", str(steps), "--device", "cpu", *more])
    return out / "light-coarse.safetensors"


def test_photographs_become_weights_that_the_product_loads(photographs: Path, tmp_path: Path, feature_file: Path) -> None:
    path = trained(photographs, tmp_path, "--features", str(feature_file))
    loaded = weights.load(path, "light-coarse")
    assert loaded.notes["size"] == "32"
    assert loaded.config["mono"] is False
    card = path.with_suffix(".md").read_text()
    assert "--profile smoke" in card
    assert str(tmp_path) not in card, "what the machine's folders are called is nobody's business"
    assert "6 steps" in card
    assert "hole_psnr" in (tmp_path / "curves.csv").read_text()
    assert list(tmp_path.glob("sheet-*.png"))


def test_luma_is_trained_by_the_same_command(photographs: Path, tmp_path: Path, feature_file: Path) -> None:
    trained(photographs, tmp_path, "--mono", "--features", str(feature_file))
    loaded = weights.load(tmp_path / "light-coarse-mono.safetensors", "light-coarse")
    assert loaded.network(torch.zeros(1, 3, 32, 32), torch.ones(1, 1, 32, 32)).shape == (1, 1, 32, 32)


def test_a_stopped_training_goes_on_exactly_where_it_was(photographs: Path, tmp_path: Path) -> None:
    whole = trained(photographs, tmp_path / "whole", steps=3)
    for _ in range(3):
        parts = trained(photographs, tmp_path / "parts", "--run-minutes", "1e-9", steps=3)  # one step a run
    one, other = (weights.load(path, "light-coarse").network.state_dict() for path in (whole, parts))
    assert all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def test_a_training_may_start_from_weights_and_keeps_their_layout(photographs: Path, tmp_path: Path) -> None:
    first = trained(photographs, tmp_path / "first")
    again = trained(photographs, tmp_path / "again", "--start", str(first), steps=1)
    one, other = (weights.load(path, "light-coarse") for path in (first, again))
    assert one.config == other.config
    moved = [float((one.network.get_parameter(name) - value).abs().max()) for name, value in other.network.named_parameters()]
    assert 0 < max(moved) < 1e-2, "a step away from where it began"
    trained(photographs, tmp_path / "luma", "--start", str(first), "--mono", steps=1)
    luma = tmp_path / "luma" / "light-coarse-mono.safetensors"
    assert weights.load(luma, "light-coarse").config == {**one.config, "mono": True}
    with pytest.raises(SystemExit, match="is for luma"):
        trained(photographs, tmp_path / "color", "--start", str(luma), steps=1)


def test_a_folder_with_another_training_is_refused(photographs: Path, tmp_path: Path) -> None:
    trained(photographs, tmp_path, steps=1)
    with pytest.raises(SystemExit, match="holds the training of light-coarse for color with profile smoke"):
        trained(photographs, tmp_path, "--mono", steps=1)


def test_a_damaged_state_is_said_in_one_sentence(photographs: Path, tmp_path: Path) -> None:
    trained(photographs, tmp_path, steps=1)
    state = tmp_path / "state.pt"
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(SystemExit, match=r"state\.pt cannot be read; delete it"):
        trained(photographs, tmp_path, steps=1)


def test_it_learns(photographs: Path, tmp_path: Path) -> None:
    """Four photographs, again and again: soon better than the smooth first guess."""
    squares = squares_of(paths_of([photographs])[:4], 48, tmp_path)
    phases = coarse.PROFILES["smoke"].phases[:1]
    torch.manual_seed(0)
    task = coarse.Coarse(squares, squares, phases, CPU, mono=False, seed=0)
    Loop(task, LightCoarse(widths=(16, 32, 64)), Budget(steps=300), Place(CPU), Options(tmp_path, half=False), None).run()
    last = (tmp_path / "curves.csv").read_text().splitlines()
    figures = dict(zip(last[0].split(","), map(float, last[-1].split(",")), strict=True))
    assert figures["hole_l1"] < 0.9 * figures["smooth_l1"]


def test_two_processes_train_one_network_by_one_clock(photographs: Path, tmp_path: Path) -> None:
    """Through a change of phase, where processes with clocks of their own would wait for each other's gradients."""
    words = [str(photographs), "--out", str(tmp_path), "--profile", "smoke", "--minutes", "0.05", "--device", "cpu"]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*launch, "-m", "lacuna_models.training.coarse", *words]
    done = subprocess.run(
        command, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert weights.load(tmp_path / "light-coarse.safetensors", "light-coarse").notes["size"] == "32"
    assert re.search(r"2 x .* CPU", (tmp_path / "light-coarse.md").read_text())


class Hopeless(Task):
    """Its pictures are not numbers."""

    phases, channels = coarse.PROFILES["smoke"].phases[:1], 3

    def enter(self, phase: Phase) -> None:
        pass

    def sample(self, count: int, random: torch.Generator) -> tuple[tuple[torch.Tensor, ...], torch.Tensor, torch.Tensor]:
        picture = torch.full((count, 3, 32, 32), torch.nan)
        hole = torch.rand(count, 1, 32, 32, generator=random).round()
        return (picture, hole), picture, hole

    def measure(self, network: torch.nn.Module, sheet: Path) -> dict[str, float]:
        raise AssertionError(f"{network} was measured into {sheet}")


def test_each_network_has_its_own_count_of_bad_steps() -> None:
    good, bad = (Descent(torch.nn.Linear(1, 1), 1e-3, (0.9, 0.99)) for _ in range(2))
    networks = [descent.optimizer.param_groups[0]["params"][0] for descent in (good, bad)]
    for _ in range(MOST_BAD_STEPS):
        good.step(networks[0].sum(), 1.0)
        bad.step(networks[1].sum() * torch.nan, 1.0)
    with pytest.raises(Diverged, match="not finite 21 times"):
        bad.step(networks[1].sum() * torch.nan, 1.0)


def test_a_loss_that_is_no_number_ends_the_training_and_spoils_no_weight(tmp_path: Path) -> None:
    network = LightCoarse(widths=(16, 32, 64))
    before = [one.clone() for one in network.parameters()]
    with pytest.raises(Diverged, match="not finite"):
        Loop(Hopeless(), network, Budget(steps=100), Place(CPU), Options(tmp_path), None).run()
    assert all(torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True))


def test_fills_are_precomputed_and_the_refinement_network_learns_from_them(
    photographs: Path, tmp_path: Path, feature_file: Path
) -> None:
    words = [str(photographs), "--out", str(tmp_path / "pack"), "--count", "6", "--side", "48"]
    prefill.main([*words, "--backbone", "telea"])
    pack = Pack.load(tmp_path / "pack", "train")
    known = pack.holes == 0
    assert (pack.pictures[known] == pack.fills[known]).all()
    assert (pack.pictures[~known] != pack.fills[~known]).any()
    out = ["--out", str(tmp_path / "out"), "--profile", "smoke", "--steps", "4", "--device", "cpu"]
    refinement.main([str(tmp_path / "pack"), *out, "--features", str(feature_file)])
    loaded = weights.load(tmp_path / "out" / "light-refinement.safetensors", "light-refinement")
    assert loaded.network(torch.rand(1, 20, 32, 32)).shape == (1, 3, 32, 32)


class Stopped(Exception):
    """Of a computation that was killed."""


def test_a_prefill_that_was_killed_goes_on_where_it_was(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: list[int] = []
    whole = prefill.Filler.__call__

    def until_the_fourth(filler: prefill.Filler, picture: Bytes, hole: Mask, seed: int) -> Bytes:
        if len(filled) == 4:
            raise Stopped
        filled.append(seed)
        return whole(filler, picture, hole, seed)

    words = ["--count", "6", "--side", "48", "--backbone", "telea"]
    prefill.main([str(photographs), "--out", str(tmp_path / "whole"), *words])
    monkeypatch.setattr(prefill.Filler, "__call__", until_the_fourth)
    with pytest.raises(Stopped):
        prefill.main([str(photographs), "--out", str(tmp_path / "parts"), *words])
    assert not list((tmp_path / "parts").glob("train-fills.npy"))
    filled.clear()
    prefill.main([str(photographs), "--out", str(tmp_path / "parts"), *words])
    assert filled == [4, 5, 0], "the rest, and one held out"
    one, other = (Pack.load(tmp_path / name, "train") for name in ("whole", "parts"))
    assert np.array_equal(one.fills, other.fills)
    assert np.array_equal(one.holes, other.holes)


def test_stage_1_is_as_coarse_as_in_the_products_larger_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that gives back its smooth first guess: the coarser it works, the coarser that is."""
    network = LightCoarse(widths=(8, 16))
    config = {"widths": [8, 16]}
    weights.save(tmp_path / "light-coarse.safetensors", "light-coarse", config, network.state_dict(), notes={"size": "96"})
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    picture = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    hole = np.zeros((96, 96), bool)
    hole[30:60, 30:60] = True
    filler = prefill.Filler("light", "none", "cpu")
    fills = [filler(picture, hole, seed) for seed in (0, 1, 0)]
    assert np.array_equal(fills[0], fills[2])
    assert not np.array_equal(fills[0], fills[1])


def test_a_chain_of_refiners_may_fill(photographs: Path, tmp_path: Path) -> None:
    words = ["--out", str(tmp_path), "--count", "1", "--side", "48", "--backbone", "telea", "--refiner", "exemplar+exemplar"]
    prefill.main([str(photographs), *words])
    pack = Pack.load(tmp_path, "train")
    assert (pack.pictures != pack.fills).any()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--backbone", "magic"], "no such backbone or refiner: 'magic'"),
        (["--backbone", "exemplar"], "no such backbone or refiner: 'exemplar'"),
        (["--backbone", "none"], "name a backbone or a refiner"),
        (["--backbone", "none", "--refiner", "unet"], "'unet' mends what a backbone has filled"),
        (["--backbone", "light"], "light-coarse.safetensors"),
        (["--count", "0"], "--count must be 1 or more"),
        (["--side", "50"], "--side must be a multiple of 16"),
    ],
)
def test_what_cannot_be_prefilled_is_said_in_one_sentence(
    words: list[str],
    says: str,
    photographs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path))
    monkeypatch.setattr(weight_files, "shipped_folder", lambda: tmp_path)
    with pytest.raises(SystemExit) as ended:
        prefill.main([str(photographs), "--out", str(tmp_path / "pack"), "--count", "1", "--side", "48", *words])
    assert says in f"{ended.value.code} {capsys.readouterr().err}"


@pytest.mark.parametrize("side", [16, 56])
def test_packs_that_do_not_fit_the_network_are_refused(side: int) -> None:
    pack = Pack(*(np.zeros((1, side, side, *more), np.uint8) for more in ((3,), (), (3,))))
    with pytest.raises(ValueError, match=f"pictures are {side} px; they must be 32 px or more, a multiple of 16"):
        refinement.Refinement(pack, pack, refinement.PROFILES["smoke"], CPU, mono=False)
    other = Pack(*(np.zeros((1, 32, 32, *more), np.uint8) for more in ((3,), (), (3,))))
    with pytest.raises(ValueError, match=f"different sizes: {side} and 32 px"):
        pack + other


def test_patches_hold_some_hole_and_some_known_pixels(photographs: Path, tmp_path: Path) -> None:
    prefill.main([str(photographs), "--out", str(tmp_path), "--count", "12", "--side", "96", "--backbone", "telea"])
    pack = Pack.load(tmp_path, "train")
    task = refinement.Refinement(pack, pack, refinement.PROFILES["smoke"], CPU, mono=False)
    task.enter(task.phases[0])
    (stack,), truth, hole = task.sample(64, torch.Generator().manual_seed(0))
    shares = hole.mean(dim=(1, 2, 3))
    assert ((shares >= 0.1) & (shares <= 0.9)).float().mean() > 0.8
    known = hole.expand_as(truth) == 0
    assert torch.equal(stack[:, 1:4][known], truth[known]), "the stack's own picture lies where the truth lies"


def test_a_patch_is_what_the_whole_pictures_stack_holds_there(photographs: Path, tmp_path: Path) -> None:
    """Cut after shifting, mirrored or not: found again in the stack of the whole picture, in all 20 channels."""
    prefill.main([str(photographs), "--out", str(tmp_path), "--count", "1", "--side", "96", "--backbone", "telea"])
    pack = Pack.load(tmp_path, "train")
    task = refinement.Refinement(pack, pack, refinement.PROFILES["smoke"], CPU, mono=False)
    task.enter(task.phases[0])
    fill, hole = (torch.from_numpy(part).permute(0, 3, 1, 2) / 255 for part in (pack.fills, pack.holes[..., None]))
    sizes = [round(share * 96) for share in SHARES]
    stacks = [
        stacked(*pair, Shifts(*steps))
        for pair in ((fill, hole), (fill.flip(3), hole.flip(3)))
        for steps in itertools.product(sizes, repeat=4)
    ]
    windows = torch.cat(stacks).unfold(2, 32, 1).unfold(3, 32, 1)
    for seed in range(3):
        (patch,), _, _ = task.sample(1, torch.Generator().manual_seed(seed))
        begin_alike = (windows[..., 0, 0] == patch[0, :, 0, 0, None, None]).all(1)  # all windows' pixels would be 14 GB
        assert any((windows[i, :, y, x] == patch[0]).all() for i, y, x in begin_alike.nonzero().tolist())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere", "--out", "out", "--steps", "1"], "no photographs"),
        ([".", "--out", "out"], "minutes or steps"),
        ([".", "--out", "out", "--steps", "1", "--features", "nothing.safetensors"], "nothing.safetensors"),
    ],
)
def test_what_cannot_be_trained_is_said_in_one_sentence(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=says):
        coarse.main([*words, "--profile", "smoke"])


def test_a_file_that_is_no_feature_network_is_said_in_one_sentence(photographs: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(b"not tensors")
    for file in (path, trained(photographs, tmp_path, steps=1)):
        with pytest.raises(SystemExit, match=f"{file.name} does not hold SqueezeNet"):
            trained(photographs, tmp_path, "--features", str(file), steps=1)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["/srv/somebody/photographs", "--seed", "1"], "photographs --seed 1"),
        (["../somebody/photographs/", "more"], "photographs more"),
        (["C:\\somebody\\photographs"], "photographs"),
        (["photographs", "--features=/srv/somebody/a.safetensors"], "photographs --features=a.safetensors"),
    ],
)
def test_the_command_on_the_card_names_no_folders(words: list[str], shown: str) -> None:
    given = Given.parse(parser("coarse", "", ["smoke"]), ["--out", "out", "--profile", "smoke", *words])
    assert given.command.endswith(f" smoke {shown}")


def test_held_out_photographs_are_never_trained_on(photographs: Path) -> None:
    training, kept = split(paths_of([photographs]))
    assert kept
    assert not {path.name for path in training} & {path.name for path in kept}

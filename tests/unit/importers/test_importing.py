"""`lacuna models import`: published checkpoints become weights files that work; anything else is refused in one sentence."""

from __future__ import annotations

import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from lacuna_models import weights
from lacuna_models.errors import UnknownCheckpoint, WeightsError
from lacuna_models.importers.importing import import_file
from lacuna_models.importers.published import dfnet_in_rgb, zhang_mask_center
from lacuna_models.inventory import verify
from lacuna_models.networks import catalog
from lacuna_models.networks.dfnet import DFNet
from unit.networks.published_layout import LAYOUTS, deterministic, uniform

State = dict[str, Tensor]


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's weights folder, which does not exist yet."""
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture(scope="module")
def states() -> dict[str, State]:
    """Random weights under the published names and of the published shapes."""
    return {name: deterministic(layout()) for name, layout in LAYOUTS.items()}


@pytest.fixture(scope="module")
def checkpoint(states: dict[str, State], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """refinement.pth as it is published."""
    path = tmp_path_factory.mktemp("published") / "refinement.pth"
    torch.save({"state_dict": states["refinement"]}, path)
    return path


def prefixed(state: State) -> State:
    return {f"module.{name}": one for name, one in state.items()}


WRAPPINGS: dict[str, Callable[[State, Path], None]] = {
    "bare": lambda state, path: torch.save(state, path),
    "wrapped": lambda state, path: torch.save({"state_dict": state, "epoch": 3}, path),
    "prefixed": lambda state, path: torch.save({"state_dict": prefixed(state)}, path),
    "old format": lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
    "safetensors": lambda state, path: save_file(state, path),
}


@pytest.mark.parametrize(("name", "wrapping"), [("dfnet", "old format"), *(("refinement", wrapping) for wrapping in WRAPPINGS)])
def test_a_published_checkpoint_becomes_weights_that_work(
    states: dict[str, State], tmp_path: Path, own: Path, name: str, wrapping: str
) -> None:
    source = tmp_path / "checkpoint.pth"
    WRAPPINGS[wrapping](states[name], source)
    done = import_file(source)
    assert (done.network, done.path, done.replaced) == (name, own / f"{name}.safetensors", False)
    loaded = weights.load(done.path, name)
    assert loaded.notes["trained"] == "imported from checkpoint.pth"
    assert "CC BY-NC 4.0" in loaded.notes["source"]
    picture, hole = uniform((1, 3, 256, 256), 1), torch.zeros(1, 1, 256, 256)
    hole[..., 100:160, 90:170] = 1
    with torch.inference_mode():
        inputs = (picture, hole) if name == "dfnet" else (torch.cat([hole, uniform((1, 19, 256, 256), 2)], dim=1),)
        result = loaded.network(*inputs)
    assert result.shape == (1, 3, 256, 256)
    assert 0 <= float(result.min()) < float(result.max()) <= 1


def test_colorization_weights_of_an_old_pytorch_are_taken_over_exactly(
    states: dict[str, State], tmp_path: Path, own: Path
) -> None:
    published = {name: one for name, one in states["zhang"].items() if not name.endswith("num_batches_tracked")}
    torch.save(published, tmp_path / "caffemodel.pth")
    done = import_file(tmp_path / "caffemodel.pth")
    assert (done.network, done.path) == ("zhang", own / "zhang.safetensors")
    assert done.about.endswith("MIT), mask_center 0.0")
    loaded = weights.load(done.path, "zhang")
    assert (loaded.config, loaded.notes["size"]) == ({"mask_center": 0.0}, "256")
    found = loaded.network.state_dict()
    assert all(torch.equal(found[name], one) for name, one in published.items())


@pytest.mark.parametrize(
    ("path", "center"),
    [
        ("caffemodel.pth", 0.0),
        ("siggraph_caffemodel/latest_net_G.pth", 0.0),
        ("siggraph17-df00044c.pth", 0.0),
        ("pytorch.pth", 0.5),
        ("siggraph_retrained/latest_net_G.pth", 0.5),
    ],
)
def test_the_name_of_colorization_weights_says_how_their_mask_is_centered(path: str, center: float) -> None:
    assert zhang_mask_center(Path(path)) == {"mask_center": center}


def test_refinement_weights_are_taken_over_exactly(states: dict[str, State], checkpoint: Path) -> None:
    found = weights.load(import_file(checkpoint).path, "refinement").network.state_dict()
    assert all(torch.equal(found[name], one) for name, one in states["refinement"].items())


def test_dfnet_in_rgb_is_the_same_function_with_the_colors_turned_round() -> None:
    network = DFNet(widths=(4, 4, 4, 4, 4, 4, 4, 4)).eval()
    published = deterministic({name: tuple(one.shape) for name, one in network.state_dict().items()})
    rgb, hole = uniform((1, 3, 256, 256), 1), torch.zeros(1, 1, 256, 256)
    hole[..., 100:160, 90:170] = 1
    with torch.inference_mode():
        network.load_state_dict(published)
        expected = [scale.result.flip(1) for scale in network.at_all_scales(rgb.flip(1), hole)]
        unturned = network(rgb, hole)
        network.load_state_dict(dfnet_in_rgb(published))
        found = [scale.result for scale in network.at_all_scales(rgb, hole)]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-5)
    assert float((unturned - expected[0]).abs().max()) > 0.01


def test_ones_own_weights_are_taken_over_as_they_are(tmp_path: Path, own: Path) -> None:
    source = tmp_path / "mine-2.safetensors"
    config = {"widths": [4, 4, 4, 4]}
    state = catalog.build("light-refinement", config).state_dict()
    weights.save(source, "light-refinement", config, state, notes={"trained": "overnight"})
    first, second = import_file(source), import_file(source, "light-refinement")
    assert first.path == own / "light-refinement.safetensors"
    assert first.path.read_bytes() == source.read_bytes()
    assert first.about == "weights for light-refinement (overnight)"
    assert (first.replaced, second.replaced) == (False, True)
    with pytest.raises(UnknownCheckpoint, match=r"is for the network 'light-refinement', not for 'dfnet'"):
        import_file(source, "dfnet")


def test_weights_for_luma_alone_have_a_file_of_their_own(tmp_path: Path, own: Path) -> None:
    config = {"mono": True, "widths": [8, 8]}
    weights.save(tmp_path / "mine.safetensors", "light-coarse", config, catalog.build("light-coarse", config).state_dict())
    done = import_file(tmp_path / "mine.safetensors")
    assert (done.path, done.about) == (own / "light-coarse-mono.safetensors", "weights for light-coarse in luma")
    (verdict,) = (one for one in verify() if one.path.parent == own)
    assert verdict.problem == ""
    shutil.copy(done.path, own / "light-coarse.safetensors")
    assert any("knows luma only" in one.problem for one in verify())


@pytest.mark.parametrize(
    ("config", "notes", "reason"),
    [
        ({"widths": [8, 8]}, {"size": "large"}, "pictures of 'large' px"),
        ({"widths": [8, 8]}, {"size": "9999"}, "pictures of '9999' px"),
    ],
)
def test_weights_that_could_not_be_used_never_replace_those_that_can(
    tmp_path: Path, own: Path, config: dict[str, Any], notes: dict[str, str], reason: str
) -> None:
    good, bad = {"widths": [8, 8]}, tmp_path / "mine.safetensors"
    weights.save(own / "light-coarse.safetensors", "light-coarse", good, catalog.build("light-coarse", good).state_dict())
    weights.save(bad, "light-coarse", config, catalog.build("light-coarse", config).state_dict(), notes=notes)
    before = (own / "light-coarse.safetensors").read_bytes()
    with pytest.raises(WeightsError, match=reason):
        import_file(bad)
    assert (own / "light-coarse.safetensors").read_bytes() == before
    shutil.copy(bad, own / "light-coarse.safetensors")
    (verdict,) = (one for one in verify() if one.path.parent == own)
    assert reason in verdict.problem


def break_missing(state: State) -> None:
    del state["de8.decode.1.running_var"], state["en1.encode.0.conv.1.bias"]


def break_extra(state: State) -> None:
    state["style.weight"] = torch.zeros(3)


def break_shape(state: State) -> None:
    state["en1.encode.0.conv.1.weight"] = torch.zeros(96, 10, 7, 7)


def break_nan(state: State) -> None:
    state["en2.encode.0.conv.1.weight"] = state["en2.encode.0.conv.1.weight"].clone().index_fill_(0, torch.tensor(3), torch.nan)


def break_type(state: State) -> None:
    state["last_conv.0.conv.bias"] = torch.zeros(3, dtype=torch.float64)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (break_missing, "refinement.pth lacks de8.decode.1.running_var, en1.encode.0.conv.1.bias."),
        (break_extra, "refinement.pth holds style.weight, which its network does not have."),
        (break_shape, "refinement.pth: en1.encode.0.conv.1.weight is 96 x 10 x 7 x 7 instead of 96 x 20 x 7 x 7."),
        (break_nan, "refinement.pth: en2.encode.0.conv.1.weight holds values that are not numbers"),
        (break_type, "refinement.pth: last_conv.0.conv.bias is of a type that is not supported."),
    ],
    ids=["missing", "extra", "shape", "NaN", "type"],
)
def test_a_checkpoint_that_does_not_fit_is_refused_by_name_and_nothing_is_written(
    states: dict[str, State], tmp_path: Path, own: Path, damage: Callable[[State], None], sentence: str
) -> None:
    state = dict(states["refinement"])
    damage(state)
    torch.save({"state_dict": state}, tmp_path / "refinement.pth")
    with pytest.raises(WeightsError) as caught:
        import_file(tmp_path / "refinement.pth")
    assert str(caught.value).startswith(sentence)
    assert not own.exists()


def test_dfnet_is_not_taken_for_the_refinement_network(states: dict[str, State], tmp_path: Path) -> None:
    save_file(states["dfnet"], tmp_path / "model.safetensors")
    with pytest.raises(WeightsError, match=r"model.safetensors lacks de1.decode.0.conv.bias, .* and 106 more"):
        import_file(tmp_path / "model.safetensors", "refinement")


class Touch:
    """A pickle that makes a file when it is loaded in the usual way."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("wrapping", ["bare", "wrapped", "old format"])
def test_code_in_a_checkpoint_is_never_run(tmp_path: Path, own: Path, wrapping: str) -> None:
    marker, source = tmp_path / "was run", tmp_path / "refinement.pth"
    hostile: Any = {"last_conv.0.conv.weight": Touch(marker)}
    WRAPPINGS[wrapping](hostile, source)
    with pytest.raises(UnknownCheckpoint, match="holds code, which is never run"):
        import_file(source)
    assert not marker.exists()
    assert not own.exists()
    torch.load(source, weights_only=False)
    assert marker.exists(), "the checkpoint is as hostile as this test believes"


def test_a_plain_pickle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(pickle.dumps({"last_conv.0.conv.weight": Touch(tmp_path / "was run")}, protocol=2))
    with pytest.raises(UnknownCheckpoint, match="could not be read"):
        import_file(tmp_path / "a.pth")
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_checkpoint_is_told(checkpoint: Path, tmp_path: Path, own: Path, share: float) -> None:
    data = checkpoint.read_bytes()
    (tmp_path / "refinement.pth").write_bytes(data[: int(share * len(data))])
    with pytest.raises(UnknownCheckpoint, match="it is cut off"):
        import_file(tmp_path / "refinement.pth")
    assert not own.exists()


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    source = tmp_path / "bomb.pth"
    with (
        zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a/data.pkl", "w", force_zip64=True) as entry,
    ):
        for _ in range(17):
            entry.write(bytes(64 << 20))
    assert source.stat().st_size < 2 << 20
    with pytest.raises(UnknownCheckpoint, match="is larger than 1024 MiB when it is unpacked"):
        import_file(source)


def test_a_tensor_that_claims_to_be_larger_than_its_data_is_refused(tmp_path: Path) -> None:
    claims = torch.zeros(1).as_strided((1 << 40, 1 << 20), (0, 0))
    torch.save({"last_conv.0.conv.weight": claims}, tmp_path / "giant.pth")
    with pytest.raises(UnknownCheckpoint, match=r"holds something else than tensors: 'last_conv.0.conv.weight'"):
        import_file(tmp_path / "giant.pth")


@pytest.mark.parametrize(
    "one",
    [torch.zeros(2, device="meta"), torch.zeros(3, 3).to_sparse(), 5, "text", None],
    ids=["without data", "sparse", "number", "text", "nothing"],
)
def test_what_is_no_plain_tensor_is_refused(tmp_path: Path, one: object) -> None:
    torch.save({"last_conv.0.conv.weight": one}, tmp_path / "a.pth")
    with pytest.raises(UnknownCheckpoint, match="holds something else than tensors"):
        import_file(tmp_path / "a.pth")


@pytest.mark.parametrize("content", [[1, 2], {}, {"state_dict": {}}, torch.zeros(3)], ids=["list", "empty", "wrapped", "tensor"])
def test_a_file_without_named_tensors_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "a.pth")
    with pytest.raises(UnknownCheckpoint):
        import_file(tmp_path / "a.pth")


def test_a_checkpoint_of_another_network_is_told_which_are_known(tmp_path: Path) -> None:
    torch.save({"generator.model.1.weight": torch.zeros(3)}, tmp_path / "best.ckpt")
    with pytest.raises(UnknownCheckpoint, match=r"best.ckpt is none of the checkpoints that are known: DFNet .*; the refinement"):
        import_file(tmp_path / "best.ckpt")


@pytest.mark.parametrize("name", ["no such file.pth", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownCheckpoint, match="could not be read"):
        import_file(tmp_path / name)


def test_a_failed_import_leaves_the_weights_that_were_there(checkpoint: Path, tmp_path: Path, own: Path) -> None:
    before = import_file(checkpoint).path.read_bytes()
    shutil.copy(checkpoint, tmp_path / "again.pth")
    with (tmp_path / "again.pth").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(UnknownCheckpoint):
        import_file(tmp_path / "again.pth")
    assert [one.read_bytes() for one in own.iterdir()] == [before]

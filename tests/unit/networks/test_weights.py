"""Weights files: what is saved comes back, and what is wrong with a file is told in one sentence before it is used."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from lacuna_models import weight_files, weights
from lacuna_models.errors import WeightsError, WeightsMissing
from lacuna_models.networks import catalog

NAME = "light-refinement"
CONFIG: dict[str, Any] = {"mono": True, "widths": [4, 4, 6, 8]}
METADATA = {"network": NAME, "config": json.dumps(CONFIG)}


@pytest.fixture
def state() -> dict[str, Tensor]:
    """Of a tiny network, with values that float16 holds exactly."""
    shapes = catalog.build(NAME, CONFIG).state_dict()
    return {
        key: (torch.arange(one.numel()).reshape(one.shape) % 100 - 50) / 128 + index % 4
        for index, (key, one) in enumerate(shapes.items())
    }


@pytest.fixture
def file(tmp_path: Path, state: dict[str, Tensor]) -> Path:
    path = tmp_path / "tiny.safetensors"
    weights.save(path, NAME, CONFIG, state, notes={"size": "256", "trained": "never"})
    return path


def refusal(path: Path, **options: Any) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(WeightsError) as caught:
        weights.load(path, NAME, **options)
    return str(caught.value)


def test_what_is_saved_comes_back(file: Path, state: dict[str, Tensor]) -> None:
    loaded = weights.load(file, NAME, sha256=weights.sha256_of(file))
    assert loaded.config == CONFIG
    assert loaded.notes == {"size": "256", "trained": "never"}
    assert not loaded.network.training
    found = loaded.network.state_dict()
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) and found[key].dtype == torch.float32 for key in state)
    assert loaded.network(torch.rand(1, 10, 32, 32)).shape == (1, 1, 32, 32)


def test_half_precision_is_half_the_size_and_full_precision_is_exact(tmp_path: Path, state: dict[str, Tensor]) -> None:
    fine = {key: one + 1e-6 for key, one in state.items()}
    for half in (True, False):
        weights.save(tmp_path / f"{half}.safetensors", NAME, CONFIG, fine, half=half)
    sizes = {half: (tmp_path / f"{half}.safetensors").stat().st_size for half in (True, False)}
    numbers = sum(one.numel() for one in state.values())
    assert sizes[False] - sizes[True] == pytest.approx(2 * numbers, abs=64)
    found = weights.load(tmp_path / "False.safetensors", NAME).network.state_dict()
    assert all(torch.equal(found[key], fine[key]) for key in fine)


def test_weights_do_not_change_with_the_file_they_came_from(file: Path) -> None:
    network = weights.load(file, NAME).network
    before = {key: one.clone() for key, one in network.state_dict().items()}
    with file.open("r+b") as handle:
        handle.seek(-1000, 2)
        handle.write(bytes(1000))
    assert all(torch.equal(before[key], one) for key, one in network.state_dict().items())


def test_loading_leaves_the_random_numbers_alone(file: Path) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    weights.load(file, NAME)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("kept", [0, 4, 100, 3000])
def test_a_truncated_file_is_told(file: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    assert "tiny.safetensors is cut off or is no safetensors file" in refusal(file)


def test_a_flipped_byte_is_found_by_its_sum(file: Path) -> None:
    digest = weights.sha256_of(file)
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    assert "is damaged or another version" in refusal(file, sha256=digest)


def test_a_pickle_by_another_name_is_refused_and_never_run(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "was run",)

    path = tmp_path / "tiny.safetensors"
    path.write_bytes(pickle.dumps({"conv.weight": Hostile()}))
    assert "no safetensors file" in refusal(path)
    torch.save({"conv.weight": Hostile()}, path)
    assert "no safetensors file" in refusal(path)
    assert not (tmp_path / "was run").exists()


def test_a_missing_tensor_is_named(tmp_path: Path, state: dict[str, Tensor]) -> None:
    del state["middle.0.one.bias"]
    save_file(state, tmp_path / "a.safetensors", METADATA)
    assert refusal(tmp_path / "a.safetensors") == "a.safetensors lacks middle.0.one.bias."


def test_tensors_too_many_are_named_and_counted(tmp_path: Path, state: dict[str, Tensor]) -> None:
    more = {f"more.{number}": torch.zeros(1) for number in range(5)}
    save_file({**state, **more}, tmp_path / "a.safetensors", METADATA)
    assert "holds more.0, more.1, more.2 and 2 more, which its network does not have" in refusal(tmp_path / "a.safetensors")


def test_another_shape_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    state["last.weight"] = torch.zeros(1, 4, 5, 5)
    save_file(state, tmp_path / "a.safetensors", METADATA)
    assert refusal(tmp_path / "a.safetensors") == "a.safetensors: last.weight is 1 x 4 x 5 x 5 instead of 1 x 4 x 3 x 3."


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.uint8])
def test_another_type_is_told(tmp_path: Path, state: dict[str, Tensor], dtype: torch.dtype) -> None:
    state["last.bias"] = state["last.bias"].to(dtype)
    save_file(state, tmp_path / "a.safetensors", METADATA)
    assert "last.bias is of a type that is not supported" in refusal(tmp_path / "a.safetensors")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_neither_loaded_nor_saved(tmp_path: Path, state: dict[str, Tensor], value: float) -> None:
    state["last.weight"][0, 1, 2, 0] = value
    path = tmp_path / "a.safetensors"
    save_file(state, path, METADATA)
    assert "last.weight holds values that are not numbers" in refusal(path)
    path.unlink()
    with pytest.raises(WeightsError, match=r"last.weight holds values that are not numbers"):
        weights.save(path, NAME, CONFIG, state)
    assert list(tmp_path.iterdir()) == []


def test_a_value_beyond_half_precision_is_saved_in_full_precision_only(tmp_path: Path, state: dict[str, Tensor]) -> None:
    state["last.bias"][0] = 1e5
    with pytest.raises(WeightsError, match=r"last.bias holds values .* beyond its type's range"):
        weights.save(tmp_path / "a.safetensors", NAME, CONFIG, state)
    weights.save(tmp_path / "a.safetensors", NAME, CONFIG, state, half=False)
    weights.load(tmp_path / "a.safetensors", NAME)


def test_a_state_dict_of_another_network_is_not_saved(tmp_path: Path, state: dict[str, Tensor]) -> None:
    with pytest.raises(WeightsError, match=r"lacks encode.0.one.bias, .* more"):
        weights.save(tmp_path / "a.safetensors", "light-coarse", {}, state)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        (None, "does not say which network it is for"),
        ({"config": "{}"}, "does not say which network it is for"),
        ({"network": "light-coarse", "config": "{}"}, "is for the network 'light-coarse', not for 'light-refinement'"),
        ({"network": "of-tomorrow", "config": "{}"}, "is for the network 'of-tomorrow', not for 'light-refinement'"),
        ({"network": NAME}, "'config' is no JSON"),
        ({"network": NAME, "config": "{"}, "'config' is no JSON"),
        ({"network": NAME, "config": "[" * 100_000 + "]" * 100_000}, "'config' is no JSON"),
        ({"network": NAME, "config": "[1]"}, "'config' is no JSON object"),
        ({"network": NAME, "config": '{"deep": true}'}, "cannot be made"),
        ({"network": NAME, "config": '{"widths": 5}'}, "cannot be made"),
        ({"network": NAME, "config": '{"widths": [4, 4, -6, 8]}'}, "cannot be made"),
        ({"network": NAME, "config": '{"widths": [4, 4, "6", 8]}'}, "cannot be made"),
        ({"network": NAME, "config": '{"widths": [1e99, 4, 6, 8]}'}, "cannot be made"),
        ({"network": NAME, "config": '{"widths": [4, 4, 6, 8]}'}, "instead of"),
        ({"network": NAME, "config": '{"widths": [99999, 99999, 99999, 99999]}'}, "instead of"),
    ],
)
def test_metadata_that_do_not_fit_are_told(
    tmp_path: Path, state: dict[str, Tensor], metadata: dict[str, str] | None, sentence: str
) -> None:
    save_file(state, tmp_path / "a.safetensors", metadata)
    assert sentence in refusal(tmp_path / "a.safetensors")


def test_a_network_that_this_version_does_not_have_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    save_file(state, tmp_path / "a.safetensors", {"network": "of-tomorrow", "config": "{}"})
    with pytest.raises(WeightsError, match=r"is for the network 'of-tomorrow', which this Lacuna does not have"):
        weights.load(tmp_path / "a.safetensors", "of-tomorrow")


@pytest.mark.parametrize(
    ("widths", "reason"),
    [
        ([8, 8, 8, 200], "200 channels cannot be shared among 3 attention heads"),
        ([8] * 9, "1 to 8 widths are needed, not 9"),
        ([], "1 to 8 widths are needed, not 0"),
    ],
)
def test_a_coarse_network_that_could_not_work_is_not_made(tmp_path: Path, widths: list[int], reason: str) -> None:
    config = json.dumps({"widths": widths})
    save_file({"first.bias": torch.zeros(8)}, tmp_path / "a.safetensors", {"network": "light-coarse", "config": config})
    with pytest.raises(WeightsError, match=rf"asks for a network 'light-coarse' that cannot be made \({reason}\)"):
        weights.load(tmp_path / "a.safetensors", "light-coarse")


@pytest.mark.parametrize("name", ["no such file.safetensors", "."])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    assert "could not be read" in refusal(tmp_path / name)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from lacuna_models import weight_files, weights
from lacuna_models.errors import WeightsError
from lacuna_models.networks import catalog

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
config = {"widths": [8, 8, 8, 8]}
try:
    weights.save(Path(sys.argv[1]), "light-refinement", config, catalog.build("light-refinement", config).state_dict())
except WeightsError as error:
    print(error)
"""


def test_when_the_disk_is_full_the_old_weights_stay_and_nothing_else(file: Path) -> None:
    before = file.read_bytes()
    done = subprocess.run([sys.executable, "-c", FULL_DISK, file], capture_output=True, text=True, check=True)
    assert "tiny.safetensors could not be written" in done.stdout
    assert [one.read_bytes() for one in file.parent.iterdir()] == [before]


def test_a_folder_that_cannot_be_made_is_told(file: Path, state: dict[str, Tensor]) -> None:
    with pytest.raises(WeightsError, match=r"could not be written"):
        weights.save(file / "below a file.safetensors", NAME, CONFIG, state)


def test_the_users_own_weights_go_before_the_shipped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(own))
    monkeypatch.setattr("lacuna_models.weight_files.shipped_folder", lambda: shipped)
    with pytest.raises(WeightsMissing, match=r"The weights light-coarse.safetensors are not on this machine"):
        weight_files.find("light-coarse.safetensors")
    for folder in (shipped, own):
        folder.mkdir()
        (folder / "light-coarse.safetensors").touch()
        assert weight_files.find("light-coarse.safetensors") == folder / "light-coarse.safetensors"


def test_every_network_is_built_by_its_name_and_says_where_it_is_from() -> None:
    for name, network in catalog.NETWORKS.items():
        assert network.name == name
        assert network.source
        with torch.device("meta"):
            assert sum(one.numel() for one in catalog.build(name, {}).parameters()) > 100_000
    with pytest.raises(KeyError):
        catalog.build("of-tomorrow", {})


def test_the_catalog_is_read_without_torch() -> None:
    program = "import sys, lacuna_models.networks.catalog, lacuna_models.weight_files; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

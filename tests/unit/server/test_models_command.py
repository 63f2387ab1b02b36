"""`lacuna models list`, `verify` and `import` as people run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lacuna_models import registry, weights
from lacuna_models.networks import catalog
from lacuna_server.cli.main import main


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The user's weights folder, empty."""
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def models(own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `lacuna models ...` with that folder, in this process: torch is loaded once."""
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(own))

    def run(*arguments: str | Path) -> Done:
        status = main(["models", *map(str, arguments)])
        return Done(status, *capsys.readouterr())

    return run


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Weights that somebody made, under a name of their own; the network is a small one."""
    path = tmp_path / "candidate.safetensors"
    config = {"widths": [8, 8, 8, 8]}
    network = catalog.build("light-refinement", config)
    weights.save(path, "light-refinement", config, network.state_dict(), notes={"trained": "for a test"})
    return path


def test_every_color_solver_is_listed_with_its_state(models: Command) -> None:
    listed = {solver["name"]: solver for solver in json.loads(models("list", "--json").stdout)["color_solvers"]}
    assert {"fast", "pyramid", "levin", "domain-transform"} <= listed.keys()
    assert [name for name, solver in listed.items() if solver["auto"]] == [registry.SOLVER]
    lines = models("list").stdout.partition("Color solvers\n")[2].splitlines()
    assert [line.split()[:2] for line in lines[: len(listed)]] == [[name, solver["state"]] for name, solver in listed.items()]


def test_every_method_is_listed_with_its_state(models: Command) -> None:
    listed = json.loads(models("list", "--json").stdout)["methods"]
    assert [method["name"] for method in listed] == list(registry.METHODS)
    states = {method["name"]: method["state"] for method in listed}
    assert states["patchmatch"] == states["telea"] == "ready"
    lines = models("list").stdout.splitlines()
    assert [line.split()[:2] for line in lines[: len(listed)]] == [[name, state] for name, state in states.items()]


def test_a_method_without_its_weights_is_missing_and_it_is_said_how_to_get_them(models: Command) -> None:
    listed = {method["name"]: method for method in json.loads(models("list", "--json").stdout)["methods"]}
    assert listed["dfnet"]["state"] == "missing"
    assert [part["missing"] for part in listed["dfnet"]["parts"]] == [["dfnet.safetensors"], ["refinement.safetensors"]]
    (line,) = (line for line in models("list").stdout.splitlines() if line.startswith("refinement.safetensors"))
    assert "lacuna models import refinement.pth" in line


def test_weights_that_are_found_are_not_missing(models: Command, own: Path) -> None:
    for name in ("dfnet", "refinement"):
        (own / f"{name}.safetensors").touch()
    listed = {method["name"]: method for method in json.loads(models("list", "--json").stdout)["methods"]}
    assert listed["dfnet"]["state"] == registry.PARTS["dfnet"].state
    assert "refinement.pth" not in models("list").stdout


def test_imported_weights_are_verified(models: Command, own: Path, trained: Path) -> None:
    done = models("import", trained)
    target = own / "light-refinement.safetensors"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Imported weights for light-refinement (for a test).\nWrote {target}\n"
    assert f"ok      {target}" in models("verify").stdout.splitlines()
    again = json.loads(models("import", trained, "--as", "light-refinement", "--json").stdout)
    assert again == {
        "path": str(target),
        "network": "light-refinement",
        "about": "weights for light-refinement (for a test)",
        "replaced": True,
    }


def test_a_bad_weights_file_is_one_line_and_status_1(models: Command, own: Path, trained: Path) -> None:
    (own / "dfnet.safetensors").write_bytes(trained.read_bytes())
    (own / "light-refinement.safetensors").write_bytes(trained.read_bytes()[:5000])
    done = models("verify")
    assert (done.returncode, done.stderr) == (1, "")
    failed = [line for line in done.stdout.splitlines() if line.startswith("failed  ")]
    assert len(failed) == 2
    assert (
        f"{own / 'dfnet.safetensors'}: dfnet.safetensors is for the network 'light-refinement', not for 'dfnet'." in done.stdout
    )
    assert f"{own / 'light-refinement.safetensors'}: light-refinement.safetensors is cut off" in done.stdout
    told = models("verify", "--json")
    assert told.returncode == 1
    problems = {row["path"]: row["problem"] for row in json.loads(told.stdout)["files"]}
    assert problems[str(own / "light-refinement.safetensors")].startswith("light-refinement.safetensors is cut off")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("no such file.pth", None, "unknown_checkpoint"),
        ("text.pth", b"these are no weights", "unknown_checkpoint"),
        ("cut.safetensors", 4000, "unknown_checkpoint"),
    ],
)
def test_what_cannot_be_imported_is_one_sentence_and_nothing_is_written(
    models: Command, own: Path, trained: Path, tmp_path: Path, name: str, content: bytes | int | None, code: str
) -> None:
    source = tmp_path / name
    if content is not None:
        source.write_bytes(trained.read_bytes()[:content] if isinstance(content, int) else content)
    done = models("import", source)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("lacuna: ")
    assert done.stderr.count("\n") == 1
    assert json.loads(models("import", source, "--json").stdout)["error"]["code"] == code
    assert list(own.iterdir()) == []


def test_weights_of_another_network_are_refused(models: Command, own: Path, trained: Path) -> None:
    done = models("import", trained, "--as", "dfnet")
    assert done.returncode == 1
    assert "is for the network 'light-refinement', not for 'dfnet'" in done.stderr
    assert list(own.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(models: Command, own: Path, trained: Path) -> None:
    own.rmdir()
    own.write_text("a file where the folder should be", encoding="utf-8")
    done = models("import", trained)
    assert done.returncode == 1
    assert "could not be written" in done.stderr

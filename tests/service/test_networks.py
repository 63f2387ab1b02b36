"""Networks in the real server: filled, refused with a sentence, cancelled; and torch only where a network is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import network_weights
from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.events import Failed, Progress
from lacuna_client.inpaint import InpaintRequest
from lacuna_models import weights
from service.conftest import Server, request


@pytest.fixture
def weights_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server, started by the test, looks for weights; all networks' are there."""
    folder = tmp_path / "weights"
    network_weights.write(folder)
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(folder))
    return folder


def failure(server: Server, wanted: InpaintRequest) -> Failed:
    """How the job failed."""
    session = server.session()
    end = server.end_of(session, session.submit(wanted))
    session.close()
    assert isinstance(end, Failed), end
    return end


def with_pixel(value: float) -> InpaintRequest:
    """A float picture with that value in a corner."""
    image = np.full((64, 64, 4), 0.5, np.float32)
    image[..., 3] = 1
    image[2, 2, 0] = value
    pixels = Buffer(BufferSpec("image/0", "f32", image.shape, "R'G'B'A"), image.tobytes())
    box = request().boxes[0]
    return InpaintRequest([Box(box.rect, pixels, box.selection)], method="two-stage", grow=0, feather=0)


def loaded_libraries(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")


def test_a_worker_loads_torch_for_a_network_only(server: Server, weights_folder: Path) -> None:
    for method in ("patchmatch", "telea"):
        server.fill(request(method=method))
    assert "libtorch" not in loaded_libraries(server.worker_pid())
    made = server.fill(request(method="two-stage")).provenance
    assert made["weights"]["light-coarse.safetensors"] == weights.sha256_of(weights_folder / "light-coarse.safetensors")
    assert "libtorch" in loaded_libraries(server.worker_pid())


def test_parts_are_put_together_by_the_server(server: Server, weights_folder: Path) -> None:
    del weights_folder
    made = server.fill(request(method="patchmatch", backbone="light", refiner="unet+exemplar", tile=64)).provenance
    assert (made["method"], made["backbone"], made["refiner"]) == ("patchmatch", "light", "unet+exemplar")


def damage(file: Path) -> None:
    """Half of it is gone."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def without_numbers(file: Path) -> None:
    """One weight in the middle of the last tensor is NaN (float16)."""
    data = bytearray(file.read_bytes())
    data[-100:-98] = b"\xff\x7f"
    file.write_bytes(data)


def of_another_network(file: Path) -> None:
    file.write_bytes((file.parent / "light-refinement.safetensors").read_bytes())


def with_code(file: Path) -> None:
    """A pickle, which torch.load would run."""
    file.write_bytes(b"\x80\x04\x95" + b"cos\nsystem\n(S'touch run'\ntR.")


def test_wrong_weights_are_told_and_the_server_lives(server: Server, weights_folder: Path) -> None:
    server.fill(request())
    worker, file = server.worker_pid(), weights_folder / "light-coarse.safetensors"
    for spoil in (damage, without_numbers, of_another_network, with_code):
        spoil(file)
        error = failure(server, request(method="two-stage")).error
        assert error.code == "bad_weights", spoil
        assert error.sentence.count(file.name) == 1
        network_weights.write(weights_folder, file.name)
        server.fill(request(method="two-stage"))
    assert server.worker_pid() == worker


def test_weights_that_are_gone_are_told_and_the_server_lives(server: Server, weights_folder: Path) -> None:
    file = weights_folder / "dfnet.safetensors"
    file.unlink()
    error = failure(server, request(method="dfnet")).error
    assert error.code == "weights_missing"
    assert error.sentence.count(file.name) == 1
    network_weights.write(weights_folder, file.name)
    server.fill(request(method="dfnet"))


CANNOT_BE_FILLED = [
    (request(method="no-such"), "unknown_method"),
    (request(backbone="no-such"), "unknown_part"),
    (request(refiner="unet+no-such"), "unknown_part"),
    (request(backbone="none", refiner="none"), "nothing_fills"),
    (request(backbone="none", refiner="unet"), "nothing_filled"),
    (request(64, 64, method="two-stage"), "nothing_to_sample"),
    (request(64, 0, method="two-stage"), "empty_selection"),
    (request(method="two-stage", tile=1), "bad_value"),
    (request(method="two-stage", tile=10**9), "bad_value"),
    (with_pixel(float("nan")), "bad_pixels"),
    (with_pixel(float("inf")), "bad_pixels"),
]


def test_what_cannot_be_filled_is_told_and_the_server_lives(server: Server, weights_folder: Path) -> None:
    del weights_folder
    server.fill(request())
    worker = server.worker_pid()
    assert [failure(server, wanted).error.code for wanted, _ in CANNOT_BE_FILLED] == [code for _, code in CANNOT_BE_FILLED]
    server.fill(request())
    assert server.worker_pid() == worker


def test_a_network_at_work_is_cancelled_and_the_same_worker_goes_on(server: Server, weights_folder: Path) -> None:
    del weights_folder
    session = server.session()
    job = session.submit(request(2000, 1600, method="two-stage", tile=64))
    server.wait_for(session, lambda event: isinstance(event, Progress) and event.fraction > 0.4)
    worker = server.worker_pid()
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    server.fill()
    assert server.worker_pid() == worker

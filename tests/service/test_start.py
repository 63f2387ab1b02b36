"""Starting, finding and ending the server."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lacuna_client import admin, connection_file
from lacuna_client.connection_file import SERVER_LOCK
from lacuna_client.errors import LacunaError
from lacuna_client.launcher import Launcher
from lacuna_client.locks import is_held, try_lock
from service.conftest import Server, until


def test_the_first_question_starts_a_server_and_the_second_finds_it(server: Server) -> None:
    assert admin.status(server.launcher) is None
    first = admin.start(server.launcher)
    assert admin.start(server.launcher)["session"] == first["session"]


def test_clients_that_start_at_the_same_moment_get_one_server(server: Server) -> None:
    sessions: list[str] = []
    threads = [threading.Thread(target=lambda: sessions.append(admin.start(server.launcher)["session"])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sessions) == 6
    assert len(set(sessions)) == 1


def test_a_second_front_in_the_same_folder_ends_at_once(server: Server) -> None:
    admin.start(server.launcher)
    command = [*server.launcher.command, "--runtime-dir", str(server.launcher.runtime_dir)]
    assert subprocess.run(command, timeout=60, check=False).returncode == 3


def test_the_key_can_be_read_by_its_owner_alone(server: Server) -> None:
    admin.start(server.launcher)
    folder = server.launcher.runtime_dir
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / connection_file.FILE).stat().st_mode & 0o777 == 0o600


def test_only_the_loopback_address_is_bound(server: Server) -> None:
    admin.start(server.launcher)
    ports = {server.connection.work, server.connection.control}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {int(row[1].split(":")[1], 16): row[1].split(":")[0] for row in rows if row[3] == "0A"}
    assert {listening[port] for port in ports} == {"0100007F"}
    wide = Path("/proc/net/tcp6").read_text() if Path("/proc/net/tcp6").exists() else ""
    assert not any(f":{port:04X} " in wide for port in ports)


def test_a_folder_that_others_can_enter_is_refused(server: Server) -> None:
    server.launcher.runtime_dir.mkdir(mode=0o755, parents=True)
    server.launcher.runtime_dir.chmod(0o755)
    with pytest.raises(LacunaError) as caught:
        admin.start(server.launcher)
    assert caught.value.code == "unsafe_folder"


def test_the_front_loads_neither_numpy_nor_torch_nor_opencv() -> None:
    """They would cost the first click a second."""
    look = "import sys, lacuna_server.front.service; print([m for m in ('numpy', 'torch', 'cv2', 'numba') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_stop_ends_the_front_and_its_worker_and_leaves_no_connection_file(server: Server) -> None:
    admin.start(server.launcher)
    worker = server.worker_pid()
    assert admin.stop(server.launcher)
    assert not (server.launcher.runtime_dir / connection_file.FILE).exists()
    until(lambda: not Path(f"/proc/{worker}").exists(), "the worker is gone")
    assert not admin.stop(server.launcher)


def test_stop_force_ends_a_front_that_does_not_answer(server: Server) -> None:
    admin.start(server.launcher)
    os.kill(server.connection.pid, 19)  # SIGSTOP
    with pytest.raises(LacunaError) as caught:
        admin.stop(server.launcher)
    assert caught.value.code == "server_silent"
    assert admin.stop(server.launcher, force=True)
    assert not is_held(server.launcher.runtime_dir / SERVER_LOCK)


def test_the_file_of_a_dead_server_is_not_followed(server: Server) -> None:
    session = admin.start(server.launcher)["session"]
    os.kill(server.connection.pid, 9)
    until(lambda: not is_held(server.launcher.runtime_dir / SERVER_LOCK), "the front is dead")
    assert (server.launcher.runtime_dir / connection_file.FILE).exists()
    assert admin.status(server.launcher) is None
    assert admin.start(server.launcher)["session"] != session


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"wire": [1, 0]}', b"\xff\xfe"])
def test_a_broken_connection_file_is_replaced(server: Server, content: bytes) -> None:
    server.launcher.runtime_dir.mkdir(mode=0o700, parents=True)
    file = server.launcher.runtime_dir / connection_file.FILE
    file.write_bytes(content)
    file.chmod(0o600)
    assert admin.start(server.launcher)


def test_a_server_of_another_major_version_is_named(server: Server) -> None:
    admin.start(server.launcher)
    file = server.launcher.runtime_dir / connection_file.FILE
    original = file.read_bytes()
    file.write_text(json.dumps({**json.loads(original), "wire": [2, 0]}))
    with pytest.raises(LacunaError, match="Update the plug-in") as caught:
        admin.start(server.launcher)
    assert caught.value.code == "version"
    file.write_bytes(original)


def test_an_idle_server_ends(make_server: Callable[..., Server]) -> None:
    server = make_server("--idle-minutes", "0.01")
    admin.start(server.launcher)
    until(lambda: not is_held(server.launcher.runtime_dir / SERVER_LOCK), "the idle front has ended")
    assert not (server.launcher.runtime_dir / connection_file.FILE).exists()


def test_an_idle_worker_ends_first_and_is_back_for_the_next_fill(make_server: Callable[..., Server]) -> None:
    server = make_server("--worker-idle-minutes", "0.01")
    server.fill()
    until(lambda: server.status()["workers"] == [], "the idle worker has ended")
    server.fill()


def test_a_missing_command_is_explained(tmp_path: Path) -> None:
    with pytest.raises(LacunaError) as caught:
        admin.start(Launcher((str(tmp_path / "no-such-python"),), tmp_path / "run", tmp_path / "log"))
    assert caught.value.code == "server_missing"


def test_a_server_that_fails_to_start_names_its_log(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('the reason')")
    launcher = Launcher(command, tmp_path / "run", tmp_path / "log")
    with pytest.raises(LacunaError) as caught:
        admin.start(launcher)
    assert caught.value.code == "server_not_started"
    assert str(launcher.start_log) in caught.value.sentence + caught.value.hint
    assert "the reason" in caught.value.detail


def test_a_log_folder_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path, make_server: Callable[..., Server]) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted")
    server = make_server()
    server.launcher = dataclasses.replace(server.launcher, log_dir=blocked / "log")
    server.fill()


def test_a_click_while_the_old_server_is_ending_starts_a_new_one(server: Server) -> None:
    """It holds its lock a little longer than its connection file."""
    server.launcher.runtime_dir.mkdir(mode=0o700, parents=True)
    ending = try_lock(server.launcher.runtime_dir / SERVER_LOCK)
    assert ending is not None
    threading.Timer(1.0, ending.release).start()
    assert admin.start(server.launcher)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"wire": [1, 0]}', b'{"wire": 1}', b"\xff\xfe\xff", b"{"])
def test_a_broken_file_of_a_living_server_is_no_connection(server: Server, content: bytes) -> None:
    folder = server.launcher.runtime_dir
    folder.mkdir(mode=0o700, parents=True)
    lock = try_lock(folder / SERVER_LOCK)
    assert lock is not None
    (folder / connection_file.FILE).write_bytes(content)
    (folder / connection_file.FILE).chmod(0o600)
    assert connection_file.read(folder) is None
    lock.release()

"""Processes that die or freeze: the artist always gets an answer, and the next fill works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from lacuna_client.connection_file import SERVER_LOCK
from lacuna_client.events import Done, Failed, Progress, Silent
from lacuna_client.locks import is_held
from service.conftest import Server, request, slow_request, until


def test_a_killed_worker_fails_its_job_and_is_replaced(server: Server) -> None:
    session, job = server.running()
    os.kill(server.worker_pid(), signal.SIGKILL)
    assert server.error_of(session, job) == "worker_died"
    assert isinstance(server.end_of(session, session.submit(request())), Done)


def test_a_killed_worker_does_not_take_the_next_job_in_the_queue_with_it(server: Server) -> None:
    session, job = server.running()
    following = session.submit(request())
    until(lambda: session.poll(0.05) is not None and server.states() == ["running", "queued"], "the second job waits")
    os.kill(server.worker_pid(), signal.SIGKILL)
    assert server.error_of(session, job) == "worker_died"
    assert isinstance(server.end_of(session, following), Done)


def test_a_worker_that_does_not_hear_a_cancel_is_killed(server: Server) -> None:
    session, job = server.running()
    frozen = server.worker_pid()
    os.kill(frozen, signal.SIGSTOP)
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    assert not Path(f"/proc/{frozen}").exists()
    server.fill()


def test_a_worker_that_dies_again_and_again_is_given_up(server: Server) -> None:
    session = server.session()
    for _ in range(6):
        job = session.submit(slow_request())
        server.wait_for(session, lambda event: isinstance(event, Progress))
        os.kill(server.worker_pid(), signal.SIGKILL)
        assert server.error_of(session, job) == "worker_died"
    end = server.end_of(session, session.submit(request()))
    assert isinstance(end, Failed)
    assert "in a row" in end.error.detail


def test_the_client_of_a_killed_front_is_told_and_the_next_fill_starts_another(server: Server) -> None:
    session, job = server.running()
    worker = server.worker_pid()
    os.kill(server.connection.pid, signal.SIGKILL)
    assert server.error_of(session, job) == "server_gone"
    until(lambda: not Path(f"/proc/{worker}").exists(), "the worker has ended with its front")
    server.fill()


def test_a_stopped_server_tells_its_clients(server: Server) -> None:
    session, job = server.running()
    os.kill(server.connection.pid, signal.SIGTERM)
    assert server.error_of(session, job) == "server_gone"
    until(lambda: not is_held(server.launcher.runtime_dir / SERVER_LOCK), "the front has ended")


def test_a_frozen_front_is_called_silent_and_the_job_can_go_on_when_it_is_back(server: Server) -> None:
    session, job = server.running()
    pid = server.connection.pid
    os.kill(pid, signal.SIGSTOP)
    server.wait_for(session, lambda event: isinstance(event, Silent))
    os.kill(pid, signal.SIGCONT)
    server.wait_for(session, lambda event: isinstance(event, Progress))
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"


def test_a_front_that_stays_frozen_is_given_up_with_a_sentence(server: Server) -> None:
    session, job = server.running()
    os.kill(server.connection.pid, signal.SIGSTOP)
    assert server.error_of(session, job) == "server_silent"


CLIENT = """
import sys
from pathlib import Path
from lacuna_client.launcher import Launcher
from lacuna_client.events import Progress
from lacuna_client.session import Session
from conftest import slow_request
session = Session(Launcher(("unused",), Path(sys.argv[1]), Path(sys.argv[2])), client="short-lived")
session.submit(slow_request())
while not any(isinstance(event, Progress) for event in session.poll(0.1)):
    pass
print("running", flush=True)
while True:
    session.poll(0.1)
"""


def client_process(server: Server) -> subprocess.Popen[str]:
    """Another process with a fill that is being computed."""
    server.fill()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])}
    folders = [str(server.launcher.runtime_dir), str(server.launcher.log_dir)]
    process = subprocess.Popen([sys.executable, "-c", CLIENT, *folders], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    return process


def test_the_job_of_a_killed_client_is_cancelled(server: Server) -> None:
    process = client_process(server)
    process.kill()
    process.wait()
    until(lambda: "running" not in server.states(), "the job is cancelled")


def test_the_job_of_a_client_that_stops_pinging_is_cancelled(server: Server) -> None:
    process = client_process(server)
    process.send_signal(signal.SIGSTOP)
    until(lambda: "running" not in server.states(), "the job is cancelled")
    process.kill()
    process.wait()


def test_the_job_of_a_closed_session_is_cancelled_and_the_others_go_on(server: Server) -> None:
    session, _ = server.running()
    other = server.session()
    following = other.submit(request())
    until(lambda: other.poll(0.05) is not None and "queued" in server.states(), "the other job waits")
    session.close()
    assert isinstance(server.end_of(other, following), Done)

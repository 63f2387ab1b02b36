"""A job's life: filled, queued, cancelled, asked for again, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.events import Done, Event, Failed, Preview, Progress, Waiting
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from service.conftest import Server, request, slow_request, until


def test_a_fill_comes_back_with_its_place_pixels_spans_and_how_it_was_made(server: Server) -> None:
    result = server.fill()
    (patch,) = result.patches
    assert patch.rect == Rect(24, 24, 16, 16)
    assert patch.pixels.spec == BufferSpec(patch.pixels.spec.name, "u8", (16, 16, 4), "R'G'B'A")
    spans = np.frombuffer(patch.spans.data, np.int32).reshape(-1, 3)
    assert spans.tolist() == [[row, 0, 16] for row in range(16)]
    assert result.provenance["method"] == "telea"
    assert result.provenance["device"] == "cpu"


def test_the_same_seed_gives_the_same_pixels_in_another_process(make_server: Callable[..., Server]) -> None:
    wanted = request(method="patchmatch", seed=7)
    first, second = (make_server().fill(wanted).patches[0].pixels.data for _ in range(2))
    assert bytes(first) == bytes(second)


def test_pixels_larger_than_the_credit_arrive_whole(server: Server) -> None:
    """66 MiB each way: nine chunks out under a credit of four, and back."""
    side = 2100
    image = np.random.default_rng(2).random((side, side, 4), np.float32)
    image[..., 3] = 1
    selection = np.zeros((side, side), np.float32)
    selection[:2, :2] = selection[-2:, -2:] = 1  # the hole's bounding box is the whole picture
    box = replace(
        request(side, 4).boxes[0],
        image=Buffer(BufferSpec("image/0", "f32", image.shape, "R'G'B'A"), image.tobytes()),
        selection=Buffer(BufferSpec("selection/0", "f32", selection.shape, "Y"), selection.tobytes()),
    )
    result = server.fill(InpaintRequest([box], method="telea", grow=0, feather=0, output="composite"))
    found = np.frombuffer(result.patches[0].pixels.data, np.float32).reshape(side, side, 4)
    outside = selection == 0
    assert np.array_equal(found[outside], image[outside])


def test_progress_rises_and_a_preview_comes(server: Server) -> None:
    session = server.session()
    job = session.submit(request(400, 200, method="patchmatch"))
    events: list[Event] = []

    def is_end(event: Event) -> bool:
        events.append(event)
        return isinstance(event, Done | Failed)

    assert isinstance(server.wait_for(session, is_end), Done)
    fractions = [event.fraction for event in events if isinstance(event, Progress) and event.job == job]
    assert fractions
    assert fractions == sorted(fractions)
    previews = [event.picture.spec for event in events if isinstance(event, Preview)]
    assert previews
    assert max(previews[0].shape) <= 256


def test_a_running_fill_is_cancelled_and_the_same_worker_goes_on(server: Server) -> None:
    session, job = server.running()
    worker = server.worker_pid()
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    server.fill()
    assert server.worker_pid() == worker


def test_a_waiting_fill_is_cancelled_and_the_running_one_goes_on(server: Server) -> None:
    session, first = server.running()
    second = session.submit(request())
    server.wait_for(session, lambda event: isinstance(event, Waiting))
    session.cancel(second)
    assert server.error_of(session, second) == "cancelled"
    assert server.states()[0] == "running"
    session.cancel(first)


def test_cancel_before_the_server_is_there_ends_the_job(server: Server) -> None:
    session = server.session()
    job = session.submit(request())
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"


def test_another_client_cannot_cancel_or_ask_for_a_job(server: Server) -> None:
    session, job = server.running()
    stranger = server.session()
    stranger.submit(request(), job)
    assert server.error_of(stranger, job) == "bad_request"
    stranger.submit(request(), job)
    stranger.cancel(job)
    assert server.states() == ["running"]
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"


def test_submitting_a_finished_job_again_sends_its_result_again(server: Server) -> None:
    session = server.session()
    wanted = request(method="patchmatch")
    job = session.submit(wanted)
    first, second = server.end_of(session, job), server.end_of(session, session.submit(wanted, job))
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert [bytes(patch.pixels.data) for patch in first.result.patches] == [
        bytes(patch.pixels.data) for patch in second.result.patches
    ]
    assert len(server.states()) == 1


def test_submitting_a_failed_job_again_tells_its_error_again(server: Server) -> None:
    session, job = server.running()
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    session.submit(slow_request(), job)
    assert server.error_of(session, job) == "cancelled"


def test_a_cancel_right_behind_its_submit_is_heard(server: Server) -> None:
    """Control may overtake work: the front then hears of the cancel before it knows the job."""
    session = server.session()
    server.wait_for(session, lambda event: isinstance(event, Waiting))
    until(lambda: session.poll(0.02) is not None and session.ready, "the session is ready")
    for _ in range(10):
        job = session.submit(slow_request())
        session.cancel(job)
        assert server.error_of(session, job) == "cancelled"


def test_many_finished_jobs_do_not_stop_the_status(server: Server) -> None:
    session = server.session()
    for _ in range(150):
        end = server.end_of(session, session.submit(request(16, 2)))
        assert isinstance(end, Done)
    assert 0 < len(server.states()) <= 64


def test_a_result_that_is_larger_than_what_is_kept_still_arrives(make_server: Callable[..., Server]) -> None:
    """While it is being sent it is no kept result yet, whatever comes after it."""
    server = make_server("--max-job", "64")
    for _ in range(3):
        server.fill(request(1800, 1700))


def test_a_closed_session_fails_what_is_asked_of_it(server: Server) -> None:
    session = server.session()
    session.close()
    job = session.submit(request())
    assert server.error_of(session, job) == "server_gone"


def test_the_queue_has_two_places_for_each_client(server: Server) -> None:
    session, first = server.running()
    waiting = [session.submit(request()) for _ in range(2)]
    refused = session.submit(request())
    assert server.error_of(session, refused) == "busy"
    session.cancel(first)
    assert all(isinstance(server.end_of(session, job), Done) for job in waiting)


def test_the_queue_has_eight_places_for_all(server: Server) -> None:
    session, first = server.running()
    others = [server.session() for _ in range(4)]
    for other in others:
        for _ in range(2):
            other.submit(request())
    until(lambda: [other.poll(0.0) for other in others] and server.states().count("queued") == 8, "eight fills wait")
    late = server.session()
    assert server.error_of(late, late.submit(request())) == "busy"
    session.cancel(first)


def test_a_job_beyond_the_limit_is_refused_before_a_byte_is_sent(make_server: Callable[..., Server]) -> None:
    server = make_server("--max-job", "1")
    session = server.session()
    end = server.end_of(session, session.submit(request(400, 10)))
    assert isinstance(end, Failed)
    assert end.error.code == "too_large"
    assert "1 MiB" in end.error.sentence


def _selection(values: np.ndarray) -> InpaintRequest:
    box = request().boxes[0]
    return InpaintRequest(
        [replace(box, selection=Buffer(box.selection.spec, values.astype(np.float32).tobytes()))], method="telea"
    )


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (_selection(np.zeros((64, 64))), "empty_selection"),
        (_selection(np.ones((64, 64))), "nothing_to_sample"),
        (_selection(np.full((64, 64), np.nan)), "bad_request"),
        (request(method="no-such-method"), "unknown_method"),
        (replace(request(), device="cuda:77"), "no_device"),
        (replace(request(), output="elsewhere"), "bad_request"),
        (replace(request(), grow=-2), "bad_value"),
        (replace(request(), grow=-1), "bad_request"),
        (replace(request(), variants=9), "bad_value"),
        (replace(request(), search="magic"), "bad_value"),
        (InpaintRequest([]), "bad_request"),
    ],
)
def test_what_cannot_be_filled_is_answered_with_its_code(server: Server, wanted: InpaintRequest, code: str) -> None:
    session = server.session()
    assert server.error_of(session, session.submit(wanted)) == code


def test_running_out_of_memory_fails_the_job_and_not_the_server(make_server: Callable[..., Server]) -> None:
    server = make_server("--memory", "900")
    session = server.session()
    assert server.error_of(session, session.submit(request(5000, 4000, method="patchmatch"))) in ("out_of_memory", "worker_died")
    server.fill()


def test_the_models_and_the_status_are_told_on_request(server: Server) -> None:
    session = server.session()
    server.wait_for(session, lambda event: isinstance(event, Waiting))
    until(lambda: session.poll(0.05) is not None and session.ready, "the session is ready")
    assert "telea" in session.server["methods"]
    session.ask("models")
    until(lambda: session.poll(0.05) is not None and session.answer("models"), "the models are told")
    answer = session.answer("models")
    assert answer is not None
    assert [row["name"] for row in answer["methods"] if row["auto"]] == ["patchmatch"]
    assert [row["name"] for row in answer["color_solvers"] if row["auto"]] == ["fast"]

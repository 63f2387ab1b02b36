"""Recolor, colorize and hints through a real server: the same pixels as in this process, cancelled, refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.color import ColorizeRequest, RecolorRequest
from lacuna_client.events import Done, Progress
from lacuna_client.requests import Request
from lacuna_models.run import Run
from lacuna_server.pipeline.operations import compute
from service.conftest import Server, request, until

BLUE = (0.4, 0.55, 0.7)


def colored_box(side: int = 64, hole: int = 32, *, pinned: bool = False) -> Box:
    """Two colors with a little texture and a square selection over both; `pinned`: with a hint in its middle."""
    box = request(side, hole).boxes[0]
    noise = np.random.default_rng(1).integers(0, 24, (side, side, 1))
    image = np.where(np.arange(side)[:, None] < side // 2, (150, 90, 80, 255), (90, 140, 100, 255)) + noise * (1, 1, 1, 0)
    pixels = Buffer(box.image.spec, image.astype(np.uint8).tobytes())
    if not pinned:
        return replace(box, image=pixels)
    hints = np.zeros((side, side, 4), np.float32)
    hints[side // 2 - 2 : side // 2 + 2, side // 2 - 2 : side // 2 + 2] = (*BLUE, 1)
    return replace(box, image=pixels, hints=Buffer(BufferSpec("hints/0", "f32", hints.shape, "R'G'B'A"), hints.tobytes()))


def reference() -> Buffer:
    pixels = np.full((9, 11, 4), (60, 110, 200, 255), np.uint8)
    return Buffer(BufferSpec("reference", "u8", pixels.shape, "R'G'B'A"), pixels.tobytes())


def slow_request() -> ColorizeRequest:
    """A pyramid that takes far longer than any test waits for it."""
    return ColorizeRequest(boxes=[colored_box(400, 200)], color_solver="pyramid")


def test_every_color_operation_gives_the_pixels_that_it_gives_in_this_process(server: Server) -> None:
    wanted: list[Request] = [
        RecolorRequest(boxes=[colored_box()], color=BLUE, output="composite"),
        RecolorRequest(boxes=[colored_box()], reference=reference(), tone=40, strength=80),
        RecolorRequest(boxes=[colored_box(pinned=True)]),
        ColorizeRequest(boxes=[colored_box()], output="in-place"),
        ColorizeRequest(boxes=[colored_box(pinned=True)], reference=reference(), color_solver="levin", seed=3),
        replace(request(), boxes=[colored_box(pinned=True)], color_solver="levin"),
        replace(request(method="mono"), boxes=[colored_box(pinned=True)]),
    ]
    for one in wanted:
        there, here = server.fill(one), compute(one, Run())
        assert [bytes(buffer.data) for buffer in there.buffers()] == [bytes(buffer.data) for buffer in here.buffers()]
        assert there.provenance["operation"] == one.OPERATION
        assert there.provenance["warnings"] == here.provenance["warnings"]


def test_a_pyramid_that_is_learning_hears_a_cancel(server: Server) -> None:
    session = server.session()
    job = session.submit(slow_request())
    server.wait_for(session, lambda event: isinstance(event, Progress) and event.fraction > 0)
    worker = server.worker_pid()
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    until(lambda: "running" not in server.states(), "the worker is free")
    assert server.worker_pid() == worker
    assert isinstance(server.end_of(session, session.submit(request())), Done)


def test_what_cannot_be_colored_is_answered_with_its_code(server: Server) -> None:
    refused: list[tuple[Request, str]] = [
        (RecolorRequest(boxes=[colored_box()]), "no_color_given"),
        (RecolorRequest(boxes=[colored_box()], color=BLUE, strength=500), "bad_value"),
        (RecolorRequest(boxes=[colored_box()], color=(float("nan"), 0.0, 0.0)), "bad_request"),
        (RecolorRequest(boxes=[colored_box()], color=BLUE, device="cuda:77"), "no_device"),
        (RecolorRequest(boxes=[], color=BLUE), "bad_request"),
        (ColorizeRequest(boxes=[colored_box(64, 64)]), "no_color"),
        (ColorizeRequest(boxes=[colored_box()], color_solver="magic"), "unknown_part"),
        (ColorizeRequest(boxes=[colored_box()], output="elsewhere"), "bad_request"),
        (replace(request(), color_solver="exemplar"), "unknown_part"),
    ]
    session = server.session()
    assert [server.error_of(session, session.submit(wanted)) for wanted, _ in refused] == [code for _, code in refused]

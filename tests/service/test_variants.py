"""Several fills in one job, and a sources mask, over the real sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lacuna_client.boxes import Box
from lacuna_client.buffers import Buffer, BufferSpec
from lacuna_client.events import Done, Event, Failed, Progress
from lacuna_client.inpaint import InpaintRequest
from lacuna_client.islands import Rect
from lacuna_client.result import joined
from service.conftest import Server, request

SIDE = 96
RED = (255, 0, 0, 255)


def half_red(**options: object) -> InpaintRequest:
    """A noisy picture without red, but for its right half, which may not be sampled."""
    noise = request(SIDE, 24, method="patchmatch", **options)
    (box,) = noise.boxes
    image = np.frombuffer(box.image.data, np.uint8).reshape(SIDE, SIDE, 4).copy()
    image[..., 0] //= 4
    image[:, SIDE // 2 :] = RED
    sources = np.zeros((SIDE, SIDE), np.uint8)
    sources[:, : SIDE // 2] = 255
    mask = Buffer(BufferSpec("sources/0", "u8", (SIDE, SIDE), "Y"), sources.tobytes())
    return replace(noise, boxes=[replace(box, image=Buffer(box.image.spec, image.tobytes()), sources=mask)])


def test_variants_come_back_different_and_from_the_sources_alone(server: Server) -> None:
    result = server.fill(half_red(variants=3, seed=5))
    assert [patch.variant for patch in result.patches] == [0, 1, 2]
    assert len({bytes(patch.pixels.data) for patch in result.patches}) == 3
    for patch in result.patches:
        assert np.frombuffer(patch.pixels.data, np.uint8).reshape(24, 24, 4)[..., 0].max() < 128
    made = result.provenance
    assert (made["variants"], made["seed"], made["sources"]) == (3, 5, True)


def test_the_first_variant_is_the_fill_that_comes_alone(server: Server) -> None:
    alone, two = server.fill(half_red()), server.fill(half_red(variants=2))
    assert bytes(alone.patches[0].pixels.data) == bytes(two.variants()[0].patches[0].pixels.data)


def test_more_variants_and_islands_than_a_message_holds_come_in_several_jobs(server: Server) -> None:
    (box,) = request(32, 4).boxes
    boxes: list[Box] = [replace(box, rect=Rect(100 * number, 0, 32, 32)) for number in range(20)]
    parts = InpaintRequest(boxes, method="patchmatch", grow=0, feather=0, variants=8).split()
    assert len(parts) > 1
    whole = joined([server.fill(part) for part in parts])
    for variant in whole.variants():
        assert [patch.rect.x for patch in variant.patches] == [100 * number + 14 for number in range(20)]
    assert len(whole.variants()) == 8


def test_more_variants_than_the_server_can_hold_are_refused_in_one_sentence(make_server: Callable[..., Server]) -> None:
    server = make_server("--max-job", "1")
    session = server.session()
    wanted = request(200, 150, method="patchmatch")
    end = server.end_of(session, session.submit(replace(wanted, variants=8)))
    assert isinstance(end, Failed)
    assert end.error.code == "variants_too_large"
    assert "8 fills" in end.error.sentence
    assert "the server sends 1 MiB" in end.error.sentence
    assert isinstance(server.end_of(session, session.submit(wanted)), Done)


def is_second(event: Event) -> bool:
    return isinstance(event, Progress) and "(2 of 8)" in event.text


def test_a_later_variant_is_cancelled_as_soon_as_the_first(server: Server) -> None:
    session = server.session()
    job = session.submit(request(400, 200, method="patchmatch", variants=8))
    server.wait_for(session, is_second)
    worker = server.worker_pid()
    session.cancel(job)
    assert server.error_of(session, job) == "cancelled"
    server.fill()
    assert server.worker_pid() == worker

"""The worker's computing thread: one job after the other, and every failure as a code with its sentence."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from lacuna_client import messages
from lacuna_client.buffers import Buffer
from lacuna_client.errors import LacunaError
from lacuna_client.requests import REQUESTS
from lacuna_models.exemplar.compile import warm_up
from lacuna_server.pipeline.operations import compute

from .link import Job, Link

log = logging.getLogger(__name__)
Answer = tuple[Mapping[str, Any], Sequence[Buffer]]


def compute_forever(link: Link, most_bytes: int) -> None:
    """Take jobs from the link until the process ends.

    Args:
        most_bytes: what the pixels and spans of several variants may be in one job.
    """
    warm_up()  # compiled code is loaded before the first click's pixels are here
    log.info("warm")
    while True:
        _answer(link, link.jobs.get(), most_bytes)


def _answer(link: Link, job: Job, most_bytes: int) -> None:
    """Compute one job and send what came of it. Nothing of the job outlives this call: its pixels are many."""
    log.info("job %s: %s", job.name, job.operation)
    try:
        fields, buffers = _compute(job, most_bytes)
    except LacunaError as error:
        log.info("job %s ended: %s %s", job.name, error.code, error.detail)
        link.send("error", messages.error_fields(error, job.name))
    else:
        log.info("job %s is done", job.name)
        declared = [buffer.spec.to_wire() for buffer in buffers]
        link.send("result", {"job": job.name, "fields": fields, "buffers": declared}, [buffer.data for buffer in buffers])
    job.buffers = ()


def _compute(job: Job, most_bytes: int) -> Answer:
    """Run the operation. Raises LacunaError, whatever goes wrong."""
    try:
        request = REQUESTS[job.operation].parse(job.params, job.buffers)
        result = compute(request, job.run, most_bytes=most_bytes)
        return result.fields(), result.buffers()
    except MemoryError as error:
        raise LacunaError("out_of_memory", detail=str(error)) from error
    except LacunaError:
        raise
    except Exception as error:
        log.exception("job %s failed", job.name)
        raise LacunaError("internal", log=_log_path(), detail=traceback.format_exc()) from error


def _log_path() -> str:
    handlers = logging.getLogger().handlers
    return str(getattr(handlers[0], "baseFilename", "standard error")) if handlers else "standard error"

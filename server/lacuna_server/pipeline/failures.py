"""What methods and libraries raise -> the artist's sentences. What is not known here stays as it is (a defect)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from lacuna_client.errors import LacunaError
from lacuna_models.errors import Cancelled, NothingToSample


@contextmanager
def as_sentences() -> Iterator[None]:
    """Turn expected failures of the block into LacunaError."""
    try:
        yield
    except Cancelled as error:
        raise LacunaError("cancelled") from error
    except NothingToSample as error:
        raise LacunaError("nothing_to_sample") from error
    except Exception as error:
        if is_out_of_memory(error):
            raise LacunaError("out_of_memory", detail=repr(error)) from error
        raise


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python (and with it numpy), OpenCV or torch ran out of memory."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, cv2.error):
        return bool(error.code == cv2.Error.StsNoMem)
    torch = sys.modules.get("torch")  # never imported for this: when it is not there, it did not raise
    if torch is None or not isinstance(error, RuntimeError):
        return False
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)

"""Running out of memory, whoever does."""

from __future__ import annotations

import sys

import cv2

SIGNS = (  # in what torch raises when not its own allocator but another's fails
    "DefaultCPUAllocator",
    "could not create a primitive",  # oneDNN
    "could not create a memory",
    "ALLOC_FAILED",  # cuBLAS, cuDNN
)


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python (and with it numpy), OpenCV or torch, on the CPU or on a GPU, ran out of memory."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, cv2.error):
        return bool(error.code == cv2.Error.StsNoMem)
    torch = sys.modules.get("torch")  # never imported for this: when it is not there, it did not raise
    if torch is None or not isinstance(error, RuntimeError):
        return False
    return isinstance(error, torch.OutOfMemoryError) or any(sign in str(error) for sign in SIGNS)

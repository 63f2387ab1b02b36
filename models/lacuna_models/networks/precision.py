"""Where half precision would be seen: the layers that make the picture itself."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor


def in_full(x: Tensor) -> AbstractContextManager[None]:
    """No autocast on the tensor's device: what is computed within has float32's steps, given float32 inputs.

    bfloat16 has 256 values between 0.5 and 1: pictures of 16 bits would show bands.
    """
    kind = x.device.type
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()

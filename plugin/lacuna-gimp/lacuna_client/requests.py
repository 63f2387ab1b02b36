"""Every operation a client may ask for, by name."""

from __future__ import annotations

from .color import ColorizeRequest, RecolorRequest
from .inpaint import InpaintRequest

Request = InpaintRequest | RecolorRequest | ColorizeRequest
REQUESTS: dict[str, type[InpaintRequest] | type[RecolorRequest] | type[ColorizeRequest]] = {
    one.OPERATION: one for one in (InpaintRequest, RecolorRequest, ColorizeRequest)
}

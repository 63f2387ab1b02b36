"""Recolor and colorize: luma stays, chroma changes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lacuna_client import settings

from .arrays import check_color_image, check_image, check_mask
from .hints import Color3, Hints, color_from, layer_from
from .making import made
from .options import Progress, checked_numbers

if TYPE_CHECKING:
    from lacuna_client.buffers import Buffer
    from lacuna_client.requests import Request
    from lacuna_server.pipeline.asking import Asked
    from lacuna_server.pipeline.boxes import Canvas


def recolor(
    image: NDArray[Any],
    mask: NDArray[Any],
    *,
    color: Color3 | None = None,
    hints: Hints | None = None,
    reference: NDArray[Any] | None = None,
    strength: int = settings.STRENGTH.default,
    tone: int = settings.TONE.default,
    feather: int = 0,
    device: str = "auto",
    progress: Progress | None = None,
) -> NDArray[Any]:
    """Return the image with what the mask selects in another color: luma stays, and so does how the color varies.

    One of color, hints and reference must be given. What is done otherwise than asked is told by warnings.warn (hints
    outside the selection, colors that do not exist at the luma that is there).

    Args:
        image: H x W x 3 RGB or H x W x 4 RGB and alpha, dtypes as for inpaint(). A gray one cannot hold color.
        mask: H x W as for inpaint(); it is not grown.
        color: of the whole selection: '#rrggbb', or R', G', B' from 0 to 1; in the image's own color space.
        hints: colors at places, which spread over the thing that they are on: a list of (x, y, color) or (x, y, color,
            radius) in pixels from the top left corner, or an H x W x 4 array whose alpha above 0 means a hint.
        reference: another picture, of any shape and dtype that inpaint() takes, whose colors are taken.
        strength: percent, 0 to 100, how much of the change.
        tone: percent, 0 to 100, how far the luma follows the color's; 0 keeps it exactly.
        feather: pixels, 0 to 200.
        device, progress: see inpaint().

    Returns:
        A new array of the image's shape and dtype, with its bits where the feathered mask is 0.

    Raises:
        LacunaError: its code says which ('empty_selection', 'mask_size', 'hints_size', 'hint_outside', 'bad_value',
            'bad_pixels', 'no_color_given', 'no_device', 'out_of_memory').
        TypeError: a dtype or a shape that is none of the above.
    """
    from lacuna_server.pipeline.asking import RECOLOR, recolor_requests

    canvas = _canvas(image, mask, None, hints)
    values = checked_numbers({"strength": strength, "tone": tone, "feather": feather}, RECOLOR)
    wanted = None if color is None else color_from(color)
    asked = recolor_requests(canvas, values, color=wanted, reference=_reference(reference), device=device)
    return _colored(canvas, asked, progress)


def colorize(
    image: NDArray[Any],
    mask: NDArray[Any] | None = None,
    *,
    hints: Hints | None = None,
    reference: NDArray[Any] | None = None,
    sources: NDArray[Any] | None = None,
    color_solver: str = settings.COLOR_SOLVER.default,
    feather: int = 0,
    context: int = settings.CONTEXT.default,
    seed: int = settings.SEED.default,
    device: str = "auto",
    progress: Progress | None = None,
) -> NDArray[Any]:
    """Return the image with what the mask selects colored anew, whatever color it had; its luma stays.

    The colors come from the image's other pixels (if any of those is not gray), the hints and the reference.

    Args:
        image: see recolor(). A gray picture H x W is given as numpy.stack([gray] * 3, axis=-1).
        mask: H x W as for inpaint(); it is not grown. None = the whole image.
        hints, reference: see recolor().
        sources: H x W as for inpaint(): where colors of the image may be taken.
        color_solver: 'auto', 'fast', 'pyramid', 'levin', 'domain-transform', ...: how colors are found.
        feather, context: pixels, see inpaint().
        seed: for solvers that vary.
        device, progress: see inpaint().

    Returns:
        A new array of the image's shape and dtype, with its bits where the feathered mask is 0.

    Raises:
        LacunaError: its code says which ('empty_selection', 'mask_size', 'sources_size', 'hints_size', 'hint_outside',
            'bad_value', 'bad_pixels', 'no_color', 'no_sources', 'unknown_part', 'weights_missing', 'no_device',
            'out_of_memory').
        TypeError: a dtype or a shape that is none of the above.
    """
    from lacuna_server.pipeline.asking import COLORIZE, colorize_requests

    canvas = _canvas(image, mask, sources, hints)
    values = checked_numbers({"feather": feather, "context": context, "seed": seed}, COLORIZE)
    asked = colorize_requests(canvas, {**values, "color_solver": color_solver}, reference=_reference(reference), device=device)
    return _colored(canvas, asked, progress)


def _canvas(image: NDArray[Any], mask: NDArray[Any] | None, sources: NDArray[Any] | None, hints: Hints | None) -> Canvas:
    from lacuna_server.pipeline.boxes import Canvas

    check_color_image(image)
    if mask is None:
        mask = np.broadcast_to(np.True_, image.shape[:2])
    check_mask(mask, image, name="mask", wrong_size="mask_size")
    if sources is not None:
        check_mask(sources, image, name="sources", wrong_size="sources_size")
    return Canvas(image, mask, sources, layer_from(hints, image))


def _reference(pixels: NDArray[Any] | None) -> Buffer | None:
    from lacuna_server.pipeline.shrunk_reference import reference_buffer

    if pixels is None:
        return None
    check_image(pixels, "reference")
    return reference_buffer(pixels if pixels.ndim == 3 else pixels[..., None])


def _colored(canvas: Canvas, asked: Asked[Request], progress: Progress | None) -> NDArray[Any]:
    (picture,), told = made(canvas, asked, progress)
    for sentence in told:
        warnings.warn(sentence, stacklevel=3)
    return picture

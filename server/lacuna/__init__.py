"""Lacuna from Python: fill, recolor or colorize a part of a picture, in this process, without a server.

import lacuna
filled = lacuna.inpaint(picture, mask)
recolored = lacuna.recolor(picture, mask, color="#2e8b57")
colorized = lacuna.colorize(picture, hints=[(120, 80, "#c68642")])
"""

from __future__ import annotations

import warnings
from typing import Any, Literal, Unpack

from numpy.typing import NDArray

from lacuna_client import VERSION, settings
from lacuna_client.errors import LacunaError
from lacuna_models import registry

from .arrays import check_color_image, check_image, check_mask
from .color import colorize, recolor
from .hints import Hints, layer_from
from .making import made
from .options import Options, Progress, checked

__all__ = ["LacunaError", "color_solvers", "colorize", "inpaint", "methods", "recolor", "variants"]
__version__ = VERSION


def inpaint(
    image: NDArray[Any],
    mask: NDArray[Any],
    *,
    sources: NDArray[Any] | None = None,
    method: str = settings.METHOD.default,
    backbone: str = "",
    refiner: str = "",
    color_solver: str = "",
    hints: Hints | None = None,
    grow: int | Literal["auto"] = "auto",
    feather: int = settings.FEATHER.default,
    context: int = settings.CONTEXT.default,
    seed: int = settings.SEED.default,
    mirror: bool = settings.MIRROR.default,
    rotate: int = settings.ROTATE.default,
    scale: int = settings.SCALE.default,
    search: str = settings.SEARCH.default,
    tile: int = settings.TILE.default,
    device: str = "auto",
    progress: Progress | None = None,
) -> NDArray[Any]:
    """Return the image with what the mask selects filled from its surroundings. The same input gives the same pixels.

    The mask is grown by `grow` and feathered by `feather`; where that is 0 the result has the image's very bits.
    What is done otherwise than asked (an option that the method does not know) is told by warnings.warn.

    Args:
        image: H x W, or H x W x C with C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha (straight: colors not
            multiplied by it; transparent pixels are not sampled). u8, u16, f16, f32 or f64; floats from 0 to 1, or beyond.
            Gamma-coded values, as image files hold them, fill better than linear light.
        mask: H x W; True, the integer maximum (u8, u16) or 1.0 = fill, 0 = keep, between = blended.
        sources: H x W as the mask; half the maximum and more = may be sampled, less = not. None = all that is not filled may.
        method: 'auto' or a name from methods(), or a backbone's of the parts there.
        backbone: instead of the method's own: 'telea', 'light', ..., or 'none'.
        refiner: instead of the method's own: 'exemplar', 'unet', ..., several one after the other ('unet+exemplar'), or 'none'.
        grow: pixels, 0 to 200, or 'auto': in proportion to what is selected.
        color_solver: what colors a fill whose other parts complete luma alone, instead of the method's own: 'fast', 'levin',
            ..., or 'none' = they complete color.
        hints: colors pinned inside the fill, see recolor(); for images with color only.
        feather, context: pixels; context 0 samples as far round the hole as it is wide, and where the sources leave
            little of that, as far as they reach.
        seed: another seed gives another fill.
        mirror: the surroundings are also sampled mirrored.
        rotate: degrees, 0 to 180; they are also sampled rotated by up to so much.
        scale: percent, 0 to 50; they are also sampled larger and smaller by up to so much.
        search: 'randomized' or 'tree', how similar patches are found.
        tile: pixels, 64 to 4096, the side of the tiles in which a network refines; 0 = as large as memory allows.
        device: 'auto', 'cpu' or 'cuda[:N]'.
        progress: called with (what is being done, fraction from 0 to 1). What it raises ends the fill and is passed on.

    Returns:
        A new array of the image's shape and dtype.

    Raises:
        LacunaError: the failures an artist can meet (its code says which: 'empty_selection', 'mask_size', 'sources_size',
            'hints_size', 'hint_outside', 'bad_value', 'bad_pixels', 'nothing_to_sample', 'no_sources', 'unknown_method',
            'unknown_part', 'nothing_fills', 'nothing_filled', 'weights_missing', 'bad_weights', 'not_finite', 'no_device',
            'out_of_memory').
        TypeError: a dtype or a shape that is none of the above.
    """
    options: Options = {
        "sources": sources,
        "method": method,
        "backbone": backbone,
        "refiner": refiner,
        "color_solver": color_solver,
        "hints": hints,
        "grow": grow,
        "feather": feather,
        "context": context,
        "seed": seed,
        "mirror": mirror,
        "rotate": rotate,
        "scale": scale,
        "search": search,
        "tile": tile,
        "device": device,
        "progress": progress,
    }
    return _fills(image, mask, 1, options)[0]


def variants(image: NDArray[Any], mask: NDArray[Any], count: int, **options: Unpack[Options]) -> list[NDArray[Any]]:
    """Return `count` different fills of the same hole, to choose from. The first is what inpaint() returns.

    The n-th is the same whatever the count. They share what can be computed once, and each is kept apart from those before it.

    Args:
        image, mask, options: see inpaint().
        count: 1 to 8.

    Returns:
        New arrays of the image's shape and dtype: `count` of them, or one where the method always gives the same fill
        ('varies' of its parts in methods() is False), which warnings.warn tells.

    Raises what inpaint() raises.
    """
    return _fills(image, mask, count, options)


def methods() -> list[dict[str, Any]]:
    """What `method` may be: name, summary, state ('ready', ...), whether 'auto' means it, and its parts."""
    return registry.listing()


def color_solvers() -> list[dict[str, Any]]:
    """What `color_solver` may be: name, source, state ('ready', ...), whether 'auto' means it."""
    return registry.solvers()


def _fills(image: NDArray[Any], mask: NDArray[Any], count: int, options: Options) -> list[NDArray[Any]]:
    from lacuna_server.pipeline.asking import inpaint_requests
    from lacuna_server.pipeline.boxes import Canvas

    sources, hints = options.get("sources"), options.get("hints")
    if hints is None:
        check_image(image)
    else:
        check_color_image(image)
    check_mask(mask, image, name="mask", wrong_size="mask_size")
    if sources is not None:
        check_mask(sources, image, name="sources", wrong_size="sources_size")
    values = checked(options, count)
    canvas = Canvas(image if image.ndim == 3 else image[..., None], mask, sources, layer_from(hints, image))
    asked = inpaint_requests(canvas, values, device=options.get("device", "auto"))
    filled, told = made(canvas, asked, options.get("progress"))
    for sentence in told:
        warnings.warn(sentence, stacklevel=3)
    return [one.reshape(image.shape) for one in filled]

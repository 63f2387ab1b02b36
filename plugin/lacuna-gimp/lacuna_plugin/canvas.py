"""Reading and writing pixels: the only file that touches Gegl buffers.

Rectangles are in layer pixels. Pixels travel as R'G'B'A in the layer's own color space: u8 or u16 where the layer
stores exactly that, float32 for every other precision.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gi.repository import Babl, Gegl, Gimp, GLib

from lacuna_client.boxes import Box
from lacuna_client.buffers import ITEM_BYTES, Buffer, BufferSpec
from lacuna_client.colors import Color
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect
from lacuna_client.result import Patch, Result

from . import target
from .splice import splice
from .tiles import occupied

BABL_TYPES = {"u8": "u8", "u16": "u16", "f32": "float"}
SRGB = "R'G'B' float"


class PixelFormat(NamedTuple):
    """How a layer's pixels travel: the wire's dtype and the babl format's name."""

    dtype: str
    name: str


def pixel_format(layer: Any) -> PixelFormat:
    """The format that carries a layer's pixels without loss."""
    precision = layer.get_image().get_precision()
    exact = {Gimp.Precision.U8_NON_LINEAR: "u8", Gimp.Precision.U16_NON_LINEAR: "u16"}
    dtype = exact.get(precision, "f32")
    return PixelFormat(dtype, Babl.get_name(_in_space_of(layer, f"R'G'B'A {BABL_TYPES[dtype]}")))


def _in_space_of(layer: Any, fmt: str) -> Any:
    """The format in the layer's own space: plain "R'G'B'A" would mean sRGB and clip what a wider profile holds."""
    return Babl.format_with_space(fmt, Babl.format_get_space(layer.get_format()))


def origin(layer: Any) -> tuple[int, int]:
    """Where the layer's top left corner lies in the image."""
    _, x, y = layer.get_offsets()
    return x, y


def selected_bounds(layer: Any) -> Rect:
    """The rectangle that holds the selection inside the layer; without any selection all of the layer."""
    x, y = origin(layer)
    _, _, left, top, right, bottom = Gimp.Selection.bounds(layer.get_image())
    return Rect(left - x, top - y, right - left, bottom - top).clipped(layer.get_width(), layer.get_height())


def selected_tiles(layer: Any) -> set[tuple[int, int]]:
    """The tiles of the layer's grid that the selection touches; the part of it outside the layer is ignored."""
    mask = layer.get_image().get_selection()
    buffer = mask.get_buffer()
    return occupied(selected_bounds(layer), mask.get_bpp(), lambda part: _get(buffer, _moved(part, *origin(layer)), None))


def read_boxes(
    layer: Any,
    rects: Sequence[Rect],
    *,
    merged: bool = False,
    whole: bool = False,
    sources: Callable[[Rect], bytes] | None = None,
    hints: Callable[[Rect], bytes] | None = None,
) -> list[Box]:
    """Every box's pixels and selection, its sources mask (one byte a pixel) and its hints ("R'G'B'A u8") where there are such.

    Args:
        merged: read what is visible of the image instead of the layer.
        whole: everything is selected, whatever the image's selection.
    """
    fmt = pixel_format(layer)
    x, y = origin(layer)
    pixels = layer.get_buffer()
    mask = layer.get_image().get_selection().get_buffer()
    boxes = []
    for number, rect in enumerate(rects):
        data = _visible(layer, rect, fmt) if merged else _get(pixels, rect, fmt.name)
        image = pixels_of(f"image/{number}", fmt.dtype, rect.width, rect.height, data)
        if whole:
            soft = _mask(f"selection/{number}", "u8", rect, b"\xff" * (rect.width * rect.height))
        else:  # "Y", not "Y'": a selection is linear, and the other would bend its soft edge
            soft = _mask(f"selection/{number}", "f32", rect, _get(mask, _moved(rect, x, y), "Y float"))
        sampled = _mask(f"sources/{number}", "u8", rect, sources(rect)) if sources else None
        pinned = pixels_of(f"hints/{number}", "u8", rect.width, rect.height, hints(rect)) if hints else None
        boxes.append(Box(rect, image, soft, sampled, pinned))
    return boxes


def pixels_of(name: str, dtype: str, width: int, height: int, data: bytes) -> Buffer:
    """ "R'G'B'A" bytes as a request has them."""
    return Buffer(BufferSpec(name, dtype, (height, width, 4), "R'G'B'A"), data)


def _mask(name: str, dtype: str, rect: Rect, data: bytes) -> Buffer:
    return Buffer(BufferSpec(name, dtype, (rect.height, rect.width), "Y"), data)


def gray(channel: Any, layer: Any, rect: Rect) -> bytes:
    """A channel's "Y' u8" where a rectangle of the layer lies; beyond the canvas it is black."""
    return _get(channel.get_buffer(), _moved(rect, *origin(layer)), "Y' u8")


def gray_alpha(helper: Any, layer: Any, rect: Rect) -> bytes:
    """Another layer's "Y'A u8", in its own color space, where a rectangle of the layer lies; beyond it, transparent."""
    return _get(helper.get_buffer(), _between(rect, layer, helper), Babl.get_name(_in_space_of(helper, "Y'A u8")))


def hints_format(layer: Any) -> PixelFormat:
    """Of color hints, in the layer's color space."""
    return PixelFormat("u8", Babl.get_name(_in_space_of(layer, "R'G'B'A u8")))


def color_alpha(helper: Any, layer: Any, rect: Rect, fmt: PixelFormat) -> bytes:
    """Another layer's pixels where a rectangle of this one lies; beyond the other, transparent."""
    return _get(helper.get_buffer(), _between(rect, layer, helper), fmt.name)


def srgb(color: Any) -> Color:
    """A Gegl.Color as R'G'B' of sRGB; beyond 0 and 1 where it does not exist there."""
    return _components(color, Babl.format(SRGB))


def color_of(values: Color) -> Any:
    """The Gegl.Color of R'G'B' of sRGB."""
    Gegl.init(None)
    color = Gegl.Color.new("black")
    color.set_bytes(Babl.format(SRGB), GLib.Bytes.new(array("f", values).tobytes()))
    return color


def color_in(fmt: PixelFormat, values: Color) -> Color:
    """R'G'B' of sRGB in the color space of a pixel format."""
    return _components(color_of(values), Babl.format_with_space(SRGB, Babl.format_get_space(Babl.format(fmt.name))))


def _components(color: Any, fmt: Any) -> Color:
    red, green, blue = array("f", bytes(color.get_bytes(fmt).get_data()))
    return red, green, blue


def disc(layer: Any, x: int, y: int, radius: int, fmt: PixelFormat) -> bytes:
    """The layer's pixels round one of the image's, (2 radius + 1) squared of them; those outside the disc are transparent."""
    left, top = origin(layer)
    side = 2 * radius + 1
    pixels = bytearray(_get(layer.get_buffer(), Rect(x - left - radius, y - top - radius, side, side), fmt.name))
    size = 4 * ITEM_BYTES[fmt.dtype]
    for row in range(side):
        half = int((radius**2 - (row - radius) ** 2) ** 0.5)
        for first, last in ((0, radius - half), (radius + half + 1, side)):
            start, end = (row * side + first) * size, (row * side + last) * size
            pixels[start:end] = bytes(end - start)
    return bytes(pixels)


class Picture(NamedTuple):
    """Pixels that are no box's."""

    width: int
    height: int
    data: bytes


def shrunk(drawable: Any, most_pixels: int, fmt: PixelFormat) -> Picture:
    """All of a drawable, made smaller where it has more pixels than that."""
    width, height = drawable.get_width(), drawable.get_height()
    scale = min(1.0, (most_pixels / (width * height)) ** 0.5)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    return Picture(*size, _get(drawable.get_buffer(), Rect(0, 0, *size), fmt.name, scale))


def scaled(layer: Any, rect: Rect, scale: float, size: tuple[int, int], fmt: PixelFormat, *, merged: bool = False) -> bytes:
    """A rectangle of the layer (merged: of what is visible of the image) made smaller: width x height pixels."""
    if merged:
        return _visible(layer, rect, fmt, scale, size)
    return _get(layer.get_buffer(), _at_scale(rect, scale, size), fmt.name, scale)


def scaled_selection(layer: Any, rect: Rect, scale: float, size: tuple[int, int]) -> bytes:
    """ "Y u8" of the selection where a rectangle of the layer lies, made smaller: width x height pixels."""
    mask = layer.get_image().get_selection().get_buffer()
    return _get(mask, _at_scale(_moved(rect, *origin(layer)), scale, size), "Y u8", scale)


def _at_scale(rect: Rect, scale: float, size: tuple[int, int]) -> Rect:
    return Rect(round(rect.x * scale), round(rect.y * scale), *size)


def painted_span(helper: Any, layer: Any) -> Rect:
    """A rectangle, in the layer's pixels, that holds all paint of a helper layer; empty where there is none.

    GIMP's autocrop finds it, four times as fast as reading all pixels would.
    """
    image, whole = helper.get_image(), Rect(0, 0, helper.get_width(), helper.get_height())
    corners = [Rect(x, y, 1, 1) for x in (0, whole.right - 1) for y in (0, whole.bottom - 1)]
    if not all(_transparent(helper, corner) for corner in corners):  # autocrop would go by their color
        return _between(whole, helper, layer)
    copy = image.duplicate()
    try:
        twin = target.helpers(copy)[target.helpers(image).index(helper)]
        twin.set_lock_content(False)
        twin.set_lock_position(False)
        copy.set_selected_layers([twin])
        cropped = copy.autocrop_selected_layers(twin)
        if not cropped and _transparent(helper, Rect(0, 0, whole.width, 1)):  # nothing, rather than paint at every side
            return Rect(0, 0, 0, 0)
        return _between(Rect(0, 0, twin.get_width(), twin.get_height()), twin, layer)
    finally:
        copy.delete()


def _transparent(layer: Any, rect: Rect) -> bool:
    return not any(_get(layer.get_buffer(), rect, "A float"))


def _between(rect: Rect, source: Any, other: Any) -> Rect:
    """A rectangle of one layer in the pixels of another."""
    (x, y), (other_x, other_y) = origin(source), origin(other)
    return _moved(rect, x - other_x, y - other_y)


def place_layer(layer: Any, result: Result, name: str, fmt: PixelFormat) -> Any:
    """A new layer with the fill, not yet in the image. Only the patches hold pixels: the rest of its tiles stay empty."""
    image = layer.get_image()
    frame = result.patches[0].rect
    for patch in result.patches:
        frame = frame.united(patch.rect)
    kinds = {Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE, Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE}
    kind = kinds.get(image.get_base_type(), Gimp.ImageType.INDEXEDA_IMAGE)
    made = Gimp.Layer.new(image, name, frame.width, frame.height, kind, 100.0, Gimp.LayerMode.NORMAL)
    buffer = made.get_buffer()
    for patch in result.patches:
        _set(buffer, _moved(patch.rect, -frame.x, -frame.y), fmt.name, patch.pixels.data)
    buffer.flush()
    x, y = origin(layer)
    made.set_offsets(x + frame.x, y + frame.y)
    blend_perceptually(made)
    return made


def blend_perceptually(layer: Any) -> None:
    """GIMP blends in linear light by default; a fill was blended, and judged, in R'G'B'."""
    layer.set_blend_space(Gimp.LayerColorSpace.RGB_PERCEPTUAL)
    layer.set_composite_space(Gimp.LayerColorSpace.RGB_PERCEPTUAL)


def write_in_place(layer: Any, patches: Sequence[Patch], fmt: PixelFormat) -> None:
    """Write the patches into the layer; every bit outside their spans stays, also after undo and redo.

    Only merge_shadow can be undone, but it blends with the selection and moves pixels that are not selected by a
    rounding at some precisions. So the selection is each patch's rectangle for a moment, and what merge_shadow left in
    it is replaced by the old bytes outside the spans; both happen in the rectangle that the undo step holds.
    Call it inside an undo group.
    """
    image = layer.get_image()
    chosen = target.Chosen.of(image)
    kept = Gimp.Selection.save(image)
    if kept is None:
        raise LacunaError("internal", detail="GIMP did not save the selection")
    try:
        for patch in patches:
            _write_patch(layer, patch, fmt)
    finally:
        image.select_item(Gimp.ChannelOps.REPLACE, kept)
        image.remove_channel(kept)
        chosen.choose_again(image)


def _write_patch(layer: Any, patch: Patch, fmt: PixelFormat) -> None:
    rect = patch.rect
    x, y = origin(layer)
    before = _get(layer.get_buffer(), rect, None)
    if not layer.get_image().select_rectangle(Gimp.ChannelOps.REPLACE, rect.x + x, rect.y + y, rect.width, rect.height):
        raise LacunaError("internal", detail="GIMP did not select the patch")
    shadow = layer.get_shadow_buffer()
    _set(shadow, rect, fmt.name, patch.pixels.data)
    shadow.flush()
    del shadow
    if not layer.merge_shadow(True):
        raise LacunaError("locked_layer", detail="merge_shadow refused")
    buffer = layer.get_buffer()
    _set(buffer, rect, Babl.get_name(layer.get_format()), splice(before, _get(buffer, rect, None), patch))
    buffer.flush()
    layer.update(*rect)


def _visible(layer: Any, rect: Rect, fmt: PixelFormat, scale: float = 1.0, size: tuple[int, int] | None = None) -> bytes:
    """What is seen of the image in a box; outside the canvas it is transparent. Made smaller: width x height pixels.

    Rendered on a copy that is cut to the box first, so that the price is the box's at full size and nothing in the image changes.
    """
    image = layer.get_image()
    x, y = origin(layer)
    width, height = size or (rect.width, rect.height)
    pixel = ITEM_BYTES[fmt.dtype] * 4
    on_canvas = _moved(rect, x, y).clipped(image.get_width(), image.get_height())
    picture = bytearray(width * height * pixel)
    if on_canvas.width <= 0 or on_canvas.height <= 0:
        return bytes(picture)
    there = _moved(on_canvas, -x - rect.x, -y - rect.y)
    left, top, right, bottom = (round(edge * scale) for edge in (there.x, there.y, there.right, there.bottom))
    seen = Rect(left, top, right - left, bottom - top).clipped(width, height)
    if seen.width <= 0 or seen.height <= 0:
        return bytes(picture)
    part = _projection(image, on_canvas, fmt, scale, (seen.width, seen.height))
    line, part_line = width * pixel, seen.width * pixel
    start = seen.y * line + seen.x * pixel
    for row in range(seen.height):
        picture[start + row * line : start + row * line + part_line] = part[row * part_line : (row + 1) * part_line]
    return bytes(picture)


def _projection(image: Any, rect: Rect, fmt: PixelFormat, scale: float, size: tuple[int, int]) -> bytes:
    copy = image.duplicate()
    try:
        for layer in target.helpers(copy):
            layer.set_visible(False)
        copy.crop(rect.width, rect.height, rect.x, rect.y)
        if copy.get_base_type() == Gimp.ImageBaseType.INDEXED:  # else the projection snaps to the palette
            copy.convert_rgb()
        seen = Gimp.Layer.new_from_visible(copy, copy, "visible")
        try:
            return _get(seen.get_buffer(), Rect(0, 0, *size), fmt.name, scale)
        finally:
            seen.delete()  # it is in no image that would free it
    finally:
        copy.delete()


def _moved(rect: Rect, x: int, y: int) -> Rect:
    return Rect(rect.x + x, rect.y + y, rect.width, rect.height)


def _get(buffer: Any, rect: Rect, fmt: str | None, scale: float = 1.0) -> bytes:
    """Bytes of a rectangle (of the scaled buffer); None is the buffer's own format; what lies outside the buffer is 0."""
    if scale != 1:
        Gegl.init(None)  # without it GEGL's tables for scaling are zero, and so are the pixels
    data: bytes = buffer.get(Gegl.Rectangle.new(*rect), scale, fmt, Gegl.AbyssPolicy.NONE)
    return data


def _set(buffer: Any, rect: Rect, fmt: str, data: bytes | bytearray | memoryview) -> None:
    # Neither end is checked by GEGL: a wrong length writes nothing, a rectangle outside makes GIMP kill the plug-in.
    if rect.width <= 0 or rect.height <= 0 or memoryview(data).nbytes % (rect.width * rect.height):
        raise ValueError(f"{memoryview(data).nbytes} bytes for {rect}")
    if rect.x < 0 or rect.y < 0 or rect.right > buffer.props.width or rect.bottom > buffer.props.height:
        raise ValueError(f"{rect} is outside the buffer")
    buffer.set(Gegl.Rectangle.new(*rect), fmt, data)

"""Which layer is worked on, and whether it can be: every precondition ends in a sentence of lacuna_client.errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gi.repository import Babl, Gimp

from lacuna_client.errors import LacunaError

SOURCES = "Lacuna sources"
HINTS = "Lacuna hints"
HELPER_NAMES = (HINTS, SOURCES, "Lacuna edges")
QUICK_MASK = "Qmask"  # the name that GIMP gives the channel


def find(image: Any, drawables: Sequence[Any], *, whole: bool = False) -> Any:
    """The layer to work on. Raises LacunaError when there is not exactly one that can be.

    whole: no selection stands for the whole layer.
    """
    if image.get_floating_sel() is not None:
        raise LacunaError("floating_selection")
    if not drawables:
        raise LacunaError("no_layer")
    if len(drawables) > 1:
        raise LacunaError("several_layers")
    layer = _painted(drawables[0])
    if Gimp.Selection.is_empty(image) and not whole:
        raise LacunaError("empty_selection")
    return layer


def _painted(drawable: Any) -> Any:
    """The drawable as a layer with pixels of its own; below a helper layer, the nearest one."""
    if drawable.is_layer_mask():
        raise LacunaError("layer_mask")
    if drawable.is_channel():
        if drawable in channels_named(drawable.get_image(), SOURCES):
            return _only_one(drawable.get_image())
        raise LacunaError("quick_mask" if drawable.get_name() == QUICK_MASK else "channel")
    if not drawable.is_layer():
        raise LacunaError("no_layer")
    if is_helper(drawable):
        return _below(drawable)
    if drawable.is_group():
        raise LacunaError("layer_group")
    return drawable


def _only_one(image: Any) -> Any:
    """The one layer that can be meant while a sources channel is being painted. Raises LacunaError 'channel'."""
    layers = [layer for layer in _every_layer(image.get_layers()) if not layer.is_group() and not is_helper(layer)]
    if len(layers) != 1:
        raise LacunaError("channel")
    return layers[0]


def check_writable(layer: Any) -> None:
    """Whether pixels may be written into the layer itself. Raises LacunaError 'locked_layer' or 'special_layer'."""
    item = layer
    while item is not None:
        if item.get_lock_content():
            raise LacunaError("locked_layer")
        item = item.get_parent()
    # Vector and link layers are GIMP 3.2's. Pixels written into one of these would replace what it is made from.
    if any(getattr(layer, f"is_{kind}_layer", bool)() for kind in ("text", "vector", "link")):
        raise LacunaError("special_layer")


def check_unmasked(layer: Any, code: str = "masked_layer") -> None:
    """What a layer mask hides would be copied into sight. Raises LacunaError with the code."""
    if layer.get_mask() is not None and layer.get_apply_mask():
        raise LacunaError(code)


def is_helper(layer: Any) -> bool:
    """A layer that only speaks to Lacuna (hints, sources, edges) and is no part of the picture. GIMP numbers equal names."""
    return _base_name(layer) in HELPER_NAMES


def layers_named(image: Any, name: str) -> list[Any]:
    """The helper layers of one kind."""
    return [layer for layer in helpers(image) if _base_name(layer) == name]


def channels_named(image: Any, name: str) -> list[Any]:
    """The channels that speak to Lacuna by this name."""
    return [channel for channel in image.get_channels() if _base_name(channel) == name]


def _base_name(item: Any) -> str:
    name: str = item.get_name()
    return name.partition(" #")[0]


def helpers(image: Any) -> list[Any]:
    """All helper layers of an image, also those in groups."""
    return [layer for layer in _every_layer(image.get_layers()) if is_helper(layer)]


class Chosen(NamedTuple):
    """What is selected in the Layers and Channels dialogs; GIMP selects whatever comes into an image."""

    layers: Sequence[Any]
    channels: Sequence[Any]

    @classmethod
    def of(cls, image: Any) -> Chosen:
        return cls(image.get_selected_layers(), image.get_selected_channels())

    def choose_again(self, image: Any) -> None:
        if self.channels:
            image.set_selected_channels(self.channels)
        elif self.layers:
            image.set_selected_layers(self.layers)


class Fingerprint(NamedTuple):
    """What a result depends on while it is computed, besides the pixels. Equal before and after, or it is not placed."""

    width: int
    height: int
    offsets: tuple[int, int]
    pixels: str
    precision: Any
    lock_alpha: bool

    @classmethod
    def of(cls, layer: Any) -> Fingerprint:
        _, x, y = layer.get_offsets()
        pixels = Babl.get_name(Babl.format_with_space("R'G'B'A float", Babl.format_get_space(layer.get_format())))
        return cls(
            layer.get_width(),
            layer.get_height(),
            (x, y),
            f"{layer.type()} {pixels}",
            layer.get_image().get_precision(),
            layer.get_lock_alpha(),
        )


def check_unchanged(image: Any, layer: Any, before: Fingerprint) -> None:
    """Raise LacunaError 'image_changed' when the result has no place any more."""
    if not image.is_valid() or not layer.is_valid() or image.get_floating_sel() is not None:
        raise LacunaError("image_changed")
    if layer.get_image() != image or Fingerprint.of(layer) != before:
        raise LacunaError("image_changed")


def _below(helper: Any) -> Any:
    """The nearest layer below that is no helper and no group, first among its siblings, then round its groups."""
    item = helper
    while item is not None:
        parent = item.get_parent()
        siblings = parent.get_children() if parent else item.get_image().get_layers()
        for layer in siblings[siblings.index(item) + 1 :]:
            if not layer.is_group() and not is_helper(layer):
                return layer
        item = parent
    raise LacunaError("no_layer")


def _every_layer(layers: Sequence[Any]) -> list[Any]:
    found = []
    for layer in layers:
        found.append(layer)
        if layer.is_group():
            found.extend(_every_layer(layer.get_children()))
    return found

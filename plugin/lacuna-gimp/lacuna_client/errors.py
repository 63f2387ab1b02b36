"""Every failure an artist can meet, as one declarative table: code, sentence, what to do, whether trying again helps.

A failure travels as its code plus the values of its sentence; the details go to the log, never into the sentence.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class ErrorKind(NamedTuple):
    """One row of the table. `sentence` may hold {placeholders}, filled from LacunaError's keyword values."""

    sentence: str
    hint: str
    retryable: bool = False


ERRORS: dict[str, ErrorKind] = {
    # what is selected
    "empty_selection": ErrorKind("Nothing is selected.", "Select what is to be filled, then run it again."),
    "selection_outside": ErrorKind(
        "The selection does not touch the layer.", "Select a part of the layer, or choose the layer under the selection."
    ),
    "nothing_to_sample": ErrorKind(
        "There is nothing left to sample from: the selection covers everything visible around it.",
        "Select less, or raise the context.",
    ),
    "no_sources": ErrorKind(
        "The sources mask leaves nothing to sample near the selection.", "Let the mask allow more, or enlarge the context."
    ),
    "transparent": ErrorKind(
        "What is selected is transparent, so there is nothing to color.", "Select something that is to be seen in this layer."
    ),
    "mask_size": ErrorKind(
        "The mask is {mask_width} x {mask_height} pixels and the image {width} x {height}.",
        "Give a mask of the image's size (white = fill, gray = soft).",
    ),
    "sources_size": ErrorKind(
        "The sources mask is {mask_width} x {mask_height} pixels and the image {width} x {height}.",
        "Give a mask of the image's size (white = may be sampled, black = not).",
    ),
    "hints_size": ErrorKind(
        "The hints are {mask_width} x {mask_height} pixels and the image {width} x {height}.",
        "Give hints of the image's size (transparent where there is none).",
    ),
    "hints_opaque": ErrorKind(
        "{path} has no transparency, so every pixel of it would be a hint.",
        "Paint the hints on a transparent layer of the image's size and save that with its alpha channel.",
    ),
    "hint_outside": ErrorKind(
        "The hint at {x},{y} is outside the image, which is {width} x {height} pixels.",
        "Give X from 0 to the width - 1 and Y from 0 to the height - 1, counted from the top left corner.",
    ),
    # which layer
    "no_layer": ErrorKind("No layer is selected.", "Select one layer in the Layers dialog, then run it again."),
    "several_layers": ErrorKind("Several layers are selected.", "Select one layer, then run it again."),
    "layer_group": ErrorKind(
        "The selected layer is a group.", "Select a layer inside the group, or turn on 'Sample merged' on a layer above it."
    ),
    "layer_mask": ErrorKind(
        "The layer's mask is being edited.", "Click the layer's picture in the Layers dialog, then run it again."
    ),
    "masked_layer": ErrorKind(
        "The layer has a mask, which hides a part of it.",
        "Turn on 'Sample merged', or apply the mask (Layer > Mask > Apply Layer Mask), then run it again.",
    ),
    "masked_color": ErrorKind(
        "The layer has a mask, which hides a part of it.",
        "Choose the output 'In place', or apply the mask (Layer > Mask > Apply Layer Mask), then run it again.",
    ),
    "not_rgb": ErrorKind(
        "The image is {kind}, so it can hold no other color.", "It can be converted to RGB (Image > Mode > RGB)."
    ),
    "channel": ErrorKind("A channel is selected.", "Select a layer in the Layers dialog, then run it again."),
    "quick_mask": ErrorKind("Quick Mask is on.", "Turn it off (Shift+Q) to make it a selection, then run it again."),
    "floating_selection": ErrorKind(
        "There is a floating selection.", "Anchor it, or make it a layer (Layer > To New Layer), then run it again."
    ),
    "locked_layer": ErrorKind(
        "The layer's pixels are locked.", "Unlock them in the Layers dialog, or choose the output 'New layer'."
    ),
    "special_layer": ErrorKind(
        "In-place output cannot write to this kind of layer (text, vector or link).", "Choose the output 'New layer'."
    ),
    "variants_in_place": ErrorKind(
        "In place there is room for one fill, not for {variants} variants.", "Choose the output 'New layer', or 1 variant."
    ),
    "tone_of_color_layer": ErrorKind(
        "A color-only layer leaves the brightness alone, so it cannot hold a tone shift of {tone} %.",
        "Choose the output 'New layer', or a tone shift of 0.",
    ),
    "no_sample_points": ErrorKind(
        "The image has no sample points.", "Ctrl+drag one from a ruler onto each color, then run it again."
    ),
    "image_changed": ErrorKind(
        "The image changed while the fill was computed, so the result was not placed.", "Run it again.", True
    ),
    # the request
    "bad_request": ErrorKind("The server could not understand the request.", "Update the plug-in and the server together."),
    "bad_value": ErrorKind("{name} is {value}; it must be {allowed}.", "Correct the value."),
    "bad_pixels": ErrorKind(
        "The layer holds values that are not numbers (NaN or infinity).", "Clamp the layer's values, then run it again."
    ),
    "unsupported": ErrorKind("The server does not know '{what}'.", "Update the server: run the installer again."),
    "too_large": ErrorKind(
        "The selected area with its context is too large ({size} MiB; the server takes {limit} MiB).",
        "Select less, lower the context, or start the server with a higher --max-job.",
    ),
    "variants_too_large": ErrorKind(
        "{variants} fills of this selection are too large ({size} MiB; the server sends {limit} MiB).",
        "Ask for fewer variants, select less, or start the server with a higher --max-job.",
    ),
    "busy": ErrorKind("The server's queue is full.", "Wait for a running fill to end, then run it again.", True),
    # colors and hints
    "no_color_given": ErrorKind(
        "Nothing says which color it should become.", "Choose a color, pin a hint inside the selection, or give a reference."
    ),
    "no_color": ErrorKind(
        "There is no color to learn from: everything around the selection is gray, transparent or excluded.",
        "Pin a color hint inside the selection, give a reference, or raise the context.",
    ),
    "reference_not_taken": ErrorKind(
        "This color solver takes no colors from another picture, and there is no other color to learn from.",
        "Choose the color solver 'fast' or 'pyramid', or pin a color hint inside the selection.",
    ),
    "hints_outside": ErrorKind(
        "All color hints lie outside the selection.", "Pin one inside the selection, or choose a color for the whole of it."
    ),
    # methods and devices
    "unknown_method": ErrorKind("There is no method '{name}'.", "See 'lacuna models list'."),
    "unknown_part": ErrorKind("There is no such backbone, refiner or color solver: '{name}'.", "See 'lacuna models list'."),
    "nothing_fills": ErrorKind("Without a backbone and without a refiner nothing fills the selection.", "Choose one of them."),
    "nothing_colors": ErrorKind(
        "A part of this method fills brightness alone, and nothing colors that.",
        "Choose a color solver instead of 'none', or other parts.",
    ),
    "nothing_filled": ErrorKind(
        "This refiner mends a filled selection, but nothing has filled it.",
        "Choose a backbone, or 'exemplar' before it: --refiner exemplar+unet.",
    ),
    "not_finite": ErrorKind(
        "The network gave values that are not numbers.",
        "Choose another method; if the weights are your own, make or import them again.",
    ),
    "no_device": ErrorKind(
        "There is no device '{name}' on this machine.", "Choose 'auto' or 'cpu'; 'lacuna doctor' lists the devices."
    ),
    "out_of_memory": ErrorKind(
        "There was not enough memory to fill this selection.", "Select less, lower the context, or close other programs.", True
    ),
    # weights of networks
    "weights_missing": ErrorKind(
        "The weights {file} are not on this machine.",
        "'lacuna models list' says which method needs them and where they are from; or choose the method 'auto'.",
    ),
    "bad_weights": ErrorKind(
        "{reason}.", "'lacuna models verify' checks every weights file; get a bad one again, or remove it from its folder."
    ),
    "unknown_checkpoint": ErrorKind("{reason}.", "Nothing was imported; docs/models.md lists what can be."),
    # the server
    "cancelled": ErrorKind("Cancelled.", "", True),
    "worker_died": ErrorKind(
        "The program that computes the fill ended unexpectedly and was restarted.",
        "Run it again; if it happens twice, send the log named by 'lacuna doctor'.",
        True,
    ),
    "modules_missing": ErrorKind(
        "Lacuna's plug-in is incomplete: {module} is missing.", "Run the installer again: python3 installer/install.py"
    ),
    "server_missing": ErrorKind(
        "Lacuna's server is not installed where the plug-in looks for it.",
        "Run the installer again: python3 installer/install.py",
    ),
    "server_not_started": ErrorKind(
        "Lacuna's server could not be started.", "See the log ({log}), or run 'lacuna server start --foreground'.", True
    ),
    "server_gone": ErrorKind("Lacuna's server stopped while working.", "Run it again; the server starts by itself.", True),
    "server_silent": ErrorKind(
        "Lacuna's server does not answer.", "Stop it with 'lacuna server stop --force', then run it again.", True
    ),
    "version": ErrorKind(
        "The plug-in speaks wire version {ours} and the server {theirs}.", "Update the {older}: run the installer again."
    ),
    "unsafe_folder": ErrorKind(
        "The runtime folder {folder} can be read by others, so its key is not used.",
        "Make it yours alone (chmod 700), or set LACUNA_RUNTIME_DIR to another folder.",
    ),
    # files
    "unreadable": ErrorKind("{path} could not be read.", "Check that the file exists and is a whole PNG, JPEG, WebP or TIFF."),
    "unwritable": ErrorKind("{path} could not be written: {reason}.", "Check the folder, its rights and the free space."),
    "format": ErrorKind("{path}: the format '{suffix}' is not supported.", "Use PNG, JPEG, WebP or TIFF."),
    "pixel_layout": ErrorKind("{path}: {what} cannot be read.", "Save it as one RGB or grayscale picture, then run it again."),
    "cannot_hold": ErrorKind("{path}: {format} cannot hold {what}.", "Write a TIFF instead."),
    # all else
    "internal": ErrorKind("Something went wrong inside Lacuna.", "The details are in the log ({log})."),
}


class _Blank(dict[str, Any]):
    """Leaves an unknown placeholder readable instead of failing while an error is being reported."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


class LacunaError(Exception):
    """A failure with a code of ERRORS. str(error) is the sentence and the hint, ready to be shown.

    Args:
        code: a key of ERRORS; an unknown one (from a newer server) is shown as 'internal'.
        detail: for the log only (traceback, numbers); never shown in a dialog.
        values: what the sentence's placeholders stand for; plain str, int or float.
    """

    def __init__(self, code: str, *, detail: str = "", **values: Any) -> None:
        self.code = code
        self.detail = detail
        self.values = values
        kind = ERRORS.get(code, ERRORS["internal"])
        self.sentence = kind.sentence.format_map(_Blank(values))
        self.hint = kind.hint.format_map(_Blank(values))
        self.retryable = kind.retryable
        super().__init__(f"{self.sentence} {self.hint}".strip())

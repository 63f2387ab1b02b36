"""Runs inside GIMP (python-fu-eval): does what the tests ask for over a socket, one JSON line a request.

A request names a function of GIMP ("Image.new") or an object's method, with plain arguments; objects travel as
{"object": number}, enum values as {"enum": "LayerMode.NORMAL"}, bytes as {"bytes": base64}.
"""

import base64
import json
import os
import socket
import traceback
from collections.abc import Callable
from typing import Any

from gi.repository import Gegl, Gimp, Gio, GObject

OBJECTS: dict[str, Any] = {}
STATUS = {Gimp.PDBStatusType.SUCCESS: "success", Gimp.PDBStatusType.CANCEL: "cancel"}


def pack(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, GObject.GEnum | GObject.GFlags):
        return value.value_nick if isinstance(value, GObject.GEnum) else int(value)
    if isinstance(value, GObject.Object | GObject.GBoxed):
        key = value.get_id() if isinstance(value, Gimp.Item | Gimp.Image) else id(value)
        key = f"{type(value).__name__}-{key}"
        OBJECTS[key] = value
        return {"object": key}
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    return value


def unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [unpack(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "object" in value:
        return OBJECTS[value["object"]]
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    return find(value["enum"])


def find(path: str) -> Any:
    found = Gimp
    for name in path.split("."):
        found = getattr(found, name)
    return found


def call(path: str, arguments: list[Any], owner: Any = None) -> Any:
    return getattr(unpack(owner), path)(*arguments) if owner else find(path)(*arguments)


def load(path: str) -> Any:
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))


def color(name: str) -> Any:
    Gegl.init(None)
    return Gegl.Color.new(name)


def read(drawable: Any, x: int, y: int, width: int, height: int, babl_format: str | None) -> Any:
    return drawable.get_buffer().get(Gegl.Rectangle.new(x, y, width, height), 1.0, babl_format, Gegl.AbyssPolicy.NONE)


def write(drawable: Any, x: int, y: int, width: int, height: int, babl_format: str, data: bytes) -> None:
    buffer = drawable.get_buffer()
    buffer.set(Gegl.Rectangle.new(x, y, width, height), babl_format, data)
    buffer.flush()


def procedure(name: str, mode: str, image: Any, drawables: list[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Run a procedure of the browser; its status, its sentence when it failed, and the layer it returns."""
    found = Gimp.get_pdb().lookup_procedure(name)
    config = found.create_config()
    config.set_property("run-mode", getattr(Gimp.RunMode, mode))
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for key, value in values.items():
        config.set_property(key, value)
    result = found.run(config)
    status = STATUS.get(result.index(0), "failed")
    layer = result.index(1) if status == "success" else None
    return {"status": status, "sentence": Gimp.get_pdb().get_last_error(), "layer": pack(layer)}


def described(name: str) -> dict[str, Any]:
    """What the procedure browser shows."""
    found = Gimp.get_pdb().lookup_procedure(name)
    arguments = {one.name: [one.get_nick(), one.get_blurb()] for one in found.get_arguments()}
    texts = {"label": found.get_menu_label(), "blurb": found.get_blurb(), "help": found.get_help()}
    return {**texts, "menus": list(found.get_menu_paths()), "arguments": arguments}


def parasite(layer: Any, name: str) -> str | None:
    found = layer.get_parasite(name)
    return None if found is None else bytes(found.get_data()).decode("ascii")


VERBS: dict[str, Callable[..., Any]] = {
    "call": call,
    "load": load,
    "color": color,
    "read": read,
    "write": write,
    "procedure": procedure,
    "described": described,
    "parasite": parasite,
}


def answer(line: bytes) -> dict[str, Any]:
    request = json.loads(line)
    try:
        values = {
            key: {k: unpack(v) for k, v in value.items()} if key == "values" else unpack(value)
            for key, value in request["arguments"].items()
            if key != "owner"
        }
        if "owner" in request["arguments"]:
            values["owner"] = request["arguments"]["owner"]
        result = VERBS[request["verb"]](**values)
        return {"result": result if isinstance(result, dict) else pack(result)}
    except Exception:  # noqa: BLE001  (the test raises it again)
        return {"error": traceback.format_exc()}


def serve(path: str) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(1)
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(json.dumps(answer(line)).encode() + b"\n")
            stream.flush()


serve(os.environ["GIMP_TEST_SOCKET"])

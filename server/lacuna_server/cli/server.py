"""`lacuna server start | stop | status`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import Any

from lacuna_client import admin
from lacuna_client.launcher import Launcher

OPTIONS = ("idle_minutes", "max_job", "memory")  # handed on to the server as they are


def run(given: argparse.Namespace) -> int:
    """Do the action; `status` is 1 when no server runs."""
    return {"start": _start, "stop": _stop, "status": _status}[given.action](given, Launcher.find())


def _start(given: argparse.Namespace, launcher: Launcher) -> int:
    options = [text for name in OPTIONS if (value := getattr(given, name)) is not None for text in (_flag(name), str(value))]
    if given.foreground:
        return _serve(launcher, options)
    if options and admin.status(launcher) is not None:
        print("lacuna: a server is running already; it keeps the options that it was started with.", file=sys.stderr)
    status = admin.start(replace(launcher, command=(*launcher.command, *options)))
    _tell(given, {"running": True, **status}, _line(status))
    return 0


def _serve(launcher: Launcher, options: list[str]) -> int:
    from lacuna_server.front.options import parse
    from lacuna_server.front.service import serve

    folders = ["--runtime-dir", str(launcher.runtime_dir), "--log-dir", str(launcher.log_dir)]
    return serve(parse([*folders, *options]))


def _stop(given: argparse.Namespace, launcher: Launcher) -> int:
    stopped = admin.stop(launcher, force=given.force)
    _tell(given, {"stopped": stopped}, "Stopped." if stopped else "No server is running.")
    return 0


def _status(given: argparse.Namespace, launcher: Launcher) -> int:
    status = admin.status(launcher)
    if status is None:
        _tell(given, {"running": False}, "No server is running.")
        return 1
    _tell(given, {"running": True, **status}, _line(status))
    return 0


def _tell(given: argparse.Namespace, values: dict[str, Any], line: str) -> None:
    print(json.dumps(values) if given.json else line)


def _line(status: dict[str, Any]) -> str:
    """Every plain value of the status, as it comes; --json has the rest."""
    plain = [f"{name} {value}" for name, value in status.items() if isinstance(value, str | int | float)]
    return f"Running: {', '.join(plain)}."


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"

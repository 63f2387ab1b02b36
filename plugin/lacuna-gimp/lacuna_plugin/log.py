"""The plug-in's log: a small rotating file. No pixels, no names of pictures."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE = "plugin.log"
BYTES, KEPT = 256 * 1024, 3

log = logging.getLogger("lacuna.plugin")


def start(folder: Path) -> Path:
    """Log into `folder` from now on; returns the file. Where it cannot be written, stderr has to do."""
    path = folder / FILE
    if log.handlers:
        return path
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    return path

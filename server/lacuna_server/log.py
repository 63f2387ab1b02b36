"""Rotating logs in the platform's log folder. Sizes, names and times only: never a pixel, never a key."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

MAX_BYTES = 1 << 20
BACKUPS = 3
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def configure(folder: Path, name: str) -> Path:
    """Log to folder/name.log, or to stderr when that cannot be written; returns the file's path."""
    path = folder / f"{name}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=BACKUPS)
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    logging.raiseExceptions = False  # a full disk must not end a fill
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=[handler], force=True)
    return path

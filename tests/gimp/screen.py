"""Screenshots of a GIMP under test, cut to its window or to a dialog."""

from __future__ import annotations

import time
from pathlib import Path

import cv2

from .driver import Gimp
from .pictures import Array

WIDTH, HEIGHT, DOCK, TITLE_BAR = 1280, 820, 234, 22  # px


def settled(gimp: Gimp, path: Path, dialog: str | None = None) -> None:
    """A screenshot of GIMP's window, or of a dialog, after animations and redraws, which have no state to wait for."""
    time.sleep(1.5)
    gimp.screenshot(path)
    x, y, width, height = gimp.geometry(dialog) if dialog else (0, 2 * TITLE_BAR, WIDTH, HEIGHT)
    # xdotool counts the title bar twice, and it belongs to the picture.
    cv2.imwrite(str(path), loaded(path)[y - 2 * TITLE_BAR : y - TITLE_BAR + height, x : x + width])


def content(gimp: Gimp, dialog: str) -> Array:
    """What a dialog shows now: height x width x 3, R'G'B' from 0 to 255, int."""
    path = gimp.profile / "screen.png"
    gimp.screenshot(path)
    x, y, width, height = gimp.geometry(dialog)
    top = y - TITLE_BAR  # xdotool counts the title bar twice
    shown: Array = loaded(path)[top : top + height, x : x + width, ::-1].astype(int)
    return shown


def loaded(path: Path) -> Array:
    """height x width x 3, u8, BGR."""
    pixels = cv2.imread(str(path))
    assert pixels is not None, path
    return pixels
